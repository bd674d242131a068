import { Refusal } from '../lib/refusal.ts';
import { type Answer, toResponse } from './answer.ts';
import { authenticate } from './authenticate.ts';
import { checkBody, checkQuery } from './check.ts';
import { isWrite, type Operation } from './describe.ts';
import type { App, Visit } from './door.ts';
import { checkParams, paramNames } from './params.ts';
import { problem } from './problem.ts';
import { parseJson, readBytes, refuseContentEncoding, requireJson } from './read-body.ts';
import { fingerprintOf, idempotencyKey, replay } from './replay.ts';
import { NoBody } from './schemas.ts';

const LARGEST_BODY = 64 * 1024;
const NOTHING = new Uint8Array();

export function mount(app: App, operations: readonly Operation[]): void {
  const methods = new Map<string, string[]>();
  for (const operation of operations) {
    const path = operation.path.replaceAll(/\{(\w+)\}/g, ':$1');
    const method = operation.method.toUpperCase();
    app.on(method, path, (c) => (operation.raw === null ? perform(operation, c) : performRaw(operation, operation.raw.limit, c)));
    methods.set(path, [...(methods.get(path) ?? []), method]);
  }
  for (const [path, allowed] of methods) refuseOtherMethods(app, path, allowed);
}

/** To be called after the path's own routes. */
export function refuseOtherMethods(app: App, path: string, allowed: string[]): void {
  const all = allowed.includes('GET') ? [...allowed, 'HEAD'] : allowed;
  app.all(path, (c) => toResponse(problem(new Refusal('method_not_allowed'), asked(c), { Allow: all.join(', ') })));
}

export function asked(c: Visit): { url: string; requestId: string } {
  return { url: c.req.url, requestId: c.var.requestId };
}

async function perform(operation: Operation, c: Visit): Promise<Response> {
  const { context } = c.var;
  const request = c.req.raw;
  const url = new URL(request.url);
  const principal = await authenticate(operation.auth, request, context);
  if (principal?.kind === 'store') c.set('storeId', principal.storeId);
  const params = checkParams(paramNames(operation.path), c.req.param());
  const query = checkQuery(operation.query, url.searchParams);
  if (!isWrite(operation)) {
    const input = { context, principal, params, query, body: undefined, bytes: NOTHING, request };
    return toResponse(await operation.handle(input));
  }

  const bytes = await readInput(operation, request);
  const key = idempotencyKey(request);
  const body = bytes === null ? undefined : checkBody(operation.body?.schema ?? NoBody, parseJson(bytes));
  const run = () => operation.handle({ context, principal, params, query, body, bytes: bytes ?? NOTHING, request });
  if (key === null || principal === null) return toResponse(await run());
  const fingerprint = await fingerprintOf(request.method, url, bytes);
  const owner = principal.kind === 'store' ? principal.storeId : 'deployment';
  return toResponse(await replay(context, { principal: owner, key, fingerprint }, () => answerOrRefuse(run, c)));
}

/** The handler judges the bytes itself, before anything is parsed; whoever may call it proves so in them. */
async function performRaw(operation: Operation, limit: number, c: Visit): Promise<Response> {
  const request = c.req.raw;
  refuseContentEncoding(request);
  requireJson(request);
  const bytes = await readBytes(request, limit);
  const { context } = c.var;
  const asIs = { principal: null, params: c.req.param(), query: {}, body: undefined };
  return toResponse(await operation.handle({ context, ...asIs, bytes, request }));
}

/** null where none came and none is wanted. */
async function readInput({ body }: Operation, request: Request): Promise<Uint8Array<ArrayBuffer> | null> {
  if (body !== null) requireJson(request);
  refuseContentEncoding(request);
  const bytes = await readBytes(request, LARGEST_BODY);
  if (body === null && bytes.length === 0) return null;
  requireJson(request);
  return bytes;
}

/** A refusal is a first answer like any other. */
async function answerOrRefuse(run: () => Promise<Answer>, c: Visit): Promise<Answer> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Refusal) return problem(error, asked(c));
    throw error;
  }
}
