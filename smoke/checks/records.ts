import assert from 'node:assert/strict';
import { findExampleBody } from '../../support/operations.ts';
import { EXAMPLE, filtered, RESOURCES, type RecordBody, type Resource } from '../../support/resources.ts';
import { type Check, inGroup } from '../check.ts';
import { type Reply, requireProblem, requireStatus, type Session } from '../session.ts';

const { signedIn } = inGroup('records');

/** What `Link` says comes next. */
function nextPage(reply: Reply): string | undefined {
  return /^<([^>]+)>; rel="next"$/.exec(reply.headers.get('Link') ?? '')?.[1];
}

/** Follows `Link` until it has seen every record wanted, or the list ends. */
async function listUntil(user: Session, path: string, wanted: ReadonlySet<string>): Promise<string[]> {
  const seen: string[] = [];
  for (let next: string | undefined = path; next !== undefined; ) {
    const reply = requireStatus(await user.get(next), 200);
    seen.push(...idsOf(reply).filter((id) => wanted.has(id)));
    next = seen.length < wanted.size ? nextPage(reply) : undefined;
  }
  return seen;
}

const idsOf = ({ body }: Reply): string[] => (body as RecordBody[]).map(({ id }) => id);
const first = (name: string) => `${name[0]?.toUpperCase()}${name.slice(1)}`;

function lifecycle(resource: Resource): Check[] {
  const { kind, path: collection, create, updates, textField, defaults } = resource;
  const { name } = kind;
  return [
    signedIn(`a ${name} is created as it was sent, and has an address`, async ({ user }) => {
      const text = `${user.marker} Žluťoučký kůň 🐎`;
      const sent = { ...findExampleBody(create), [textField]: text };
      const { record, reply } = await user.createRecord(resource, sent);
      for (const [field, value] of Object.entries({ ...defaults, ...sent }))
        assert.ok(isSame(record[field], value), `${field} is ${JSON.stringify(record[field])}`);
      assert.equal(record['createdAt'], record['updatedAt']);
      const url = `${user.baseUrl}${collection}/${record.id}`;
      assert.equal(record['url'], url, 'url is how the client reached the API');
      assert.equal(reply.headers.get('Location'), url);
    }),

    signedIn(`a ${name} can be read at its address, with the ETag it was created with`, async ({ user }) => {
      const { record, etag } = await user.createRecord(resource);
      const reply = requireStatus(await user.get(String(record['url'])), 200);
      assert.deepEqual(reply.body, record);
      assert.equal(reply.headers.get('ETag'), etag);
    }),

    signedIn(`a ${name} that did not change is 304 for its ETag`, async ({ user }) => {
      const { path, etag } = await user.createRecord(resource);
      const reply = requireStatus(await user.get(path, { 'if-none-match': etag }), 304);
      assert.equal(reply.text, '');
      requireStatus(await user.get(path, { 'if-none-match': '"another"' }), 200);
    }),

    ...updates.map(({ method }) =>
      signedIn(
        `${method} changes the fields of a ${name} that are sent and keeps the others`,
        async ({ user }) => {
          const { record, path, etag } = await user.createRecord(resource, filtered(resource, false));
          const json = { [textField]: `${user.marker} changed`, ...filtered(resource, true) };
          const reply = requireStatus(await user.send(method, path, { json }), 200);
          const { updatedAt, ...changed } = reply.body as RecordBody;
          const { updatedAt: before, ...rest } = record;
          assert.deepEqual(changed, { ...rest, ...json });
          assert.ok(String(updatedAt) >= String(before), 'updatedAt moves on');
          assert.notEqual(reply.headers.get('ETag'), etag, 'another version, another ETag');
        },
      ),
    ),

    signedIn(
      `a change of a ${name} based on an outdated version is 412 and changes nothing`,
      async ({ user }) => {
        const { path, etag } = await user.createRecord(resource);
        const headers = { 'if-match': etag };
        const change = (text: string) =>
          user.send('PATCH', path, { json: { [textField]: `${user.marker} ${text}` }, headers });
        requireStatus(await change('first'), 200);
        requireProblem(await change('second'), 412, 'stale_version');
        assert.equal(((await user.get(path)).body as RecordBody)[textField], `${user.marker} first`);
      },
    ),

    signedIn(`deleting an outdated ${name} is 412; deleted, it is 404 for everything`, async ({ user }) => {
      const { path, etag } = await user.createRecord(resource);
      const json = { [textField]: `${user.marker} changed` };
      const missing = `${name}_not_found`;
      requireStatus(await user.send('PATCH', path, { json }), 200);
      requireProblem(
        await user.send('DELETE', path, { headers: { 'if-match': etag } }),
        412,
        'stale_version',
      );
      const deleted = requireStatus(await user.send('DELETE', path), 200);
      assert.deepEqual(deleted.body, { detail: `${first(name)} deleted` });
      requireProblem(await user.get(path), 404, missing);
      requireProblem(await user.send('DELETE', path), 404, missing);
      requireProblem(await user.send('PATCH', path, { json }), 404, missing);
      requireProblem(await user.get(path), 404, missing);
    }),
  ];
}

/** Times are answered in UTC with milliseconds, however they were sent. */
function isSame(answered: unknown, sent: unknown): boolean {
  if (JSON.stringify(answered) === JSON.stringify(sent)) return true;
  return typeof sent === 'string' && Date.parse(String(answered)) === Date.parse(sent);
}

function repeats(resource: Resource): Check[] {
  const { kind, path, textField } = resource;
  const { name } = kind;
  return [
    signedIn(
      `a creation repeated with its Idempotency-Key gives the same ${name} again`,
      async ({ user }) => {
        const headers = { 'idempotency-key': user.marker };
        const original = await user.createRecord(resource, {}, headers);
        const repeated = await user.createRecord(resource, {}, headers);
        assert.deepEqual(repeated.record, original.record);
        const replayed = [original, repeated].map(({ reply }) => reply.headers.get('Idempotency-Replayed'));
        assert.deepEqual(replayed, [null, 'true']);
      },
    ),

    signedIn(`creations with one Idempotency-Key at the same time make one ${name}`, async ({ user }) => {
      const headers = { 'idempotency-key': user.marker };
      const all = await Promise.all(
        Array.from({ length: 5 }, () => user.createRecord(resource, {}, headers)),
      );
      assert.equal(new Set(all.map(({ record }) => record.id)).size, 1);
      const { body } = await user.get(`${path}?sort=-createdAt&limit=10`);
      const made = (body as RecordBody[]).filter((record) => String(record[textField]).includes(user.marker));
      assert.equal(made.length, 1);
    }),

    signedIn(
      `an Idempotency-Key used for another ${name} is 422 idempotency_key_reused`,
      async ({ user }) => {
        const headers = { 'idempotency-key': user.marker };
        await user.createRecord(resource, {}, headers);
        const json = user.bodyOf(resource, 'another');
        requireProblem(await user.send('POST', path, { json, headers }), 422, 'idempotency_key_reused');
      },
    ),
  ];
}

function lists(resource: Resource): Check[] {
  const { kind, path: collection } = resource;
  const { plural, filter } = kind;
  const byNewest = signedIn(
    `the newest ${plural} come first when asked for, page by page`,
    async ({ user }) => {
      const ids: string[] = [];
      for (let count = 0; count < 3; count += 1) ids.push((await user.createRecord(resource)).record.id);
      const seen = await listUntil(user, `${collection}?sort=-createdAt&limit=1`, new Set(ids));
      assert.deepEqual(seen, ids.toReversed());
    },
  );
  const inOrder = signedIn(
    `${plural} come in the order of their creation, page by page, each once`,
    async ({ user }) => {
      await user.requireOnlyOwn(resource);
      const ids: string[] = [];
      for (let count = 0; count < 5; count += 1) ids.push((await user.createRecord(resource)).record.id);
      assert.deepEqual(await listUntil(user, `${collection}?limit=2`, new Set(ids)), ids);
    },
  );
  if (filter === undefined) return [byNewest, inOrder];
  const whatMatches = signedIn(
    `a filtered list of ${plural} holds what matches and nothing else, also right after a change`,
    async ({ user }) => {
      const { record, path } = await user.createRecord(resource, filtered(resource, false));
      const has = async (value: boolean) => {
        const reply = await user.get(`${collection}?sort=-createdAt&limit=5&${filter}=${value}`);
        const listed = requireStatus(reply, 200).body as RecordBody[];
        assert.ok(listed.every((one) => one[filter] === value));
        return idsOf(reply).includes(record.id);
      };
      assert.deepEqual([await has(false), await has(true)], [true, false]);
      requireStatus(await user.send('PATCH', path, { json: filtered(resource, true) }), 200);
      assert.deepEqual([await has(false), await has(true)], [false, true]);
    },
  );
  return [byNewest, inOrder, whatMatches];
}

/** Of a kind whose collection can be deleted at once. */
function deletions(resource: Resource): Check[] {
  const { kind, path: collection, removeAll } = resource;
  const { name, plural, filter } = kind;
  if (removeAll === undefined) return [];
  const all = signedIn(
    `deleting all ${plural} leaves none, and says how many there were`,
    async ({ user }) => {
      await user.requireOnlyOwn(resource);
      await user.createRecord(resource, filtered(resource, true));
      await user.createRecord(resource);
      await user.requireOnlyOwn(resource);
      const { body: before } = await user.get(`${collection}?limit=100`);
      const { body } = requireStatus(await user.send('DELETE', `${collection}?all=true`), 200);
      assert.deepEqual(body, { detail: `${(before as RecordBody[]).length} ${plural} deleted` });
      assert.deepEqual((await user.get(collection)).body, []);
    },
  );
  if (filter === undefined) return [all];
  const filteredOnes = signedIn(`deleting ${plural} by ${filter} keeps the others`, async ({ user }) => {
    const only = { onlyFiltered: true };
    await user.requireOnlyOwn(resource, only);
    const other = await user.createRecord(resource, filtered(resource, false));
    const gone = [true, true].map((value) => user.createRecord(resource, filtered(resource, value)));
    const paths = (await Promise.all(gone)).map(({ path }) => path);
    await user.requireOnlyOwn(resource, only);
    requireStatus(await user.send('DELETE', `${collection}?${filter}=true`), 200);
    requireStatus(await user.get(other.path), 200);
    for (const path of paths) requireProblem(await user.get(path), 404, `${name}_not_found`);
  });
  return [filteredOnes, all];
}

const identity = [
  signedIn('getMe knows the caller', async ({ user }) => {
    const { user: caller } = requireStatus(await user.get('/api/me'), 200).body as {
      user: { userId: string } | null;
    };
    assert.ok(caller, 'the token is accepted, so there is a caller');
  }),

  signedIn('one token opens every route, not only the first it was used for', async ({ user }) => {
    for (const resource of RESOURCES) {
      const { path } = await user.createRecord(resource);
      const statuses = [(await user.get(`${resource.path}?limit=1`)).status, (await user.get(path)).status];
      for (const { method } of resource.updates)
        statuses.push((await user.send(method, path, { json: {} })).status);
      statuses.push((await user.send('DELETE', path)).status);
      assert.deepEqual(
        statuses,
        statuses.map(() => 200),
      );
    }
  }),

  signedIn('the scheme may be written in lower case', async ({ user, anonymous }) => {
    const authorization = `bearer ${user.token}`;
    requireStatus(await anonymous.get(`${EXAMPLE.path}?limit=1`, { authorization }), 200);
  }),
];

/** What each resource of openapi.yml promises a user. */
export const RECORD_CHECKS = [
  ...identity,
  ...RESOURCES.flatMap((resource) => [
    ...lifecycle(resource),
    ...repeats(resource),
    ...lists(resource),
    ...deletions(resource),
  ]),
];
