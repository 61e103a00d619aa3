import { describe, expect, it } from '@jest/globals';
import { packageService, packageWithOptions, propertiesOf, resourcesOf } from '../../support/packaged.ts';

interface Rule {
  readonly Name: string;
  readonly Statement: { RateBasedStatement?: unknown; ManagedRuleGroupStatement?: { VendorName: string } };
}

describe('what costs extra', () => {
  it('is in no stage unless a parameter says so', async () => {
    const { template } = await packageService('prod');
    expect([
      ...resourcesOf(template, 'AWS::WAFv2::WebACL'),
      ...resourcesOf(template, 'AWS::KMS::Key'),
    ]).toEqual([]);
    expect(propertiesOf(template, 'AlarmTopic')).not.toHaveProperty('KmsMasterKeyId');
  }, 300_000);

  describe('is deployed with its parameter:', () => {
    it('WAF in front of the stage, with a rate per address and the rules of AWS', async () => {
      const { template } = await packageWithOptions();
      const { Rules } = propertiesOf(template, 'WebAcl') as { Rules: Rule[] };
      expect(Rules[0]?.Statement.RateBasedStatement).toMatchObject({ Limit: 500, AggregateKeyType: 'IP' });
      const managed = Rules.flatMap(({ Statement }) => Statement.ManagedRuleGroupStatement ?? []);
      expect(managed.map(({ VendorName }) => VendorName)).toEqual(['AWS', 'AWS', 'AWS']);
      const { ResourceArn } = propertiesOf(template, 'WebAclAssociation');
      expect(JSON.stringify(ResourceArn)).toMatch(
        /restapis\/\$\{ApiGatewayRestApi\}\/stages\/\$\{ApiStage\}/,
      );
    }, 300_000);

    it('a key for the alarms, which CloudWatch may use', async () => {
      const { template } = await packageWithOptions();
      expect(propertiesOf(template, 'AlarmTopic')['KmsMasterKeyId']).toEqual({
        'Fn::GetAtt': ['AlarmKey', 'Arn'],
      });
      expect(JSON.stringify(propertiesOf(template, 'AlarmKey')['KeyPolicy'])).toContain(
        'cloudwatch.amazonaws.com',
      );
    }, 300_000);

    it('a year of logs', async () => {
      const { template } = await packageWithOptions();
      const kept = resourcesOf(template, 'AWS::Logs::LogGroup').map(
        ([, { Properties }]) => Properties['RetentionInDays'],
      );
      expect(new Set(kept.map(Number))).toEqual(new Set([365]));
    }, 300_000);
  });

  it('is refused with a limit that WAF does not take', async () => {
    const refused = packageService('prod', {}, { waf: 'true', wafRatePerAddress: '5' });
    await expect(refused).rejects.toMatchObject({
      stdout: expect.stringContaining('wafRatePerAddress must be a whole number from 10'),
    });
  }, 300_000);
});
