/** What the AWS tables say of one gateway response type. */
interface ResponseDefault {
  readonly status: number;
  /** `x-amzn-ErrorType`. */
  readonly errorType: string;
  /** Text of the default body; null renders as the bare word. */
  readonly message: string | null;
}

/** GW-441 to GW-455: every type that `AWS::ApiGateway::GatewayResponse` accepts, except the two defaults. */
const RESPONSE_TYPES = {
  ACCESS_DENIED: facts(403, 'AccessDeniedException', 'User is not authorized to access this resource'),
  API_CONFIGURATION_ERROR: facts(500, 'ApiConfigurationException', 'Internal server error'),
  AUTHORIZER_CONFIGURATION_ERROR: facts(500, 'AuthorizerConfigurationException', null),
  AUTHORIZER_FAILURE: facts(500, 'AuthorizerFailureException', null),
  BAD_REQUEST_BODY: facts(400, 'BadRequestException', 'Invalid request body'),
  BAD_REQUEST_PARAMETERS: facts(400, 'BadRequestException', 'Missing required request parameters'),
  EXPIRED_TOKEN: facts(403, 'ExpiredTokenException', 'The security token included in the request is expired'),
  INTEGRATION_FAILURE: facts(504, 'InternalServerErrorException', 'Internal server error'),
  INTEGRATION_TIMEOUT: facts(504, 'InternalServerErrorException', 'Endpoint request timed out'),
  INVALID_API_KEY: facts(403, 'ForbiddenException', 'Forbidden'),
  INVALID_SIGNATURE: facts(403, 'InvalidSignatureException', 'Invalid signature'),
  MISSING_AUTHENTICATION_TOKEN: facts(
    403,
    'MissingAuthenticationTokenException',
    'Missing Authentication Token',
  ),
  QUOTA_EXCEEDED: facts(429, 'LimitExceededException', 'Limit Exceeded'),
  REQUEST_TOO_LARGE: facts(413, 'RequestTooLargeException', 'Request Too Long'),
  RESOURCE_NOT_FOUND: facts(404, 'ResourceNotFoundException', 'Resource not found'),
  THROTTLED: facts(429, 'TooManyRequestsException', 'Too Many Requests'),
  UNAUTHORIZED: facts(401, 'UnauthorizedException', 'Unauthorized'),
  UNSUPPORTED_MEDIA_TYPE: facts(415, 'BadRequestException', 'Unsupported Media Type'),
  WAF_FILTERED: facts(403, 'ForbiddenException', 'Forbidden'),
} as const satisfies Readonly<Record<string, ResponseDefault>>;

export type ResponseType = keyof typeof RESPONSE_TYPES;

/** The two fallbacks, by class of the failed request's own status. */
export type DefaultType = 'DEFAULT_4XX' | 'DEFAULT_5XX';

/** True for a name that the resource may carry as `ResponseType`. */
export function isConfigurable(name: string): name is ResponseType | DefaultType {
  return name === 'DEFAULT_4XX' || name === 'DEFAULT_5XX' || Object.hasOwn(RESPONSE_TYPES, name);
}

/** The gateway's own refusal or failure, before any GatewayResponse has shaped it. */
export interface GatewayError {
  /**
   * Undefined for the two that no type is known to catch: a malformed or crashed integration (502, styled by DEFAULT_5XX
   * in the field) and 414.
   */
  readonly type: ResponseType | undefined;
  readonly status: number;
  readonly errorType: string;
  readonly message: string | null;
  /** The body as AWS sends it without any configuration. */
  readonly defaultBody: string;
  /** `$context.error.validationErrorString`. */
  readonly validationError?: string;
}

/** @param details a message other than the type's own. */
export function gatewayError(
  type: ResponseType,
  details: { readonly message?: string; readonly validationError?: string } = {},
): GatewayError {
  const { status, errorType, message: usual } = RESPONSE_TYPES[type];
  const message = details.message ?? usual;
  // Recorded: ACCESS_DENIED alone writes `Message`, and integration failures have a space after the colon.
  const [key, space] = [
    type === 'ACCESS_DENIED' ? 'Message' : 'message',
    type.startsWith('INTEGRATION') ? ' ' : '',
  ];
  return {
    type,
    status,
    errorType,
    message,
    defaultBody: `{"${key}":${space}${JSON.stringify(message)}}`,
    ...(details.validationError !== undefined && { validationError: details.validationError }),
  };
}

/** GW-806, GW-810, GW-811: a function that crashed, reached its own timeout, or gave no valid proxy reply. */
export const BAD_INTEGRATION: GatewayError = {
  ...gatewayError('INTEGRATION_FAILURE'),
  type: undefined,
  status: 502,
};

/** GW-601: a methodArn above 1600 bytes. */
export const URI_TOO_LONG: GatewayError = {
  type: undefined,
  status: 414,
  errorType: 'RequestUriTooLongException',
  message: 'Request URI too long',
  defaultBody: '{"message":"Request URI too long"}',
};

function facts(status: number, errorType: string, message: string | null): ResponseDefault {
  return { status, errorType, message };
}
