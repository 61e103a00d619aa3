import assert from 'node:assert/strict';
import { inGroup } from '../check.ts';
import { contract, fillPath } from '../documented-operations.ts';
import { requireProblem, requireStatus } from '../session.ts';

const { anyone } = inGroup('contract');
const NO_TASK = '01900000-0000-7000-8000-000000000000';
const METHODS = ['get', 'put', 'post', 'patch', 'delete'];

export const CONTRACT_CHECKS = [
  anyone('the API runs the version of this contract', async ({ nobody }) => {
    const { body } = requireStatus(await nobody.get('/api/health'), 200);
    const { version } = body as { version: string };
    const { info } = contract;
    assert.equal(version, info.version, `the API runs ${version}, and openapi.yml here is ${info.version}`);
  }),

  ...Object.entries(contract.paths).map(([path, item]) =>
    anyone(`${path} answers no method beside those of the contract`, async ({ nobody }) => {
      const others = METHODS.filter((method) => !(method in item));
      for (const method of others) {
        const reply = await nobody.send(method.toUpperCase(), fillPath(path, NO_TASK));
        requireProblem(reply, 404, 'route_not_found');
      }
    }),
  ),
];
