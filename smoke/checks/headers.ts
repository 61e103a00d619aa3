import assert from 'node:assert/strict';
import { EXAMPLE, RESOURCES } from '../../support/resources.ts';
import { inGroup } from '../check.ts';
import { contract, fillPath } from '../documented-operations.ts';
import { type Reply, requireStatus, type Session } from '../session.ts';

const { anyone, signedIn } = inGroup('headers');
const UNKNOWN_ID = '01900000-0000-7000-8000-000000000000';
/** The page of somebody's front end. */
const ORIGIN = { origin: 'https://app.example.com' };
const PREFLIGHT_AGE_MIN_S = 600;

/** What a page sends, and may only send when the preflight allows it. */
const SENT_BY_PAGES = ['authorization', 'content-type', 'if-match', 'if-none-match', 'idempotency-key'];

function listOf(headers: Headers, name: string): string[] {
  return (headers.get(name) ?? '').split(',').map((item) => item.trim().toLowerCase());
}

async function preflight(anonymous: Session, path: string, method: string): Promise<Reply> {
  const headers = {
    ...ORIGIN,
    'access-control-request-method': method,
    'access-control-request-headers': SENT_BY_PAGES.join(','),
  };
  return anonymous.send('OPTIONS', path, { headers });
}

/** A browser hands a page of another origin neither status nor body without this header. */
function requireReadable(reply: Reply): void {
  const allowed = reply.headers.get('Access-Control-Allow-Origin');
  assert.ok(allowed, `a page cannot read ${reply.asked} (${reply.status}): no Access-Control-Allow-Origin`);
  assert.equal(reply.headers.get('X-Content-Type-Options'), 'nosniff', reply.asked);
  assert.match(reply.headers.get('Strict-Transport-Security') ?? '', /^max-age=\d{7,}/, reply.asked);
}

const apiPaths = Object.entries(contract.paths).filter(([path]) => path.startsWith('/api/'));

export const HEADER_CHECKS = [
  ...apiPaths.map(([path, item]) =>
    anyone(`the preflight of ${path} allows what its operations take, for a while`, async ({ anonymous }) => {
      const methods = Object.keys(item).filter((key) => key !== 'parameters');
      const { status, headers } = await preflight(
        anonymous,
        fillPath(path, UNKNOWN_ID),
        methods[0]?.toUpperCase() ?? '',
      );
      assert.ok(status === 200 || status === 204, `OPTIONS is answered ${status}`);
      assert.ok(headers.get('Access-Control-Allow-Origin'), 'an origin is allowed');
      const allowed = listOf(headers, 'Access-Control-Allow-Methods');
      assert.deepEqual(
        methods.filter((method) => !allowed.includes(method)),
        [],
        'methods that are not allowed',
      );
      const headersAllowed = listOf(headers, 'Access-Control-Allow-Headers');
      assert.deepEqual(
        SENT_BY_PAGES.filter((name) => !headersAllowed.includes(name)),
        [],
        'headers that are not allowed',
      );
      assert.ok(
        Number(headers.get('Access-Control-Max-Age')) >= PREFLIGHT_AGE_MIN_S,
        'browsers may keep the answer',
      );
    }),
  ),

  anyone('a page of another origin can read refusals: 401 and 404 of the gateway', async ({ anonymous }) => {
    requireReadable(requireStatus(await anonymous.get('/api/health', ORIGIN), 200));
    requireReadable(requireStatus(await anonymous.get(EXAMPLE.path, ORIGIN), 401));
    requireReadable(
      requireStatus(await anonymous.get(EXAMPLE.path, { ...ORIGIN, authorization: 'Bearer x' }), 401),
    );
    requireReadable(requireStatus(await anonymous.get('/api/no-such-route', ORIGIN), 404));
  }),

  signedIn('a page of another origin can read replies and errors of the functions', async ({ user }) => {
    const { path } = await user.createRecord(EXAMPLE);
    const stale = { json: {}, headers: { ...ORIGIN, 'if-match': '"0"' } };
    requireReadable(requireStatus(await user.get(path, ORIGIN), 200));
    requireReadable(requireStatus(await user.get(`${EXAMPLE.path}/${UNKNOWN_ID}`, ORIGIN), 404));
    requireReadable(requireStatus(await user.send('PATCH', path, stale), 412));
    requireReadable(requireStatus(await user.send('POST', EXAMPLE.path, { json: {}, headers: ORIGIN }), 422));
  }),

  signedIn('a page of another origin can read ETag, Link, Location and Retry-After', async ({ user }) => {
    const { reply } = await user.createRecord(EXAMPLE);
    const exposed = listOf(reply.headers, 'Access-Control-Expose-Headers');
    const unreadable = ['etag', 'link', 'location', 'retry-after'].filter((name) => !exposed.includes(name));
    assert.deepEqual(unreadable, []);
  }),

  ...RESOURCES.map((resource) =>
    signedIn(`nothing about ${resource.kind.plural} is kept by a cache`, async ({ user }) => {
      const { path, reply } = await user.createRecord(resource);
      const seen = [reply, await user.get(path), await user.get(`${resource.path}?limit=1`)];
      for (const { headers, asked } of seen)
        assert.match(headers.get('Cache-Control') ?? '', /no-store/, asked);
    }),
  ),

  anyone('one origin is allowed, the same by every kind of reply', async ({ anonymous }) => {
    const replies = [
      await anonymous.get('/api/health', ORIGIN),
      await anonymous.get(EXAMPLE.path, ORIGIN),
      await anonymous.get('/api/no-such-route', ORIGIN),
      await preflight(anonymous, EXAMPLE.path, 'GET'),
    ];
    const origins = new Set(replies.map(({ headers }) => headers.get('Access-Control-Allow-Origin')));
    assert.equal(origins.size, 1, `the replies allow ${[...origins].join(' and ')}`);
  }),
];
