const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { parse } = require('yaml');
const { settleDeployment } = require('./api-deployment.cjs');
const { routeFaults } = require('./route-faults.cjs');
const { requireSettings } = require('./settings.cjs');
const { describeSize, nameFault, sizeFault, sizeOf } = require('./template-limits.cjs');
const { leaveOut, servedSchema } = require('./served.cjs');
const { methodSettings, throttleSchema } = require('./throttle.cjs');
const { functionRole, permissionsSchema, roleFault } = require('./roles.cjs');
const { ownPermissions } = require('./service-permissions.cjs');
const { fingerprintOfSecrets, keptSecretParameters, secretParameters } = require('./secrets.cjs');

/**
 * Serverless plugin for what serverless.yml cannot say:
 *
 * - a role per function, a count of cold starts, limits of single methods;
 * - functions that a stage leaves out, and an id for the snapshot of the API;
 * - secrets that travel separately from the template;
 * - a check of the settings before anything reaches AWS.
 *
 * Plain JavaScript because the framework loads it with whatever Node it runs on.
 */
module.exports = class DeploymentPlugin {
  constructor(serverless, _options, { log } = {}) {
    this.serverless = serverless;
    this.log = log;
    /** Functions that get a role of ours. */
    this.withOwnRole = [];
    serverless.configSchemaHandler.defineFunctionProperties('aws', {
      properties: { permissions: permissionsSchema, served: servedSchema, throttle: throttleSchema },
    });
    this.hooks = {
      initialize: async () => {
        if (['deploy', 'package'].includes(serverless.processedInput.commands.join(' ')))
          await this.requireDeployable();
        leaveOut(serverless.service.functions);
      },
      'before:package:initialize': () => this.completeResources(),
      'before:aws:package:finalize:mergeCustomProviderResources': () => this.addRoles(),
      'after:aws:package:finalize:mergeCustomProviderResources': () => this.completeTemplate(),
      'before:aws:deploy:deploy:updateStack': () => this.passParameters(secretParameters()),
      'before:rollback:rollback': () => this.passParameters(keptSecretParameters()),
    };
  }

  completeResources() {
    const { service } = this.serverless;
    const { naming } = this.serverless.getProvider('aws');
    service.resources.Resources.ApiStage.Properties.MethodSettings.push(...methodSettings(service.functions));
    const fault = roleFault(service, service.resources.Resources);
    if (fault !== undefined) this.refuse(fault);
    for (const [name, definition] of this.functionsWithRole()) {
      definition.role = `${naming.getNormalizedFunctionName(name)}Role`;
      this.withOwnRole.push(name);
    }
    for (const name of Object.keys(service.functions)) this.countColdStarts(name);
  }

  /** Functions that name no role themselves, unless the whole service has one (`provider.iam.role`). */
  functionsWithRole() {
    const aws = this.serverless.getProvider('aws');
    return Object.entries(this.serverless.service.functions).filter(
      ([, definition]) => aws.getCustomExecutionRole(definition) === undefined,
    );
  }

  countColdStarts(name) {
    const { service } = this.serverless;
    const { naming } = this.serverless.getProvider('aws');
    const { disableLogs, condition } = service.functions[name];
    if (disableLogs) return;
    service.resources.Resources[`${naming.getNormalizedFunctionName(name)}ColdStarts`] = {
      ...coldStarts(naming.getLogGroupLogicalId(name), service.custom.metricsNamespace),
      ...(condition !== undefined && { Condition: condition }),
    };
  }

  /** After the framework has compiled functions and events, because the roles follow what these need. */
  addRoles() {
    const { service } = this.serverless;
    const { naming } = this.serverless.getProvider('aws');
    const { Resources: added } = service.resources;
    const resources = { ...service.provider.compiledCloudFormationTemplate.Resources, ...added };
    for (const name of this.withOwnRole) {
      const definition = service.functions[name];
      const logGroup = definition.disableLogs ? undefined : naming.getLogGroupLogicalId(name);
      const own = this.orRefuse(name, () => ownPermissions(definition, { ...service, resources }));
      added[definition.role] = functionRole(definition, {
        logGroup,
        shared: service.provider.iam?.role,
        own,
      });
    }
  }

  orRefuse(name, make) {
    try {
      return make();
    } catch ({ message }) {
      return this.refuse(`${name}: ${message}`);
    }
  }

  isDeployment() {
    return this.serverless.processedInput.commands.join(' ') === 'deploy';
  }

  /** Before anything is built: every setting as its function will read it, and every route as openapi.yml promises it. */
  async requireDeployable() {
    const { service, serviceDir } = this.serverless;
    const document = parse(readFileSync(join(serviceDir, 'openapi.yml'), 'utf8'));
    const [fault] = routeFaults(service.functions, document);
    if (fault !== undefined) this.refuse(fault);
    if (!this.isDeployment()) return;
    await requireSettings(service).catch(({ message }) => this.refuse(message));
  }

  refuse(sentence) {
    throw new this.serverless.classes.Error(`Nothing was deployed. ${sentence}`, 'NOT_DEPLOYABLE');
  }

  /** The framework deploys when the template or a bundle changed, so all that asks for a deployment has to show in it. */
  completeTemplate() {
    const { compiledCloudFormationTemplate: template } = this.serverless.service.provider;
    const stackName = this.serverless.getProvider('aws').naming.getStackName();
    template.Resources = settleDeployment(template.Resources);
    const fingerprint = fingerprintOfSecrets(stackName);
    if (fingerprint !== undefined) template.Metadata = { ...template.Metadata, Secrets: fingerprint };
    this.requireLimits(stackName, template);
  }

  /** Nothing is uploaded yet. CloudFormation would find the same half-way, or after everything is uploaded. */
  requireLimits(stackName, template) {
    const size = sizeOf(template);
    const fault = nameFault(stackName, template) ?? sizeFault(size);
    if (fault !== undefined) this.refuse(fault);
    this.log?.notice(describeSize(size));
  }

  /** As late as this: the state file is written, and a new stack's first template, which has no parameters, is behind us. */
  passParameters(parameters) {
    const { provider } = this.serverless.service;
    if (parameters.length > 0)
      provider.stackParameters = [...(provider.stackParameters ?? []), ...parameters];
  }
};

/** Lambda reports a cold start in the last line of its first request. */
function coldStarts(logGroup, namespace) {
  return {
    Type: 'AWS::Logs::MetricFilter',
    Properties: {
      LogGroupName: { Ref: logGroup },
      FilterPattern: '"Init Duration"',
      MetricTransformations: [
        { MetricName: 'ColdStarts', MetricNamespace: namespace, MetricValue: '1', Unit: 'Count' },
      ],
    },
  };
}
