/**
 * Resources that a stage has only when a parameter of serverless.yml asks for them. Each costs money even when it is not
 * used. They are a web ACL in front of the stage (`waf`), and a key for the topic of the alarms (`encryptAlarms`).
 */
module.exports = async ({ resolveVariable }) => {
  const isOn = async (name) => String(await resolveVariable(`param:${name}`)) === 'true';
  const limit = Number(await resolveVariable('param:wafRatePerAddress'));
  return {
    Resources: {
      ...((await isOn('waf')) && webAcl(requireLimit(limit))),
      ...((await isOn('encryptAlarms')) && alarmKey()),
    },
    ...((await isOn('encryptAlarms')) && {
      extensions: { AlarmTopic: { Properties: { KmsMasterKeyId: { 'Fn::GetAtt': ['AlarmKey', 'Arn'] } } } },
    }),
  };
};

/** AWS WAF takes 10 to 2,000,000,000. */
function requireLimit(limit) {
  if (Number.isInteger(limit) && limit >= 10 && limit <= 2_000_000_000) return limit;
  throw new Error('wafRatePerAddress must be a whole number from 10 to 2000000000.');
}

const COMMON = 'AWSManagedRulesCommonRuleSet';
/** The common rules refuse a body above 8 KB, and a valid task can be longer. */
const LONG_BODIES = { RuleActionOverrides: [{ Name: 'SizeRestrictions_BODY', ActionToUse: { Count: {} } }] };

/** Rule groups of AWS: known bad inputs, addresses of bad reputation, and the common rules. */
const MANAGED = ['AWSManagedRulesKnownBadInputsRuleSet', 'AWSManagedRulesAmazonIpReputationList', COMMON];

const visibility = (MetricName) => ({
  CloudWatchMetricsEnabled: true,
  SampledRequestsEnabled: false,
  MetricName,
});

function webAcl(limit) {
  const managed = MANAGED.map((Name, index) => ({
    Name,
    Priority: index + 1,
    OverrideAction: { None: {} },
    Statement: {
      ManagedRuleGroupStatement: { VendorName: 'AWS', Name, ...(Name === COMMON && LONG_BODIES) },
    },
    VisibilityConfig: visibility(Name),
  }));
  return {
    WebAcl: {
      Type: 'AWS::WAFv2::WebACL',
      Properties: {
        Scope: 'REGIONAL',
        DefaultAction: { Allow: {} },
        VisibilityConfig: visibility('WebAcl'),
        Rules: [
          {
            Name: 'RatePerAddress',
            Priority: 0,
            Action: { Block: { CustomResponse: { ResponseCode: 429 } } },
            Statement: {
              RateBasedStatement: { Limit: limit, AggregateKeyType: 'IP', EvaluationWindowSec: 300 },
            },
            VisibilityConfig: visibility('RatePerAddress'),
          },
          ...managed,
        ],
      },
    },
    WebAclAssociation: {
      Type: 'AWS::WAFv2::WebACLAssociation',
      Properties: {
        ResourceArn: {
          'Fn::Sub': `arn:\${AWS::Partition}:apigateway:\${AWS::Region}::/restapis/\${ApiGatewayRestApi}/stages/\${ApiStage}`,
        },
        WebACLArn: { 'Fn::GetAtt': ['WebAcl', 'Arn'] },
      },
    },
  };
}

/** The key that AWS manages for SNS does not let CloudWatch publish, so the topic needs one with a policy. */
function alarmKey() {
  const account = { 'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:root` };
  return {
    AlarmKey: {
      Type: 'AWS::KMS::Key',
      Properties: {
        EnableKeyRotation: true,
        KeyPolicy: {
          Version: '2012-10-17',
          Statement: [
            {
              Sid: 'Administration',
              Effect: 'Allow',
              Principal: { AWS: account },
              Action: 'kms:*',
              Resource: '*',
            },
            {
              Sid: 'Alarms',
              Effect: 'Allow',
              Principal: { Service: 'cloudwatch.amazonaws.com' },
              Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
              Resource: '*',
              Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
            },
          ],
        },
      },
    },
  };
}
