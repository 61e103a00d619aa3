import { type Reporter, StartRefused } from '../report.ts';
import { isRecord, type UnknownRecord } from '../values.ts';
import { findReference, type Reference } from './references.ts';
import { compileTemplate, type Template } from './template.ts';
import { type DefaultType, isConfigurable, type ResponseType } from './types.ts';

/** One `AWS::ApiGateway::GatewayResponse`, checked and ready to render. */
export interface Customization {
  readonly status: number | undefined;
  readonly body: { readonly mediaType: string; readonly template: Template } | undefined;
  readonly headers: readonly (readonly [name: string, value: Reference])[];
}

export type Customizations = ReadonlyMap<ResponseType | DefaultType, Customization>;

/** How CloudFormation values become text; throws for what only a deployment knows. */
export type Resolve = (value: unknown, where: string) => string;

interface Options {
  readonly resolve: Resolve;
  readonly reporter: Reporter;
  readonly escapeTemplateValues: boolean;
  /** `provider.apiGateway.restApiId`, when the service adds its routes to an API of somebody else's. */
  readonly restApiId?: unknown;
}

/**
 * GW-401: reads every gateway response of serverless.yml.
 *
 * @throws {StartRefused} for an unknown type, a reference API Gateway does not offer, or a value that is not valid.
 */
export function readCustomizations(resources: unknown, options: Options): Customizations {
  const read = new Map<ResponseType | DefaultType, Customization>();
  for (const [name, resource] of Object.entries(isRecord(resources) ? resources : {})) {
    if (!isRecord(resource) || resource['Type'] !== 'AWS::ApiGateway::GatewayResponse') continue;
    const properties = isRecord(resource['Properties']) ? resource['Properties'] : {};
    if (!isOfThisApi(properties['RestApiId'], options.restApiId)) {
      options.reporter.once(name, `${name} has no effect: it belongs to another REST API.`);
      continue;
    }
    const type = requireType(name, properties['ResponseType']);
    if (read.has(type)) throw new StartRefused(`${name}: there are two gateway responses of type ${type}.`);
    if (type === 'REQUEST_TOO_LARGE') {
      options.reporter.once(
        name,
        `${name} has no effect: AWS does not support customizing REQUEST_TOO_LARGE.`,
      );
      continue;
    }
    read.set(type, readOne(name, properties, options));
  }
  return read;
}

/** True unless it names another resource of the template than the API of the routes. */
function isOfThisApi(given: unknown, restApiId: unknown): boolean {
  const reference = isRecord(given) ? given['Ref'] : undefined;
  if (typeof reference !== 'string' || reference === 'ApiGatewayRestApi') return true;
  return isRecord(restApiId) && restApiId['Ref'] === reference;
}

function requireType(name: string, type: unknown): ResponseType | DefaultType {
  if (typeof type === 'string' && isConfigurable(type)) return type;
  throw new StartRefused(`${name}: API Gateway has no gateway response type ${JSON.stringify(type)}.`);
}

function readOne(name: string, properties: UnknownRecord, options: Options): Customization {
  return {
    status: readStatus(name, properties['StatusCode'], options.resolve),
    body: readBody(name, properties['ResponseTemplates'], options),
    headers: readHeaders(name, properties['ResponseParameters'], options),
  };
}

function readStatus(name: string, value: unknown, resolve: Resolve): number | undefined {
  if (value === undefined || value === null) return undefined;
  const text = typeof value === 'number' ? String(value) : resolve(value, `${name}.StatusCode`);
  if (/^[1-5]\d\d$/.test(text)) return Number(text);
  throw new StartRefused(`${name}: StatusCode ${text} is not an HTTP status.`);
}

/** GW-410: `application/json` when there is one, else the first. */
function readBody(name: string, templates: unknown, options: Options): Customization['body'] {
  const entries = Object.entries(isRecord(templates) ? templates : {});
  const chosen = entries.find(([mediaType]) => mediaType === 'application/json') ?? entries[0];
  if (!chosen) return undefined;
  const where = `${name}.ResponseTemplates[${chosen[0]}]`;
  const text = options.resolve(chosen[1], where);
  try {
    return {
      mediaType: chosen[0],
      template: compileTemplate(text, { where, escapesValues: options.escapeTemplateValues }),
    };
  } catch (error) {
    throw error instanceof SyntaxError ? new StartRefused(error.message) : error;
  }
}

const HEADER_KEY = /^gatewayresponse\.header\.([!#$%&'*+.^_`|~\w-]+)$/;

function readHeaders(name: string, parameters: unknown, options: Options): Customization['headers'] {
  return Object.entries(isRecord(parameters) ? parameters : {}).map(([key, value]) => {
    const header = HEADER_KEY.exec(key)?.[1];
    if (!header) {
      throw new StartRefused(
        `${name}: ${key} must be gatewayresponse.header.NAME; AWS refuses anything else.`,
      );
    }
    return [
      header,
      readParameter(`${name}.${key}`, options.resolve(value, `${name}.${key}`), options.reporter),
    ];
  });
}

function readParameter(where: string, value: string, reporter: Reporter): Reference {
  const literal = /^'(.*)'$/s.exec(value);
  if (literal) return () => literal[1];
  const reference = findReference(value);
  if (!reference) {
    throw new StartRefused(
      `${where}: ${value} is neither a 'literal' in single quotes nor a request parameter.`,
    );
  }
  if (value.startsWith('context.')) {
    reporter.once(where, `${where} uses ${value}: not confirmed on AWS; check before relying on it.`);
  }
  return reference;
}
