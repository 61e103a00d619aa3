import { type Method, type OperationObject, operationsOf } from '../support/document.ts';
import { contract, faultsOf } from '../support/documented.ts';

export { contract };

export interface DocumentedOperation {
  readonly path: string;
  readonly method: Method;
  readonly operation: OperationObject;
}

const OPERATIONS: readonly DocumentedOperation[] = operationsOf(contract);

/** Operations that must refuse a caller without a token. */
export const PROTECTED_OPERATIONS = OPERATIONS.filter(
  ({ operation: { security } }) =>
    security.some((scheme) => Object.keys(scheme).length > 0) &&
    security.every((scheme) => Object.keys(scheme).length > 0),
);

/** The `operationId` of a request, or `undefined` when openapi.yml has no such route. */
export function findOperationId(method: string, pathname: string): string | undefined {
  const found = OPERATIONS.find(
    (candidate) =>
      candidate.method.toUpperCase() === method && templatePattern(candidate.path).test(pathname),
  );
  return found?.operation.operationId;
}

function templatePattern(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{[^}]+\}/g, '[^/]+')}$`);
}

/** A path of the contract with something in the place of each parameter. */
export function fillPath(path: string, value: string): string {
  return path.replace(/\{[^}]+\}/g, value);
}

/** What proxies, content delivery networks and API Gateway itself add. openapi.yml is not about them. */
const TRANSPORT_HEADERS =
  /^(age|alt-svc|cf-.*|connection|content-encoding|content-length|date|keep-alive|nel|report-to|server|transfer-encoding|via|x-amz.*|x-cache)$/;
const RENAMED_BY_API_GATEWAY = 'x-amzn-remapped-www-authenticate';

/** Everything in which a reply differs from what openapi.yml promises of the operation. */
export function contractFaults(
  operationId: string,
  reply: { readonly status: number; readonly headers: Headers; readonly text: string },
): string[] {
  const { status, text: body } = reply;
  const headers = [...reply.headers].filter(([name]) => !isTransport(name, status));
  return faultsOf(operationId, { status, headers: Object.fromEntries(headers), body });
}

/** API Gateway also gives a type to a reply without a body, such as 304, when the function gave none. */
function isTransport(name: string, status: number): boolean {
  if (name === 'content-type') return status === 304;
  return name !== RENAMED_BY_API_GATEWAY && TRANSPORT_HEADERS.test(name);
}
