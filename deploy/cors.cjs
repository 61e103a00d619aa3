/**
 * Variable file of serverless.yml: `Access-Control-Allow-Origin` of the answers that API Gateway makes itself. They take a
 * fixed text or one parameter of the request. For one origin it is that origin. For several it is the `Origin` of the
 * request. A page of any origin may then read these answers; they hold a code and a sentence, and no data of a user.
 */
module.exports = async ({ resolveVariable }) => {
  const allowed = String(await resolveVariable('self:custom.corsOrigin'));
  return { gatewayOrigin: allowed.includes(',') ? 'method.request.header.Origin' : `'${allowed.trim()}'` };
};
