/**
 * `resources.extensions` of serverless.yml. An API Gateway deployment is a snapshot: one made before a gateway
 * response exists would serve API Gateway's own bodies until the next deployment, so it waits for all of them.
 */
module.exports = async ({ resolveVariable }) => {
  const resources = await resolveVariable('self:resources.Resources');
  const isGatewayResponse = ([, { Type }]) => Type === 'AWS::ApiGateway::GatewayResponse';
  const names = Object.entries(resources).filter(isGatewayResponse).map(([name]) => name);
  return { [`ApiGatewayDeployment${await resolveVariable('sls:instanceId')}`]: { DependsOn: names } };
};
