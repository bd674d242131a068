import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import manifest from '../package.json' with { type: 'json' };
import { type Operation, TAGS, takesIdempotencyKey } from '../src/http/describe.ts';
import { PARAMS, paramNames } from '../src/http/params.ts';
import { PROBLEMS, Problem } from '../src/http/problem.ts';
import { Id } from '../src/http/schemas.ts';
import type { RefusalCode } from '../src/lib/refusal.ts';
import { operations } from '../src/routes/operations.ts';

export interface JsonObject {
  [key: string]: unknown;
}

interface Parts {
  schemas: Record<string, JsonObject>;
  responses: Record<string, JsonObject>;
}

/** What JSON Schema cannot say; the description of the schema does. */
const UNSAYABLE = [
  'check',
  'raw_check',
  'partial_check',
  'trim',
  'normalize',
  'to_lower_case',
  'to_upper_case',
  'readonly',
];

/** OpenAPI 3.1.1, whose schemas are JSON Schema 2020-12. */
export function buildOpenApi(operations: readonly Operation[]): JsonObject {
  const parts: Parts = { schemas: {}, responses: {} };
  const paths: Record<string, JsonObject> = {};
  schemaOf(Problem, parts);
  for (const operation of operations) {
    const path = paths[operation.path] ?? {};
    paths[operation.path] = path;
    path[operation.method] = describe(operation, parts);
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Goodword',
      version: manifest.version,
      summary: 'A refer-a-friend API',
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'Where this document was fetched.' }],
    tags: Object.entries(TAGS)
      .filter(([name]) => operations.some(({ tag }) => tag === name))
      .map(([name, description]) => ({ name, description })),
    paths,
    components: { schemas: sorted(parts.schemas), responses: sorted(parts.responses), ...COMPONENTS },
  };
}

const DESCRIPTION = [
  'JSON over HTTPS. Times are RFC 3339; money is whole minor units beside an ISO 4217 code.',
  'Every answer has an `X-Request-Id`; send your own (8 to 64 letters, digits, `_`, `.`, `-`) and it is kept.',
  'Refusals are `application/problem+json` (RFC 9457); branch on `code`. Unknown fields and parameters are refused.',
  'An id of another store is answered as an unknown one is.',
].join('\n\n');

const COMPONENTS = {
  securitySchemes: {
    storeKey: {
      type: 'http',
      scheme: 'bearer',
      description: 'A key of a store, which names the store and its live or test side. Each operation names its scope.',
    },
    deploymentToken: { type: 'http', scheme: 'bearer', description: 'The token of whoever runs the deployment.' },
  },
  parameters: {
    IdempotencyKey: {
      name: 'Idempotency-Key',
      in: 'header',
      description:
        'Makes it safe to send this request again: for 7 days the same key and request get the first answer, with `Idempotent-Replayed: true`.',
      schema: { type: 'string', pattern: '^[!-~]{1,255}$' },
    },
  },
  headers: {
    RequestId: { description: 'Quote it when asking for help.', required: true, schema: { type: 'string' } },
    RetryAfter: { description: 'Seconds to wait.', schema: { type: 'string', pattern: '^\\d+$' } },
    IdempotentReplayed: { description: 'This is the first answer again.', schema: { const: 'true' } },
  },
};

function describe(operation: Operation, parts: Parts): JsonObject {
  const { operationId, tag, summary, description, auth, body } = operation;
  return {
    operationId,
    tags: [tag],
    summary,
    description,
    security: auth === 'none' ? [] : auth === 'deployment' ? [{ deploymentToken: [] }] : [{ storeKey: [auth.scope] }],
    parameters: [
      ...pathParameters(operation, parts),
      ...queryParameters(operation, parts),
      ...headerParameters(operation),
    ],
    ...(body === null
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemaOf(body.schema, parts), example: body.example } },
          },
        }),
    responses: { ...answersOf(operation, parts), ...refusalsOf(operation, parts) },
  };
}

function pathParameters({ path }: Operation, parts: Parts): JsonObject[] {
  return paramNames(path).map((name) => {
    const schema = schemaOf(Id(PARAMS[name].prefix), parts);
    return { name, in: 'path', required: true, schema };
  });
}

function queryParameters({ query }: Operation, parts: Parts): JsonObject[] {
  return Object.entries(query.entries).map(([name, entry]) => {
    const { description, ...schema } = schemaOf(entry as v.GenericSchema, parts);
    // In a query a default is text, whatever the parameter means.
    if (schema.type === 'integer' && 'default' in schema) schema.default = Number(schema.default);
    const required = !['optional', 'exact_optional', 'nullish'].includes(entry.type);
    return { name, in: 'query', required, ...(description === undefined ? {} : { description }), schema };
  });
}

function headerParameters(operation: Operation): JsonObject[] {
  const own = (operation.raw?.headers ?? []).map((header) => ({ in: 'header', ...header, schema: { type: 'string' } }));
  return takesIdempotencyKey(operation) ? [...own, { $ref: '#/components/parameters/IdempotencyKey' }] : own;
}

function answersOf(operation: Operation, parts: Parts): JsonObject {
  const replayed = { 'Idempotent-Replayed': { $ref: '#/components/headers/IdempotentReplayed' } };
  const headers = { ...REQUEST_ID, ...(takesIdempotencyKey(operation) ? replayed : {}) };
  const answers = Object.entries(operation.answers).map(([status, { description, schema, example }]) => {
    if (schema === undefined) return [status, { description, headers }];
    return [
      status,
      { description, headers, content: { 'application/json': { schema: schemaOf(schema, parts), example } } },
    ];
  });
  return Object.fromEntries(answers);
}

const REQUEST_ID = { 'X-Request-Id': { $ref: '#/components/headers/RequestId' } };

/** Many operations are refused alike: each set of codes under one status is a component. */
function refusalsOf({ refusals }: Operation, parts: Parts): JsonObject {
  const byStatus = Map.groupBy([...new Set(refusals)].sort(), (code) => PROBLEMS[code].status);
  const references = [...byStatus].map(([status, codes]) => {
    const name = [status, ...codes].join('.');
    parts.responses[name] = refusalOf(status, codes);
    return [status, { $ref: `#/components/responses/${name}` }];
  });
  return Object.fromEntries(references);
}

function refusalOf(status: number, codes: RefusalCode[]): JsonObject {
  const retryAfter = { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } };
  return {
    description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(' '),
    headers: { ...REQUEST_ID, ...([409, 429, 503].includes(status) ? retryAfter : {}) },
    content: {
      'application/problem+json': {
        schema: {
          $ref: '#/components/schemas/Problem',
          type: 'object',
          properties: { status: { const: status }, code: { enum: codes } },
        },
      },
    },
  };
}

/** The schema as a client sees it; each part with a title becomes a component, and a reference to it. */
function schemaOf(schema: v.GenericSchema, parts: Parts): JsonObject {
  const { $schema, ...json } = toJsonSchema(schema, {
    target: 'draft-2020-12',
    typeMode: 'input',
    ignoreActions: UNSAYABLE,
  });
  return extract(json, parts) as JsonObject;
}

function extract(node: unknown, parts: Parts): unknown {
  if (Array.isArray(node)) return node.map((item) => extract(item, parts));
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).map(([key, value]) => [key, extract(value, parts)]);
  const { title, ...schema } = Object.fromEntries(entries);
  if (typeof title !== 'string') return Object.fromEntries(entries);
  const known = parts.schemas[title];
  if (known !== undefined && JSON.stringify(known) !== JSON.stringify(schema)) {
    throw new Error(`Two different schemas have the title ${title}`);
  }
  parts.schemas[title] = schema;
  return { $ref: `#/components/schemas/${title}` };
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

if (import.meta.main) {
  const file = join(import.meta.dirname, '../src/openapi.json');
  const text = `${JSON.stringify(buildOpenApi(operations), null, 2)}\n`;
  const changed = readFileSync(file, 'utf8') !== text;
  if (changed) writeFileSync(file, text);
  console.log(changed ? 'src/openapi.json is written.' : 'src/openapi.json is current.');
}
