import assert from 'node:assert/strict';
import { inGroup, PAGES } from '../check.ts';
import { contract, fillPath } from '../documented-operations.ts';
import { requireProblem, requireStatus } from '../session.ts';

const { anyone, reader } = inGroup('contract');
const UNKNOWN_ID = '01900000-0000-7000-8000-000000000000';
const METHODS = ['get', 'put', 'post', 'patch', 'delete'];

/** What a document says, wherever it is published. */
function withoutServers({ servers: _servers, ...document }: Readonly<Record<string, unknown>>): unknown {
  return JSON.parse(JSON.stringify(document));
}

export const CONTRACT_CHECKS = [
  reader('/openapi.json', 'is this contract, with the base URL as its server', async ({ anonymous }) => {
    const document = requireStatus(await anonymous.get('/openapi.json'), 200).body as typeof contract;
    assert.deepEqual(withoutServers(document), withoutServers(contract));
    const [server, ...others] = document['servers'] as { url: string }[];
    assert.deepEqual([server?.url, others], [anonymous.baseUrl, []]);
  }),

  reader('/docs', 'lets nothing run but what it holds', async ({ anonymous }) => {
    const { headers } = requireStatus(await anonymous.get('/docs'), 200);
    const policy = headers.get('Content-Security-Policy') ?? '';
    assert.match(policy, /^default-src 'none';/);
    assert.doesNotMatch(policy, /unsafe|https?:|\*/, 'no exceptions and no other server');
  }),

  ...PAGES.map((path) =>
    reader(path, 'that did not change is 304 for its ETag', async ({ anonymous }) => {
      const { headers } = requireStatus(await anonymous.get(path), 200);
      const again = await anonymous.get(path, { 'if-none-match': headers.get('ETag') ?? '' });
      assert.equal(requireStatus(again, 304).text, '');
    }),
  ),

  ...PAGES.map((path) =>
    reader(path, 'is compressed for clients that ask for it', async ({ anonymous }) => {
      const { headers } = requireStatus(await anonymous.get(path, { 'accept-encoding': 'gzip' }), 200);
      assert.equal(headers.get('Content-Encoding'), 'gzip');
    }),
  ),

  anyone('the API runs the version of this contract', async ({ anonymous }) => {
    const { body } = requireStatus(await anonymous.get('/api/health'), 200);
    const { version } = body as { version: string };
    const { info } = contract;
    assert.equal(version, info.version, `the API runs ${version}, and openapi.yml here is ${info.version}`);
  }),

  ...Object.entries(contract.paths).map(([path, item]) =>
    anyone(`${path} answers no methods other than those of the contract`, async ({ anonymous }) => {
      const others = METHODS.filter((method) => !(method in item));
      for (const method of others) {
        const reply = await anonymous.send(method.toUpperCase(), fillPath(path, UNKNOWN_ID));
        requireProblem(reply, 404, 'route_not_found');
      }
    }),
  ),
];
