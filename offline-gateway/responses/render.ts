import type { Reporter } from '../report.ts';
import type { ReferenceScope } from './references.ts';
import type { Customization, Customizations } from './resources.ts';
import type { GatewayError } from './types.ts';

/** Header lines in the order and the case they are sent. */
export type HeaderLines = readonly (readonly [name: string, value: string])[];

export interface RenderedResponse {
  readonly status: number;
  readonly headers: HeaderLines;
  readonly body: string;
}

/**
 * GW-409, GW-412: the gateway response for an error. A type's own resource, else the default of the class of its status, else
 * what AWS has built in; never two of them mixed.
 */
export function renderGatewayError(
  error: GatewayError,
  customizations: Customizations,
  request: { readonly scope: ReferenceScope; readonly reporter: Reporter },
): RenderedResponse {
  const customization = findCustomization(error, customizations);
  const body = customization?.body?.template(request.scope) ?? error.defaultBody;
  const mediaType = customization?.body?.mediaType ?? 'application/json';
  const headers = new Map<string, readonly [string, string]>([
    ['content-type', ['Content-Type', mediaType]],
    ['x-amzn-errortype', ['x-amzn-ErrorType', error.errorType]],
  ]);
  for (const [name, reference] of customization?.headers ?? []) {
    const value = reference(request.scope);
    if (value !== undefined) headers.set(name.toLowerCase(), [name, requireOneLine(value)]);
  }
  if (mediaType.endsWith('json')) reportInvalidJson(error, body, request.reporter);
  return { status: customization?.status ?? error.status, headers: [...headers.values()], body };
}

/** Values of `$context.error.*` (GW-422). */
export function errorValue(error: GatewayError, name: string): string | undefined {
  if (name === 'message') return error.message ?? undefined;
  if (name === 'messageString') return JSON.stringify(error.message);
  if (name === 'validationErrorString') return error.validationError;
  return error.type ?? (error.status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX');
}

function findCustomization(error: GatewayError, customizations: Customizations): Customization | undefined {
  // AWS does not support customizing it, and says so without an exception for the defaults.
  if (error.type === 'REQUEST_TOO_LARGE') return undefined;
  const own = error.type && customizations.get(error.type);
  return own ?? customizations.get(error.status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX');
}

/** A header value cannot hold a line break, wherever the value came from. */
function requireOneLine(value: string): string {
  return value.replaceAll(/[^\t\x20-\x7e\x80-\xff]+/g, ' ');
}

/** GW-426: whether AWS escapes inserted values is not known. A body that is not valid JSON is reported. */
function reportInvalidJson(error: GatewayError, body: string, reporter: Reporter): void {
  try {
    JSON.parse(body);
  } catch {
    reporter.once(
      `invalid JSON ${error.type ?? error.status}`,
      `the body of the gateway response ${error.type ?? error.status} is not valid JSON. A value inserted in its template holds a quote, a backslash or a line break, or the template adds quotes to $context.error.messageString, which brings its own.`,
    );
  }
}
