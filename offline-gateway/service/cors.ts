import { asList, findText, isRecord } from '../values.ts';

/** What the MOCK method that osls adds answers to OPTIONS (GW-909). */
export interface CorsMethod {
  /** Static headers, in the order of the CloudFormation template. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** With a list of origins: answers the request's own Origin when one of these matches it as a whole. */
  readonly origins: readonly RegExp[];
}

interface Merged {
  origin: string | undefined;
  origins: readonly string[];
  headers: readonly string[];
  methods: readonly string[];
  allowCredentials: boolean;
  maxAge: unknown;
  cacheControl: unknown;
}

const HEADERS =
  'Content-Type,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token,X-Amz-User-Agent,X-Amzn-Trace-Id'.split(
    ',',
  );

/** Adds the `cors` of one more event on the same path, as osls merges them (validate.js, cors.js). */
export function mergeCors(before: Merged | undefined, given: unknown, method: string): Merged {
  const cors = isRecord(given) ? given : {};
  const origins = texts(cors['origins']);
  const headers = cors['headers'] === undefined ? HEADERS : texts(cors['headers']);
  const methods = [...texts(cors['methods']), 'OPTIONS', method];
  return {
    origin: findText(cors['origin']) ?? (origins.length > 0 ? undefined : '*'),
    origins: union(origins, before?.origins),
    headers: union(headers, before?.headers),
    methods: union(methods, before?.methods),
    allowCredentials: Boolean(cors['allowCredentials']) || (before?.allowCredentials ?? false),
    maxAge: cors['maxAge'] || before?.maxAge,
    cacheControl: cors['cacheControl'] || before?.cacheControl,
  };
}

/** The MOCK method's reply for a merged configuration. */
export function corsMethod(merged: Merged): CorsMethod {
  const listed = merged.origin?.includes(',')
    ? merged.origin.split(',').map((one) => one.trim())
    : merged.origins;
  const headers: (readonly [string, string])[] = [
    ['Access-Control-Allow-Origin', listed[0] ?? merged.origin ?? '*'],
    ['Access-Control-Allow-Headers', merged.headers.join(',')],
    [
      'Access-Control-Allow-Methods',
      merged.methods.join(',').replace('ANY', 'DELETE,GET,HEAD,PATCH,POST,PUT'),
    ],
  ];
  if (merged.allowCredentials) headers.push(['Access-Control-Allow-Credentials', 'true']);
  if (merged.maxAge) headers.push(['Access-Control-Max-Age', String(merged.maxAge)]);
  if (merged.cacheControl) headers.push(['Cache-Control', String(merged.cacheControl)]);
  return { headers, origins: listed.map(originPattern) };
}

/** The Java expression of osls' template: dots are literal, the first `*` is any run. */
function originPattern(origin: string): RegExp {
  const escaped = origin.replace(/[+?^${}()|[\]\\.]/g, '\\$&').replace('*', '.+');
  return new RegExp(`^${escaped.replaceAll('*', '\\*')}$`);
}

function texts(value: unknown): readonly string[] {
  return asList(value).map(String);
}

/** The newer list first, as osls writes it. */
function union(newer: readonly string[], older: readonly string[] = []): readonly string[] {
  return [...new Set([...newer, ...older])];
}
