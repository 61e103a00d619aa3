import type { APIGatewayProxyEvent } from 'aws-lambda';
import { InvalidRequest } from '../domain/errors.ts';
import type { Contract } from './contract.ts';
import { readHeader } from './event.ts';
import { Refusal } from './refusals.ts';
import { toViolations } from './violations.ts';

/** The largest body that is read, in bytes of UTF-8. */
const BODY_MAX_BYTES = 65_536;

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The body as the contract describes it, defaults filled in.
 *
 * @throws {Refusal} for a body that cannot be read. @throws {InvalidRequest} for one that breaks the schema.
 */
export function readBody(event: APIGatewayProxyEvent, contract: NonNullable<Contract['body']>): unknown {
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > BODY_MAX_BYTES) throw new Refusal('body_too_large');
  if (bytes.length === 0) throw new Refusal('missing_body');
  if (!isAccepted(readHeader(event, 'Content-Type'), contract.mediaTypes[event.httpMethod] ?? [])) {
    throw new Refusal('unsupported_media_type');
  }
  if (!isPlain(readHeader(event, 'Content-Encoding'))) throw new Refusal('unsupported_content_encoding');
  const body = parseJson(bytes);
  if (!contract.validate(body)) throw new InvalidRequest(toViolations(contract.validate.errors ?? [], '#/'));
  return body;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(UTF8.decode(bytes));
  } catch {
    throw new Refusal('malformed_json');
  }
}

/** True without a content coding: a body that is compressed would be read as if it were text. */
function isPlain(contentEncoding = ''): boolean {
  return contentEncoding.split(',').every((coding) => /^(identity)?$/i.test(coding.trim()));
}

/** True for an accepted media type without parameters, or with UTF-8 as its charset, which some clients write `utf8`. */
function isAccepted(contentType: string | undefined, accepted: readonly string[]): boolean {
  const [type = '', ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase());
  return accepted.includes(type) && parameters.every((text) => /^(charset="?utf-?8"?)?$/.test(text));
}
