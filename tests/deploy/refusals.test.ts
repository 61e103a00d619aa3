import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { OPERATIONS, PROTECTED_OPERATIONS, type ServedOperation } from '../../support/operations.ts';
import { packageService } from '../../support/packaged.ts';
import { EXAMPLE } from '../../support/resources.ts';

const require = createRequire(import.meta.url);
type Functions = Record<string, { events?: { http: Record<string, unknown> }[] }>;
const { routeFaults } = require('../../deploy/route-faults.cjs') as {
  routeFaults: (functions: Functions, document: unknown) => string[];
};
const { describeSize, nameFault, sizeFault } = require('../../deploy/template-limits.cjs') as {
  describeSize: (size: { resources: number; bytes: number }) => string;
  nameFault: (stackName: string, template: unknown) => string | undefined;
  sizeFault: (size: { resources: number; bytes: number }) => string | undefined;
};
const { requireSettings } = require('../../deploy/settings.cjs') as {
  requireSettings: (service: unknown) => Promise<void>;
};

const read = (name: string) =>
  parse(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8'), { logLevel: 'error', merge: true });
const SECRET = 'a-secret-that-is-only-used-in-this-test-0123456789';
const BEFORE = { ...process.env };

beforeEach(() => {
  delete process.env['BETTER_AUTH_SECRET'];
  delete process.env['BETTER_AUTH_SECRETS'];
});
afterEach(() => {
  process.env = { ...BEFORE };
});

describe('a deployment is refused for a setting that', () => {
  /** The functions with the settings of each, as serverless.yml resolves them. */
  const serviceWith = (settings: Record<string, string>) => {
    const authentication = {
      BETTER_AUTH_URL: 'https://auth.example.com',
      BETTER_AUTH_SECRET: { Ref: 'BetterAuthSecret' },
      JWKS_MAX_STALE_HOURS: '',
    };
    const tasks = { CORS_ALLOWED_ORIGIN: '*', REQUIRE_VERIFIED_EMAIL: '', RATE_LIMIT_PER_MINUTE: '' };
    const only = (names: object) =>
      Object.fromEntries(
        Object.entries(settings).filter(([name]) => name in names || name.startsWith('BETTER')),
      );
    return {
      custom: { alarmEmail: settings['ALARM_EMAIL'] ?? '' },
      functions: {
        authorizer: { environment: { ...authentication, ...only(authentication) } },
        [EXAMPLE.create.functionName]: {
          environment: { ...tasks, TASKS_TABLE: { Ref: 'TasksTable' }, ...only(tasks) },
        },
        getHealth: { environment: { CORS_ALLOWED_ORIGIN: '*' } },
      },
    };
  };

  it.each<[string, Record<string, string>, string]>([
    ['is no number', { RATE_LIMIT_PER_MINUTE: 'lots' }, 'RATE_LIMIT_PER_MINUTE must be'],
    ['is neither yes nor no', { REQUIRE_VERIFIED_EMAIL: 'maybe' }, 'REQUIRE_VERIFIED_EMAIL must be'],
    ['is no origin', { CORS_ALLOWED_ORIGIN: 'https://app.example.com/' }, 'CORS_ALLOWED_ORIGIN must be'],
    ['is no address', { ALARM_EMAIL: 'nonsense' }, 'ALARM_EMAIL must be one e-mail address'],
    ['is no time', { JWKS_MAX_STALE_HOURS: 'long' }, 'JWKS_MAX_STALE_HOURS must be'],
    [
      'is on this machine',
      { BETTER_AUTH_URL: 'http://localhost:3005' },
      'BETTER_AUTH_URL names this machine',
    ],
    [
      'is on this machine, as a number',
      { BETTER_AUTH_URL: 'http://127.0.0.1:3005' },
      'BETTER_AUTH_URL names',
    ],
    [
      'has its keys on this machine',
      { BETTER_AUTH_JWKS_URL: 'http://localhost:3005/api/auth/jwks' },
      'BETTER_AUTH_JWKS_URL names this machine',
    ],
  ])('%s, with one sentence that names it', async (_name, settings, sentence) => {
    process.env['BETTER_AUTH_SECRET'] = SECRET;
    await expect(requireSettings(serviceWith(settings))).rejects.toThrow(sentence);
  });

  it('but not for good ones', async () => {
    process.env['BETTER_AUTH_SECRET'] = SECRET;
    const good = { RATE_LIMIT_PER_MINUTE: '60', CORS_ALLOWED_ORIGIN: 'https://app.example.com' };
    await requireSettings(serviceWith({ ...good, ALARM_EMAIL: 'ops@example.com' }));
  });
});

describe('routes and contract', () => {
  /** Whether its function serves no other operation. */
  const isOnlyOne = ({ functionName }: ServedOperation) =>
    OPERATIONS.filter((other) => other.functionName === functionName).length === 1;
  const functions: Functions = read('serverless.yml').functions;
  const contract = read('openapi.yml');
  const faultsAfter = (change: (changed: Functions) => void): string[] => {
    const changed = structuredClone(functions);
    change(changed);
    return routeFaults(changed, contract);
  };

  it('agree', () => {
    expect(routeFaults(functions, contract)).toEqual([]);
  });

  it.each(PROTECTED_OPERATIONS.filter(isOnlyOne).map(({ functionName }) => functionName))(
    'do not without the authorizer of %s',
    (name) => {
      const faults = faultsAfter((changed) => {
        delete changed[name]?.events?.[0]?.http['authorizer'];
      });
      expect(faults).toEqual([
        expect.stringMatching(/is protected in openapi\.yml, .* has no authorizer\.$/),
      ]);
    },
  );

  it('agree on HEAD as on GET', () => {
    const faults = faultsAfter(({ getHealth }) => {
      for (const { http } of getHealth?.events ?? []) Object.assign(http, { authorizer: 'authorizer' });
    });
    expect(faults).toEqual(
      ['GET', 'HEAD'].map((method) => expect.stringContaining(`${method} /api/health is open`)),
    );
  });

  it.each(['getMe', 'getHealth', 'getDocs', 'getOpenApi'])('do not with an authorizer of %s', (name) => {
    const faults = faultsAfter((changed) => {
      Object.assign(changed[name]?.events?.[0]?.http ?? {}, { authorizer: 'authorizer' });
    });
    expect(faults).toEqual([expect.stringMatching(/is open in openapi\.yml, .* has an authorizer\.$/)]);
  });

  it('do not when one has a route that the other lacks', () => {
    expect(faultsAfter((changed) => delete changed[EXAMPLE.get.functionName])).toEqual([
      `GET ${EXAMPLE.get.path} is in openapi.yml, and no function of serverless.yml has it.`,
    ]);
    const added = faultsAfter((changed) => {
      changed['secret'] = { events: [{ http: { method: 'get', path: '/api/secret' } }] };
    });
    expect(added).toEqual([
      'GET /api/secret is a route of serverless.yml, and openapi.yml does not have it.',
    ]);
  });
});

describe('the limits of CloudFormation', () => {
  /** A function is named `better-auth-todo-<stage>-getProtectedResource`, and may have 64 characters. */
  const LONGEST_STAGE = 64 - 'better-auth-todo--getProtectedResource'.length;

  it.each([
    ['AWS::Lambda::Function', 'FunctionName', 64],
    ['AWS::IAM::Role', 'RoleName', 64],
    ['AWS::S3::Bucket', 'BucketName', 63],
    ['AWS::CloudWatch::Alarm', 'AlarmName', 255],
    ['AWS::CloudWatch::Dashboard', 'DashboardName', 255],
  ])('hold the names of %s to their length', (Type, property, max) => {
    const templateWith = (length: number) => ({
      Resources: { Thing: { Type, Properties: { [property]: 'n'.repeat(length) } } },
    });
    expect(nameFault('todo-prod', templateWith(max))).toBeUndefined();
    expect(nameFault('todo-prod', templateWith(max + 1))).toMatch(
      / shorten the stage or the service by 1\.$/,
    );
  });

  it('hold the stack to 128 characters, and leave names alone that CloudFormation makes', () => {
    const template = { Resources: { Table: { Type: 'AWS::DynamoDB::Table', Properties: {} } } };
    expect(nameFault('s'.repeat(128), template)).toBeUndefined();
    expect(nameFault('s'.repeat(129), template)).toContain('(a stack)');
  });

  it('are 500 resources and 1 MB', () => {
    expect(sizeFault({ resources: 500, bytes: 1_000_000 })).toBeUndefined();
    expect(sizeFault({ resources: 501, bytes: 1 })).toContain('501 of 500 resources');
    expect(sizeFault({ resources: 1, bytes: 1_000_001 })).toContain('1001 of 1000 KB');
    expect(describeSize({ resources: 120, bytes: 143_201 })).toBe(
      'The template has 120 of 500 resources and 144 of 1000 KB.',
    );
  });

  it('refuse a stage of 36 characters', async () => {
    const refused = packageService('s'.repeat(36));
    await expect(refused).rejects.toMatchObject({
      stdout: expect.stringMatching(/Nothing was deployed\. The name \S+ has \d+ characters and may have 64/),
    });
  }, 300_000);

  it('hold the longest stage of this service, and print the distance', async () => {
    const { template, printed } = await packageService('prod');
    expect(printed).toMatch(/The template has \d+ of 500 resources/);
    const named = (length: number) =>
      JSON.parse(JSON.stringify(template).replaceAll(/\bprod\b/g, 's'.repeat(length)));
    expect(nameFault('todo', named(LONGEST_STAGE))).toBeUndefined();
    expect(nameFault('todo', named(LONGEST_STAGE + 1))).toContain('-getProtectedResource');
  }, 300_000);
});
