const { createHash } = require('node:crypto');

/** What a deployment of API Gateway is a snapshot of. What else a stage has (limits, logs) is the stage's own. */
const IN_SNAPSHOT =
  /^AWS::ApiGateway::(RestApi|Resource|Method|Authorizer|GatewayResponse|Model|RequestValidator)$/;
/** How deploy/stage.yml refers to the deployment. */
const PLACEHOLDER = 'ApiGatewayDeployment';

/**
 * Gives the deployment of API Gateway an id that follows from what it holds (docs/adr/0012-deployment.md). The framework's
 * own id is a clock: with it no template equals the one before, so nothing could ever be skipped.
 *
 * A snapshot made before a gateway response exists would serve API Gateway's own bodies, so it waits for all of them. And
 * the framework's deployment would make a stage without logs, traces and limits; ApiStage in deploy/stage.yml is the stage.
 *
 * @returns the resources of the template, with the deployment under its id wherever it is named.
 */
exports.settleDeployment = (resources) => {
  const [clock, deployment] = Object.entries(resources).find(
    ([, { Type }]) => Type === 'AWS::ApiGateway::Deployment',
  );
  const id = `${PLACEHOLDER}${hashOf(pick(resources, IN_SNAPSHOT))}`;
  const waitsFor = new Set([...deployment.DependsOn, ...Object.keys(pick(resources, /::GatewayResponse$/))]);
  const { StageName: _, ...properties } = deployment.Properties;
  const settled = {
    ...resources,
    [clock]: { ...deployment, DependsOn: [...waitsFor], Properties: properties },
  };
  const named = JSON.parse(JSON.stringify(settled), (key, value) => {
    const isName = value === clock || (key === 'Ref' && value === PLACEHOLDER);
    return isName ? id : value;
  });
  const { [clock]: moved, ...others } = named;
  return { ...others, [id]: moved };
};

const pick = (resources, type) =>
  Object.fromEntries(Object.entries(resources).filter(([, { Type }]) => type.test(Type)));

/** Whatever the order in which the framework writes things down. */
const hashOf = (value) =>
  createHash('sha256').update(JSON.stringify(value, inOrder)).digest('hex').slice(0, 16);

const inOrder = (_key, value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value;
