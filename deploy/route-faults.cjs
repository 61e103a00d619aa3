/** HEAD answers as GET does, so the contract of GET is the contract of both (RFC 9110 §9.3.2). */
const METHODS = new Set(['get', 'put', 'post', 'patch', 'delete']);

/**
 * One sentence for each difference between openapi.yml and the routes of serverless.yml. A protected operation needs the
 * authorizer, an open one must not have it. Each operation has a route, and each route an operation.
 *
 * @param functions of serverless.yml, as they are or with their variables resolved.
 * @param document openapi.yml, parsed.
 */
exports.routeFaults = (functions, document) => {
  const promised = new Map(operationsOf(document));
  const routed = new Map(routesOf(functions));
  const promiseOf = (route) => promised.get(route.replace(/^HEAD /, 'GET '));
  const missing = [...promised.keys()].filter((route) => !routed.has(route));
  return [
    ...missing.map((route) => `${route} is in openapi.yml, and no function of serverless.yml has it.`),
    ...[...routed].flatMap(([route, hasAuthorizer]) => faultsOf(route, hasAuthorizer, promiseOf(route))),
  ];
};

function faultsOf(route, hasAuthorizer, isProtected) {
  if (isProtected === undefined)
    return [`${route} is a route of serverless.yml, and openapi.yml does not have it.`];
  if (isProtected && !hasAuthorizer)
    return [`${route} is protected in openapi.yml, and its route in serverless.yml has no authorizer.`];
  if (!isProtected && hasAuthorizer)
    return [`${route} is open in openapi.yml, and its route in serverless.yml has an authorizer.`];
  return [];
}

/** Route → whether a caller must be known. An empty alternative in `security` makes a token optional. */
const operationsOf = ({ paths, security = [] }) =>
  Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => METHODS.has(method))
      .map(([method, operation]) => {
        const schemes = operation.security ?? security;
        const isProtected = schemes.length > 0 && schemes.every((scheme) => Object.keys(scheme).length > 0);
        return [`${method.toUpperCase()} ${path}`, isProtected];
      }),
  );

const routesOf = (functions) =>
  Object.values(functions).flatMap(({ events = [] }) =>
    events
      .filter(({ http }) => http !== undefined)
      .map(({ http }) => [`${http.method.toUpperCase()} ${http.path}`, Boolean(http.authorizer)]),
  );
