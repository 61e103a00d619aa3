import { EXAMPLE } from '../../support/resources.ts';
import { makeRandom, pick } from './scenario.ts';
import type { Afterwards } from './send-bytes.ts';

export interface HostileRequest {
  readonly kind: string;
  readonly bytes: Buffer;
  /** Statuses that are right; `connection closed` when a server may hang up without a word. */
  readonly accepts: readonly string[];
  /** What we do after the request; one that never is whole we end ourselves. */
  readonly afterwards: Afterwards;
}

interface RequestParts {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** Left out on `null`. */
  readonly contentType?: string | null;
  readonly authorization?: string | null;
  readonly body?: string | Buffer;
}

type Random = () => number;
/** Makes the parts of one request and says what may come of it. */
type Kind = readonly [name: string, make: (random: Random) => RequestParts, accepts: readonly string[]];

const { path: PATH, kind, removeAll } = EXAMPLE;
const PLURAL = kind.plural;
const ID = '01890a5d-ac96-774b-bcce-b302099a8057';
const HANGS_UP = ['400', 'connection closed'];

const json = (value: unknown) => JSON.stringify(value);
const noise = (random: Random, length: number) =>
  Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
const letters = (random: Random, length: number) =>
  Array.from({ length }, () => pick(random, [...'abcXYZ019-_~%'])).join('');
const post = (body: string | Buffer, more: RequestParts = {}): RequestParts => ({
  method: 'POST',
  body,
  ...more,
});

/** Values that are no title, no flag and no number. */
const WRONG_TYPES = [1, 0.5, null, true, [], {}, [[]], ['Buy milk'], { title: 'x' }];
const TEXTS = [
  '',
  ' ',
  '\u00a0',
  '\ufeff',
  '\u200b\u200b',
  '\t\n',
  'x'.repeat(201),
  '🐎'.repeat(201),
  '\ud800',
  'a\udc00b',
];
const TIMES = [
  '',
  'tomorrow',
  '2026-02-30T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-01-01',
  '2026-01-01T25:00:00Z',
  '0',
  '2026-01-01T00:00:60Z',
  '2026-01-01T00:00:00',
  '-000001-01-01T00:00:00Z',
];

const BODIES: readonly Kind[] = [
  ['a body of random bytes', (random) => post(noise(random, 1 + Math.floor(random() * 300))), ['400', '422']],
  [
    'JSON cut off',
    (random) => {
      const whole = json({ title: 'Buy milk', description: 'x'.repeat(50) });
      return post(whole.slice(0, 1 + Math.floor(random() * (whole.length - 2))));
    },
    ['400'],
  ],
  ['a title of the wrong type', (random) => post(json({ title: pick(random, WRONG_TYPES) })), ['422']],
  ['no usable title', (random) => post(json({ title: pick(random, TEXTS) })), ['422', '201']],
  [
    'a flag of the wrong type',
    (random) => post(json({ title: 'x', completed: pick(random, [0, 1, 'true', null, [], {}]) })),
    ['422'],
  ],
  [
    'an order that is not valid',
    (random) => post(json({ title: 'x', order: pick(random, [0.5, '1', 1e300, [], {}, true]) })),
    ['422'],
  ],
  [
    'a due date that is not valid',
    (random) => post(json({ title: 'x', dueAt: pick(random, [...TIMES, 0, [], {}, true]) })),
    ['422'],
  ],
  ['an unknown member', (random) => post(json({ title: 'x', [letters(random, 8)]: 1 })), ['422']],
  [
    'a member that is the server’s',
    (random) =>
      post(json({ title: 'x', [pick(random, ['id', 'userId', 'version', 'createdAt', 'url'])]: 'x' })),
    ['422'],
  ],
  [
    'a member named like a property',
    (random) =>
      post(
        `{"title":"x","${pick(random, ['__proto__', 'constructor', 'toString', 'hasOwnProperty'])}":{"completed":true}}`,
      ),
    ['422'],
  ],
  [
    'no object',
    (random) => post(pick(random, ['null', '[]', '"x"', '1', 'true', '[{"title":"x"}]'])),
    ['422'],
  ],
  [
    'no JSON',
    (random) =>
      post(
        pick(random, [
          'title=x',
          '<title>x</title>',
          "{'title':'x'}",
          '{title:"x"}',
          '{"title":"x"}{}',
          'NaN',
          '{"title":"x",}',
          '\ufeff{"title":"x"}',
        ]),
      ),
    ['400', '422', '201'],
  ],
  ['deep nesting', (random) => post(`${'['.repeat(1000 + Math.floor(random() * 20_000))}`), ['400']],
  [
    'nested objects',
    (random) => {
      const depth = 100 + Math.floor(random() * 2000);
      return post(`{"title":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`);
    },
    ['422'],
  ],
  [
    'a body that is too large',
    (random) => post(json({ title: 'x', description: 'x'.repeat(65_537 + Math.floor(random() * 100_000)) })),
    ['413'],
  ],
  [
    'a description that is too long',
    () => post(json({ title: 'x', description: 'x'.repeat(5001) })),
    ['422'],
  ],
  [
    'many members',
    (random) =>
      post(`{${Array.from({ length: 500 }, (_, index) => `"${letters(random, 4)}${index}":1`).join(',')}}`),
    ['422'],
  ],
  [
    'bytes that are no UTF-8',
    (random) =>
      post(
        Buffer.concat([
          Buffer.from('{"title":"'),
          pick(random, [
            Buffer.from([0xff]),
            Buffer.from([0xc0, 0xaf]),
            Buffer.from([0xed, 0xa0, 0x80]),
            Buffer.from([0xf5, 0x80, 0x80, 0x80]),
          ]),
          Buffer.from('"}'),
        ]),
      ),
    ['400', '422', '201'],
  ],
  ['UTF-16', () => post(Buffer.from(json({ title: 'x' }), 'utf16le')), ['400', '422']],
  ['an empty body', () => post(''), ['400']],
  [
    'another media type',
    (random) =>
      post(json({ title: 'x' }), {
        contentType: pick(random, [
          'text/plain',
          'application/xml',
          'multipart/form-data; boundary=x',
          'application/x-www-form-urlencoded',
          'application/json; charset=latin1',
          'application/jsonp',
          'json',
          '*/*',
          ';;;',
          'application/json, text/plain',
        ]),
      }),
    ['415', '400'],
  ],
  ['no media type', () => post(json({ title: 'x' }), { contentType: null }), ['415']],
  [
    'a body said to be compressed',
    (random) =>
      post(noise(random, 60), {
        headers: [['Content-Encoding', pick(random, ['gzip', 'br', 'deflate', 'zstd', 'x'])]],
      }),
    ['400', '415', '422'],
  ],
];

const PATHS: readonly Kind[] = [
  [
    'an id that is not valid',
    (random) => ({
      path: `${PATH}/${encodeURIComponent(letters(random, 1 + Math.floor(random() * 60)))}`,
    }),
    ['404'],
  ],
  [
    'an id of strange characters',
    (random) => ({
      path: `${PATH}/${pick(random, ['%00', '%0d%0a', '%F0%9F%90%8E', '..%2f..%2fetc%2fpasswd', '%7Ekey%23x', "'%20OR%20'1'%3D'1", '%24%7Bjndi%7D', '%3Cscript%3E', 'null', 'undefined', '__proto__', '%E2%80%AE'])}`,
    }),
    ['404', '400'],
  ],
  [
    'a broken percent sign',
    (random) => ({ path: `${PATH}/${pick(random, ['%', '%2', '%zz', '%ff', '%c0%af', 'a%'])}` }),
    ['404', '400'],
  ],
  ['an id in capitals', () => ({ path: `${PATH}/${ID.toUpperCase()}` }), ['404']],
  [
    'a very long path',
    (random) => ({ path: `${PATH}/${'a'.repeat(1000 + Math.floor(random() * 6000))}` }),
    ['404', '414', '431', '400'],
  ],
  [
    'a route that does not exist',
    (random) => ({ path: `/${letters(random, 12).replaceAll('%', '')}` }),
    ['404'],
  ],
  [
    'a path with dots and slashes',
    (random) => ({
      path: pick(random, [
        `/api//${PLURAL}`,
        `${PATH}/../../etc/passwd`,
        `${PATH}/x/y`,
        PATH.toUpperCase(),
        `${PATH};x=1`,
        `/api%2f${PLURAL}`,
        '/.env',
        '/api',
      ]),
    }),
    ['404', '400', '403'],
  ],
  [
    'a method that the route has not',
    (random) => ({ method: pick(random, ['PUT', 'PATCH', 'TRACE']) }),
    ['404', '403', '405'],
  ],
  [
    'a record that does not exist, changed',
    (random) => ({
      method: pick(random, ['PUT', 'PATCH']),
      path: `${PATH}/${ID}`,
      body: json({ title: 'x' }),
    }),
    ['404'],
  ],
  [
    'a change of the wrong kind',
    (random) => ({
      method: 'PATCH',
      path: `${PATH}/${ID}`,
      body: json({ title: pick(random, WRONG_TYPES) }),
    }),
    ['422'],
  ],
  ['a record that does not exist, deleted', () => ({ method: 'DELETE', path: `${PATH}/${ID}` }), ['404']],
];

const PARAMETERS: readonly Kind[] = [
  [
    'a limit that is not valid',
    (random) => ({
      path: `${PATH}?limit=${pick(random, ['0', '-1', '101', '1e2', '0x10', '1.5', 'ten', '', '%00', '99999999999999999999', '1,2', '+5', '٣'].map(encodeURIComponent))}`,
    }),
    ['422', '400'],
  ],
  ['a limit given twice', () => ({ path: `${PATH}?limit=1&limit=2` }), ['422']],
  [
    'a filter that is not valid',
    (random) => ({
      path: `${PATH}?${kind.filter ?? 'sort'}=${pick(random, ['1', 'TRUE', 'yes', '', 'null', '%22true%22'])}`,
    }),
    ['422'],
  ],
  [
    'a sort that is not valid',
    (random) => ({
      path: `${PATH}?sort=${pick(random, ['title', '-', 'createdAt%20desc', '', '--createdAt', '__proto__'])}`,
    }),
    ['422'],
  ],
  [
    'a forged cursor',
    (random) => ({
      path: `${PATH}?cursor=${encodeURIComponent(noise(random, 1 + Math.floor(random() * 80)).toString('base64url'))}`,
    }),
    ['400'],
  ],
  [
    'a cursor that looks right',
    (random) => ({
      path: `${PATH}?cursor=${Buffer.from(pick(random, [`1|all|asc|${ID}x`, `2|all|asc|${ID}`, `1|open|asc|${ID}`, '1|all|asc|', '1|all|asc|~key#x', `{"userId":"bob","id":"${ID}"}`])).toString('base64url')}`,
    }),
    ['400'],
  ],
  ['an endless cursor', () => ({ path: `${PATH}?cursor=${'A'.repeat(5000)}` }), ['400', '422']],
  [
    'a broken percent sign in a parameter',
    (random) => ({ path: `${PATH}?limit=${pick(random, ['%', '%zz', '%ff'])}` }),
    ['422', '400'],
  ],
];

/** Of a kind whose collection can be deleted at once. */
const DELETIONS: readonly Kind[] = [
  [
    'an invalid filter of a deletion',
    (random) => ({
      method: 'DELETE',
      path: `${PATH}?${pick(random, ['completed=maybe', 'complete=true', 'id=1', 'completed=true&completed=false', 'Completed=true', 'all=false', 'all=true&completed=true'])}`,
    }),
    ['422'],
  ],
  ['a deletion of all without the word for it', () => ({ method: 'DELETE', path: PATH }), ['422']],
  [
    'a deletion of all at a path that is nearly the one of the collection',
    (random) => ({
      method: 'DELETE',
      path: `${pick(random, [`${PATH}/`, `/${PATH}`, `//${PATH}/`, `${PATH}/.`, `${PATH}/%2e`, `${PATH}/..`, `/.${PATH}`, `/x/..${PATH}`, `/%2e${PATH}`, `/api//${PLURAL}`, `/api/%${PLURAL.charCodeAt(0).toString(16)}${PLURAL.slice(1)}`, `${PATH}//`, `${PATH}/%2f`])}?all=true`,
    }),
    ['404'],
  ],
];

const HEADERS: readonly Kind[] = [
  ['no token', () => ({ authorization: null }), ['401']],
  ['a token that is not valid', (random) => ({ authorization: `Bearer ${letters(random, 40)}` }), ['401']],
  [
    'a header that is no bearer',
    (random) => ({
      authorization: pick(random, [
        'Basic YTpi',
        'Bearer',
        'Bearer a b',
        'bearer',
        'Token x',
        '.',
        'Digest username="x"',
      ]),
    }),
    ['401'],
  ],
  [
    'a token that is too large',
    (random) => ({ authorization: `Bearer ${'a.'.repeat(2000 + Math.floor(random() * 2500))}` }),
    ['401', '431', '400'],
  ],
  [
    'a condition that cannot be read',
    (random) => ({
      method: 'DELETE',
      path: `${PATH}/${ID}`,
      headers: [['If-Match', pick(random, ['x', '"', '1', '"1', '""1""', 'W/', '"1" "2"', ','])]],
    }),
    ['400', '404'],
  ],
  [
    'an idempotency key that is not valid',
    (random) =>
      post(json({ title: 'x' }), {
        headers: [['Idempotency-Key', pick(random, ['', 'x'.repeat(256), 'ž', '\x01'])]],
      }),
    ['400', '422', '201'],
  ],
  [
    'a header that is too large',
    (random) => ({ headers: [['X-Padding', 'x'.repeat(20_000 + Math.floor(random() * 50_000))]] }),
    ['431', ...HANGS_UP],
  ],
  [
    'very many headers',
    () => ({ headers: Array.from({ length: 3000 }, (_, index) => [`X-${index}`, 'x'] as const) }),
    ['431', '400', 'connection closed', '200'],
  ],
];

/** Text that is no HTTP; a server may hang up on it. */
const PROTOCOL: readonly (readonly [string, (random: Random) => string | Buffer])[] = [
  ['no request line', (random) => Buffer.concat([noise(random, 80), Buffer.from('\r\n\r\n')])],
  [
    'a method of noise',
    (random) => `${letters(random, 9).replaceAll('%', '!')}( ${PATH} HTTP/1.1\r\nHost: x\r\n\r\n`,
  ],
  [
    'HTTP of another kind',
    (random) =>
      `GET ${PATH} ${pick(random, ['HTTP/9.9', 'HTTP', 'http/1.1', 'HTTPS/1.1'])}\r\nHost: x\r\n\r\n`,
  ],
  ['a header without a colon', () => `GET ${PATH} HTTP/1.1\r\nHost: x\r\nbroken\r\n\r\n`],
  ['a header folded over lines', () => `GET ${PATH} HTTP/1.1\r\nHost: x\r\nA: b\r\n\tc\r\nB\x00: d\r\n\r\n`],
  [
    'two lengths',
    () => `POST ${PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello`,
  ],
  [
    'a length that is not valid',
    (random) =>
      `POST ${PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: ${pick(random, ['-1', 'x', '1e3', '0x5', '99999999999999999999'])}\r\n\r\nhello`,
  ],
  [
    'length and chunks',
    () =>
      `POST ${PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX`,
  ],
  [
    'chunks that are not valid',
    (random) =>
      `POST ${PATH} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${pick(random, ['zz\r\n', '5\r\nhe\r\n', '-1\r\n', '5;\r\nhello'])}\r\n`,
  ],
];

/** Tokens of the user in whose name nothing may be written, and of one for what may turn out to be well-formed. */
export interface Authorizations {
  readonly victim: string;
  readonly other: string;
}

/** The same requests for the same seed, every kind equally often. */
export function makeCorpus(seed: number, size: number, { victim, other }: Authorizations): HostileRequest[] {
  const random = makeRandom(seed);
  const authorizationFor = (accepts: readonly string[]) => (accepts.includes('201') ? other : victim);
  const kinds = [
    ...[...BODIES, ...PATHS, ...PARAMETERS, ...(removeAll ? DELETIONS : []), ...HEADERS].map(
      ([kind, make, accepts]) =>
        (): HostileRequest => ({
          kind,
          accepts,
          afterwards: 'waits',
          bytes: toBytes({ authorization: authorizationFor(accepts), ...make(random) }),
        }),
    ),
    ...PROTOCOL.map(
      ([kind, make]) =>
        (): HostileRequest => ({
          kind,
          accepts: [...HANGS_UP, '505', '401'],
          afterwards: 'ends',
          bytes: Buffer.from(make(random) as string),
        }),
    ),
    (): HostileRequest => ({
      kind: 'an upload broken off',
      accepts: ['connection closed'],
      afterwards: 'resets',
      bytes: cutOff(
        toBytes({ authorization: victim, ...post(json({ title: 'x'.repeat(50_000) })) }),
        random(),
      ),
    }),
  ];
  return Array.from({ length: size }, (_, index) => (kinds[index % kinds.length] as () => HostileRequest)());
}

/** Its head and the given share of its body. */
export function cutOff(request: Buffer, share: number): Buffer {
  const head = request.indexOf('\r\n\r\n') + 4;
  return request.subarray(0, head + Math.floor(share * (request.length - head)));
}

function toBytes({
  method = 'GET',
  path = PATH,
  headers = [],
  contentType,
  authorization,
  body,
}: RequestParts): Buffer {
  const content = body === undefined ? undefined : Buffer.from(body as string);
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Connection: close',
    ...(authorization === null ? [] : [`Authorization: ${authorization}`]),
    ...(content && contentType !== null ? [`Content-Type: ${contentType ?? 'application/json'}`] : []),
    ...(content ? [`Content-Length: ${content.length}`] : []),
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), content ?? Buffer.alloc(0)]);
}
