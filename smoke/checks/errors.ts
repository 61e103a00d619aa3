import assert from 'node:assert/strict';
import { findExampleBody, propertiesOf } from '../../support/operations.ts';
import { filtered, RESOURCES, type RecordBody, type Resource } from '../../support/resources.ts';
import { type Check, inGroup } from '../check.ts';
import {
  type Problem,
  type Reply,
  requireProblem,
  requireStatus,
  type SendOptions,
  type Session,
} from '../session.ts';

const { anyone, signedIn } = inGroup('errors');
const JSON_TYPE = { 'content-type': 'application/json' };
/** As long a text as a body can hold without being refused for its size. */
const TEXT_MAX = 60_000;

type Refusal = readonly [
  name: string,
  status: number,
  code: string,
  options: (marker: string) => SendOptions,
];

/** Bodies that a creation refuses. Each holds the marker where it can, so that one stored by mistake is found. */
function bodiesOf(resource: Resource): Refusal[] {
  const { create, textField } = resource;
  const good = (marker: string) => ({ ...findExampleBody(create), [textField]: marker });
  const wrong = (name: string, fields: object): Refusal => [
    name,
    422,
    'invalid_request',
    (marker) => ({ json: { ...good(marker), ...fields } }),
  ];
  return [
    [
      'a body that is not JSON',
      400,
      'malformed_json',
      (marker) => ({ text: JSON.stringify(good(marker)).slice(0, -1), headers: JSON_TYPE }),
    ],
    ['no body', 400, 'missing_body', () => ({ headers: JSON_TYPE })],
    [
      'a form',
      415,
      'unsupported_media_type',
      (marker) => ({
        text: `${textField}=${marker}`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      }),
    ],
    [
      'JSON announced as text',
      415,
      'unsupported_media_type',
      (marker) => ({ text: JSON.stringify(good(marker)), headers: { 'content-type': 'text/plain' } }),
    ],
    [
      'a body above 64 KB',
      413,
      'body_too_large',
      (marker) => ({ json: { ...good(marker), padding: 'x'.repeat(66_000) } }),
    ],
    ['a body that is an array', 422, 'invalid_request', (marker) => ({ json: [good(marker)] })],
    wrong('an unknown property', { colour: 'red' }),
    wrong('an id of the client’s own', { id: '01900000-0000-7000-8000-000000000000' }),
    wrong('another owner', { userId: 'somebody-else' }),
    ...propertiesOf(create).flatMap((property) =>
      wrongValues(property).map(([what, value]) => wrong(what, { [property.name]: value })),
    ),
  ];
}

/** Values that the schema of a property refuses; `undefined` leaves the property out. */
function wrongValues({
  name,
  isRequired,
  schema,
}: ReturnType<typeof propertiesOf>[number]): [string, unknown][] {
  const { type, format, maxLength = TEXT_MAX } = schema;
  const isText = [type].flat().includes('string');
  return [
    ...(isRequired ? [[`no ${name}`, undefined] as [string, unknown]] : []),
    [`a ${name} that is an object`, {}],
    ...(isText && maxLength < TEXT_MAX
      ? [[`a ${name} of ${maxLength + 1} characters`, 'x'.repeat(maxLength + 1)] as [string, unknown]]
      : []),
    ...(format === 'date-time'
      ? ([
          [`a ${name} on a day that does not exist`, '2030-02-30T00:00:00Z'],
          [`a ${name} without an offset`, '2030-02-28T00:00:00'],
        ] as [string, unknown][])
      : []),
    ...([type].flat().includes('integer')
      ? [[`a ${name} that is no whole number`, 1.5] as [string, unknown]]
      : []),
  ];
}

const QUERIES: readonly (readonly [query: string, status: number, code: string])[] = [
  ['limit=0', 422, 'invalid_request'],
  ['limit=101', 422, 'invalid_request'],
  ['limit=ten', 422, 'invalid_request'],
  ['limit=1&limit=2', 422, 'invalid_request'],
  ['sort=title', 422, 'invalid_request'],
  ['cursor=nonsense', 400, 'malformed_cursor'],
];

/** A 422 says what is wrong; every other problem has no `errors`. */
function requireFaults({ status, body }: Reply): void {
  const { errors = [] } = body as Problem;
  assert.equal(errors.length > 0, status === 422, 'errors names each fault of a 422');
}

/** What `Link` of a list of one record a page says of the next one. */
async function cursorOf(user: Session, list: string): Promise<string> {
  const { headers } = await user.get(list);
  const next = new URL(/^<([^>]+)>/.exec(headers.get('Link') ?? '')?.[1] ?? '');
  return encodeURIComponent(next.searchParams.get('cursor') ?? '');
}

function errorsOf(resource: Resource): Check[] {
  const { kind, path: collection, textField } = resource;
  const { name, plural, filter } = kind;
  const bodies = bodiesOf(resource);
  const filterQueries: typeof QUERIES =
    filter === undefined ? [] : [[`${filter}=maybe`, 422, 'invalid_request']];
  return [
    ...bodies.map(([what, status, code, options]) =>
      signedIn(`creating a ${name} with ${what} is ${status} ${code}`, async ({ user }) => {
        const reply = await user.send('POST', collection, options(user.marker));
        requireProblem(reply, status, code);
        requireFaults(reply);
      }),
    ),

    signedIn(
      `an Idempotency-Key of 256 characters for a ${name} is 400 malformed_idempotency_key`,
      async ({ user }) => {
        const headers = { 'idempotency-key': 'k'.repeat(256) };
        const reply = await user.send('POST', collection, { json: user.bodyOf(resource), headers });
        requireProblem(reply, 400, 'malformed_idempotency_key');
      },
    ),

    signedIn(`a refused request stores no ${name}`, async ({ user }) => {
      for (const [, , , options] of bodies) await user.send('POST', collection, options(user.marker));
      const { body } = requireStatus(await user.get(`${collection}?sort=-createdAt&limit=50`), 200);
      const stored = (body as RecordBody[]).filter((record) => JSON.stringify(record).includes(user.marker));
      assert.deepEqual(stored, []);
    }),

    signedIn(`a refused change of a ${name} changes nothing`, async ({ user }) => {
      const { record, path } = await user.createRecord(resource);
      const json = { [textField]: `${user.marker} changed`, colour: 'red' };
      requireProblem(await user.send('PATCH', path, { json }), 422, 'invalid_request');
      assert.deepEqual((await user.get(path)).body, record);
    }),

    ...[...QUERIES, ...filterQueries].map(([query, status, code]) =>
      signedIn(`listing ${plural} with ${query} is ${status} ${code}`, async ({ user }) => {
        const reply = await user.get(`${collection}?${query}`);
        requireProblem(reply, status, code);
        requireFaults(reply);
      }),
    ),

    signedIn(`a cursor of one list of ${plural} is 400 malformed_cursor for another`, async ({ user }) => {
      await user.createRecord(resource);
      await user.createRecord(resource);
      const cursor = await cursorOf(user, `${collection}?sort=-createdAt&limit=1`);
      const others = [
        `${collection}?limit=1`,
        ...(filter === undefined ? [] : [`${collection}?sort=-createdAt&${filter}=true`]),
        ...RESOURCES.filter((other) => other !== resource).map(({ path }) => `${path}?sort=-createdAt`),
      ];
      for (const list of others)
        requireProblem(await user.get(`${list}&cursor=${cursor}`), 400, 'malformed_cursor');
    }),

    ...['nonsense', '01900000-0000-4000-8000-000000000000', '%F0%9F%90%8E', "'%20OR%201=1"].map((id) =>
      signedIn(`the id ${id} is 404 ${name}_not_found`, async ({ user }) => {
        requireProblem(await user.get(`${collection}/${id}`), 404, `${name}_not_found`);
      }),
    ),

    signedIn(
      `an If-Match for a ${name} that cannot be read is 400 malformed_header and not ignored`,
      async ({ user }) => {
        const { path } = await user.createRecord(resource);
        const headers = { 'if-match': 'version one' };
        requireProblem(await user.send('PATCH', path, { json: {}, headers }), 400, 'malformed_header');
      },
    ),

    ...(resource.removeAll === undefined ? [] : deletionErrors(resource)),
  ];
}

/** Of a kind whose collection can be deleted at once. */
function deletionErrors(resource: Resource): Check[] {
  const { kind, path: collection } = resource;
  const { plural, filter } = kind;
  const byFilter = filter === undefined ? [] : [`${filter}=false`, `${filter}=`, `all=true&${filter}=true`];
  return [
    ...['no-such=true', 'all=false', ...byFilter, ''].map((query) =>
      signedIn(
        `deleting ${plural} with ${query || 'no word about which'} is 422 and deletes none`,
        async ({ user }) => {
          await user.requireOnlyOwn(resource);
          const { path } = await user.createRecord(resource, filtered(resource, true));
          requireProblem(await user.send('DELETE', `${collection}?${query}`), 422, 'invalid_request');
          requireStatus(await user.get(path), 200);
        },
      ),
    ),

    ...[`${collection}/`, `/${collection}`].map((nearly) =>
      signedIn(`deleting at ${nearly} is 404 and deletes none`, async ({ user }) => {
        await user.requireOnlyOwn(resource);
        const { path } = await user.createRecord(resource, filtered(resource, true));
        requireProblem(await user.send('DELETE', `${nearly}?all=true`), 404, 'route_not_found');
        requireStatus(await user.get(path), 200);
      }),
    ),
  ];
}

export const ERROR_CHECKS = [
  anyone('an unknown route is 404 route_not_found', async ({ anonymous }) => {
    requireProblem(await anonymous.get('/api/no-such-route'), 404, 'route_not_found');
  }),

  anyone('an unknown method is 404 route_not_found', async ({ anonymous }) => {
    requireProblem(await anonymous.send('POST', '/api/health', { json: {} }), 404, 'route_not_found');
  }),

  signedIn(
    'an unknown route is refused with a token too, which the answer does not repeat',
    async ({ user }) => {
      const reply = await user.get('/api/no-such-route');
      // API Gateway may take the token for a signature of AWS's own and refuse that instead.
      if (reply.status !== 403) requireProblem(reply, 404, 'route_not_found');
      assert.doesNotMatch(JSON.stringify(reply.body), /Bearer|eyJ/);
    },
  ),

  ...RESOURCES.flatMap(errorsOf),
];
