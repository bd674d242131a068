import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { buildOpenApi, type JsonObject } from '../../dev/build-openapi.ts';
import { operations } from '../../src/routes/operations.ts';

export interface Exchange {
  method: string;
  path: string;
  /** What was sent as JSON; undefined where nothing or something else was. */
  sent?: unknown;
  status: number;
  headers: Headers;
  text: string;
  body: unknown;
}

interface Described {
  path: string;
  pattern: RegExp;
  item: JsonObject;
}

const document = closed(buildOpenApi(operations)) as JsonObject;
const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true, discriminator: false });
ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/);
ajv.addFormat('date', /^\d{4}-\d\d-\d\d$/);
ajv.addFormat('uri', (text) => URL.canParse(text));
ajv.addFormat('email', /^[^@\s]+@[^@\s]+$/);
ajv.addKeyword('example');
for (const [name, schema] of Object.entries((document.components as { schemas: JsonObject }).schemas)) {
  ajv.addSchema({ ...outward(schema), $id: `schema:${name}` });
}

const described: Described[] = Object.entries(document.paths as Record<string, JsonObject>)
  .sort(([a], [b]) => Number(a.includes('{')) - Number(b.includes('{')))
  .map(([path, item]) => ({ path, item, pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`) }));

const validators = new Map<unknown, ValidateFunction>();

/** Throws unless the answer is one that the OpenAPI document promises, to the last field. */
export function checkContract(exchange: Exchange): void {
  const wrong = departure(exchange);
  if (wrong === null) return;
  const { method, path, status, text } = exchange;
  throw new Error(`${method} ${path} was answered ${status} against the OpenAPI document: ${wrong}\n${text}`);
}

/** What departs from the document; null: nothing. */
function departure(exchange: Exchange): string | null {
  const { method, path, status, headers } = exchange;
  if (headers.get('X-Request-Id') === null) return 'it has no X-Request-Id';
  const { pathname } = new URL(path, 'https://any.example');
  const found = described.find(({ pattern }) => pattern.test(pathname));
  // What is not described, as a friend's click, has other witnesses.
  if (found === undefined) return pathname.startsWith('/v1/') ? problemFault(exchange, 'route_not_found') : null;
  const operation = found.item[method === 'HEAD' ? 'get' : method.toLowerCase()] as JsonObject | undefined;
  if (operation === undefined) return problemFault(exchange, 'method_not_allowed');
  const answer = resolve((operation.responses as JsonObject)[status]);
  if (answer === undefined) return 'the status is not named';
  return contentFault(exchange, answer) ?? requestFault(exchange, operation);
}

function contentFault({ method, headers, text, body }: Exchange, { content }: JsonObject): string | null {
  if (method === 'HEAD') return null;
  if (content === undefined) return text === '' ? null : 'no content is named';
  const type = headers.get('Content-Type') ?? 'none';
  const described = (content as Record<string, JsonObject>)[type];
  return described === undefined ? `the content type ${type} is not named` : schemaFault(described.schema, body);
}

/** What was taken must be what the document lets a client send. */
function requestFault({ status, sent }: Exchange, { requestBody }: JsonObject): string | null {
  if (status >= 300 || sent === undefined || requestBody === undefined) return null;
  const { content } = requestBody as { content: { 'application/json': JsonObject } };
  const fault = schemaFault(content['application/json'].schema, sent);
  return fault === null ? null : `it took a body that is not described: ${fault}`;
}

function problemFault({ method, body }: Exchange, code: string): string | null {
  if (method === 'HEAD') return null;
  return schemaFault(PROBLEM, body) ?? ((body as JsonObject).code === code ? null : `the code should be ${code}`);
}

const PROBLEM = { $ref: '#/components/schemas/Problem' };

function schemaFault(schema: unknown, value: unknown): string | null {
  const validate = validators.get(schema) ?? ajv.compile(outward(schema));
  validators.set(schema, validate);
  return validate(value) ? null : ajv.errorsText(validate.errors);
}

function resolve(node: unknown): JsonObject | undefined {
  const { $ref } = (node ?? {}) as { $ref?: string };
  if ($ref === undefined) return node as JsonObject | undefined;
  const keys = $ref.slice(2).split('/');
  return keys.reduce<unknown>((at, key) => (at as JsonObject)[key], document) as JsonObject;
}

/** A document lets an answer grow; here, a field that it does not name is one that should not have been told. */
function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed);
  if (typeof node !== 'object' || node === null) return node;
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, closed(value)]));
  const isOpen =
    copy.type === 'object' && !('$ref' in copy) && 'properties' in copy && !('additionalProperties' in copy);
  return isOpen ? { ...copy, additionalProperties: false } : copy;
}

/** The document's components are schemas of their own to ajv. */
function outward(schema: unknown): JsonObject {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/components/schemas/', '"$ref":"schema:'));
}
