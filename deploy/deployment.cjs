/**
 * `resources.extensions` of serverless.yml: what the framework's API Gateway deployment lacks.
 *
 * A deployment is a snapshot: one made before a gateway response exists would serve API Gateway's own bodies until the
 * next deployment, so it waits for all of them. And it would make a stage of its own, without logs, traces or limits;
 * ApiStage in serverless.yml is the stage.
 */
module.exports = async ({ resolveVariable }) => {
  const resources = await resolveVariable('self:resources.Resources');
  const isGatewayResponse = ([, { Type }]) => Type === 'AWS::ApiGateway::GatewayResponse';
  const names = Object.entries(resources)
    .filter(isGatewayResponse)
    .map(([name]) => name);
  return {
    [`ApiGatewayDeployment${await resolveVariable('sls:instanceId')}`]: {
      DependsOn: names,
      Properties: { StageName: { Ref: 'AWS::NoValue' } },
    },
  };
};
