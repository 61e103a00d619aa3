import { AppError, type ErrorKind } from '../../common/app-error.ts';
import type { ErrorCode } from './generated/error-codes.ts';

/** Every refusal that is about HTTP and not about tasks: code, kind and sentence, once. */
export const REFUSALS = {
  route_not_found: [
    'not_found',
    'No such route. /openapi.json and /docs list the routes, unless this stage leaves them out.',
  ],
  missing_body: ['malformed', 'This request needs a JSON body.'],
  malformed_json: ['malformed', 'The body is not valid JSON.'],
  malformed_header: [
    'malformed',
    'If-Match must be * or a list of at most 100 entity tags in double quotes.',
  ],
  malformed_idempotency_key: ['malformed', 'Idempotency-Key must be 1 to 255 printable ASCII characters.'],
  malformed_cursor: [
    'malformed',
    'The cursor does not belong to this list. Follow the Link header of the page before.',
  ],
  body_too_large: ['too_large', 'The body is larger than 64 KB.'],
  unsupported_media_type: ['unsupported_media_type', 'Send the body as application/json.'],
  unsupported_content_encoding: [
    'unsupported_media_type',
    'Send the body as it is, without Content-Encoding, or with identity.',
  ],
  weak_entity_tag: [
    'stale',
    'If-Match takes strong entity tags. A proxy that compresses made this one weak. Send it without W/.',
  ],
  email_verification_unknown: ['forbidden', 'The token does not say whether the e-mail address is verified.'],
  email_not_verified: ['forbidden', 'Verify your e-mail address first.'],
} as const satisfies Partial<Record<ErrorCode, readonly [ErrorKind, string]>>;

export type RefusalCode = keyof typeof REFUSALS;

/** A request that is refused before the endpoint sees it, or because of how it is written. */
export class Refusal extends AppError {
  override readonly code: RefusalCode;
  override readonly kind: ErrorKind;
  constructor(code: RefusalCode) {
    super(REFUSALS[code][1]);
    this.code = code;
    this.kind = REFUSALS[code][0];
  }
}
