import type { KindNames } from './names.ts';

/** Text to put at the end of a map of openapi.yml, by the path of the map. */
export type Additions = readonly (readonly [path: readonly string[], text: string])[];

const ID = '019ca8a4-1f40-7c3e-9f00-5b1d2c3e4f50';
const refuse = (...names: readonly (readonly [status: number, response: string])[]) =>
  names
    .map(([status, response]) => `        '${status}': { $ref: '#/components/responses/${response}' }\n`)
    .join('');
const KNOWN_CALLER = [
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
] as const;
const ALWAYS = [
  [429, 'TooManyRequests'],
  [500, 'InternalError'],
  [503, 'Unavailable'],
] as const;
const BODY = [
  [413, 'BodyTooLarge'],
  [415, 'UnsupportedMediaType'],
] as const;

/** The contract of a kind with one field, `title`: five operations, their schemas, parameter, error and scopes. */
export function contractAdditions(names: KindNames): Additions {
  const { plural, type } = names;
  return [
    [
      ['paths'],
      `  /api/${plural}:\n${listOf(names)}${createOf(names)}  /api/${plural}/{${names.name}Id}:\n${oneOf(names)}`,
    ],
    [['tags'], `  - { name: ${names.types}, description: The ${plural} of the caller. }\n`],
    [['components', 'securitySchemes', 'bearerAuth', 'x-scopes'], scopesOf(names)],
    [['components', 'parameters'], idParameterOf(names)],
    [['components', 'schemas'], schemasOf(names)],
    [
      ['components', 'examples'],
      `    ${type}:\n      summary: ${A(names)}\n      value: &${names.name}\n${exampleOf(names)}    ${type}List:\n      summary: A page\n      value: [*${names.name}]\n`,
    ],
    [['components', 'responses'], notFoundOf(names)],
  ];
}

/** With its article: `a note`, `an entry`. */
const a = ({ name }: Pick<KindNames, 'name'>) => (/^[aeio]/.test(name) ? `an ${name}` : `a ${name}`);
const A = (names: Pick<KindNames, 'name'>) => a(names).replace('a', 'A');

const scopesOf = ({ plural }: KindNames) =>
  `        ${plural}:read: Read the ${plural} of the user.
        ${plural}:write: Create, change and delete the ${plural} of the user.
`;

const listOf = ({ plural, type, types }: KindNames) => `    get:
      operationId: list${types}
      tags: [${types}]
      summary: List my ${plural}
      description: In the order of their creation. Unknown query parameters are ignored; a repeated one is refused.
      security: [{ bearerAuth: ['${plural}:read'] }]
      parameters:
        - $ref: '#/components/parameters/Limit'
        - $ref: '#/components/parameters/Cursor'
        - $ref: '#/components/parameters/Sort'
      responses:
        '200':
          description: One page of ${plural}.
          headers:
            Link: { $ref: '#/components/headers/Link' }
          content:
            application/json:
              schema:
                type: array
                maxItems: 100
                items: { $ref: '#/components/schemas/${type}' }
              examples:
                page: { $ref: '#/components/examples/${type}List' }
${refuse([400, 'MalformedCursor'], ...KNOWN_CALLER, [404, 'RouteNotFound'], [422, 'InvalidRequest'], ...ALWAYS)}`;

const reply = ({ name, type }: KindNames, headers: string) => `          headers:
${headers}          content:
            application/json:
              schema: { $ref: '#/components/schemas/${type}' }
              examples:
                ${name}: { $ref: '#/components/examples/${type}' }
`;

const ETAG = `            ETag: { $ref: '#/components/headers/ETag' }\n`;

const CREATED_HEADERS = `            Location: { $ref: '#/components/headers/Location' }
${ETAG}            Idempotency-Replayed: { $ref: '#/components/headers/IdempotencyReplayed' }
`;

const createOf = (names: KindNames) => `    post:
      operationId: create${names.type}
      tags: [${names.types}]
      summary: Create ${a(names)}
      description: |
        Send an \`Idempotency-Key\` to be able to repeat the request when its answer was lost: there will be one ${names.name}.
      security: [{ bearerAuth: ['${names.plural}:write'] }]
      parameters:
        - $ref: '#/components/parameters/IdempotencyKey'
      requestBody:
        required: true
        content:
          application/json:
            schema: { $ref: '#/components/schemas/New${names.type}' }
            examples:
              short: { summary: Just a title, value: { title: Remember this } }
      responses:
        '201':
          description: The ${names.name}, and where it is.
${reply(names, CREATED_HEADERS)}${refuse([400, 'MalformedCreation'], ...KNOWN_CALLER, [404, 'RouteNotFound'], [409, 'Conflict'], ...BODY, [422, 'InvalidCreation'], ...ALWAYS)}`;

const oneOf = (names: KindNames) => `    parameters:
      - $ref: '#/components/parameters/${names.type}Id'
    get:
      operationId: get${names.type}
      tags: [${names.types}]
      summary: Read ${a(names)}
      description: Answers with the version of the ${names.name} as its \`ETag\`, or 304 when the caller has that version already.
      security: [{ bearerAuth: ['${names.plural}:read'] }]
      parameters:
        - $ref: '#/components/parameters/IfNoneMatch'
      responses:
        '200':
          description: The ${names.name}.
${reply(names, ETAG)}        '304':
          description: The ${names.name} is still the one of \`If-None-Match\`.
          headers:
${ETAG}${refuse(...KNOWN_CALLER, [404, `${names.type}NotFound`], ...ALWAYS)}    patch:
      operationId: update${names.type}
      tags: [${names.types}]
      summary: Change ${a(names)}
      description: Fields left out keep their values.
      security: [{ bearerAuth: ['${names.plural}:write'] }]
      parameters:
        - $ref: '#/components/parameters/IfMatch'
      requestBody:
        required: true
        content:
          application/json:
            schema: { $ref: '#/components/schemas/${names.type}Update' }
            examples:
              rename: { summary: Another title, value: { title: Remember that } }
      responses:
        '200':
          description: The ${names.name} as it is now.
${reply(names, ETAG)}${refuse([400, 'MalformedBody'], ...KNOWN_CALLER, [404, `${names.type}NotFound`], [409, 'Conflict'], [412, 'Stale'], ...BODY, [422, 'InvalidRequest'], ...ALWAYS)}    delete:
      operationId: delete${names.type}
      tags: [${names.types}]
      summary: Delete ${a(names)}
      description: Deletes it for good. With \`If-Match\`, only in the version that the caller has seen.
      security: [{ bearerAuth: ['${names.plural}:write'] }]
      parameters:
        - $ref: '#/components/parameters/IfMatch'
      responses:
        '200':
          description: The ${names.name} is gone.
          content:
            application/json:
              schema: { $ref: '#/components/schemas/Deletion' }
              examples:
                deleted: { summary: Deleted, value: { detail: ${names.type} deleted } }
${refuse([400, 'MalformedHeader'], ...KNOWN_CALLER, [404, `${names.type}NotFound`], [412, 'Stale'], ...ALWAYS)}`;

const idParameterOf = ({ name, type }: KindNames) => `    ${type}Id:
      name: ${name}Id
      in: path
      required: true
      description: The \`id\` of the ${name}. A value that is not an id gets 404.
      schema: { $ref: '#/components/schemas/${type}Id' }
      example: ${ID}
`;

const schemasOf = ({ name, type }: KindNames) => `    ${type}Id:
      type: string
      format: uuid
      description: A UUIDv7, so ids sort in the order of creation.
      pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'
      minLength: 36
      maxLength: 36
    ${type}:
      type: object
      description: ${A({ name })} of the caller.
      additionalProperties: false
      required: [id, title, createdAt, updatedAt, url]
      properties:
        id: { $ref: '#/components/schemas/${type}Id' }
        title: { type: string, minLength: 1, maxLength: 200 }
        createdAt: { $ref: '#/components/schemas/Instant' }
        updatedAt: { $ref: '#/components/schemas/Instant' }
        url: { type: string, format: uri, maxLength: 2048, description: The address of the ${name}. }
    New${type}:
      type: object
      description: What ${a({ name })} starts with. Unknown properties are refused.
      additionalProperties: false
      required: [title]
      properties:
        title: { type: string, minLength: 1, maxLength: 200 }
    ${type}Update:
      type: object
      description: |
        The fields to change; the others keep their values. A whole ${name} as it was read is accepted too. \`id\`,
        \`createdAt\`, \`updatedAt\` and \`url\` are refused unless they equal those of the ${name}.
      additionalProperties: false
      properties:
        title: { type: string, minLength: 1, maxLength: 200 }
        id: { type: string, maxLength: 36, description: Only as it was read. }
        createdAt: { type: string, maxLength: 24, description: Only as it was read. }
        updatedAt: { type: string, maxLength: 24, description: Only as it was read. }
        url: { type: string, maxLength: 2048, description: Only as it was read. }
`;

const exampleOf = ({ plural }: KindNames) => `        id: ${ID}
        title: Remember this
        createdAt: '2026-03-01T08:50:12.032Z'
        updatedAt: '2026-03-01T08:50:12.032Z'
        url: https://api.example.com/api/${plural}/${ID}
`;

const notFoundOf = ({ name, type }: KindNames) => `    ${type}NotFound:
      description: The caller has no such ${name}, or the path is not exactly this one.
      content:
        application/problem+json:
          schema:
            allOf:
              - $ref: '#/components/schemas/Problem'
              - properties: { status: { const: 404 }, code: { enum: [${name}_not_found, route_not_found] } }
          examples:
            missing:
              summary: No such ${name}
              value:
                type: about:blank
                title: Not Found
                status: 404
                detail: ${type} not found
                code: ${name}_not_found
                requestId: JKJaXmPLvHcESHA=
`;
