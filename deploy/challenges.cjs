/**
 * Variable file of serverless.yml: `WWW-Authenticate` of each 401 of API Gateway, with the address of the metadata of
 * this API (RFC 9728 §5.1). A gateway response takes a fixed text or one parameter of the request; it cannot join them. So
 * the address must be known before the deployment: API_URL, else the address of the stage.
 */
const METADATA = '.well-known/oauth-protected-resource';

module.exports = async ({ resolveVariable }) => {
  const address = addressOf(await resolveVariable('sls:stage'));
  const challenge = (error) => {
    const value = `'Bearer realm="todo"${error}, resource_metadata="${address}/${METADATA}"'`;
    return address.includes('${') ? { 'Fn::Sub': value } : value;
  };
  return { missingToken: challenge(''), invalidToken: challenge(', error="invalid_token"') };
};

/** Without a slash at the end. */
function addressOf(stage) {
  const given = process.env.API_URL?.trim().replace(/\/+$/, '');
  if (given) return requirePlain(given);
  if (process.argv[2] === 'offline') return `http://localhost:${process.env.API_PORT?.trim() || 4700}`;
  return `https://\${ApiGatewayRestApi}.execute-api.\${AWS::Region}.\${AWS::URLSuffix}/${stage}`;
}

/** The address stands inside two kinds of quotes. */
function requirePlain(address) {
  if (/^https?:\/\/[\w.:[\]-]+(\/[\w.~-]+)*$/.test(address)) return address;
  throw new Error(
    'API_URL must be an http or https address such as https://api.example.com, without a query.',
  );
}
