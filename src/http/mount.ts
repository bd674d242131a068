import { Refusal } from '../lib/refusal.ts';
import { type Answer, toResponse } from './answer.ts';
import { authenticate } from './authenticate.ts';
import { checkBody, checkQuery } from './check.ts';
import { isWrite, type Operation, takesIdempotencyKey } from './describe.ts';
import type { App, Visit } from './door.ts';
import { checkParams, paramNames } from './params.ts';
import { problem } from './problem.ts';
import { parseJson, readBytes, refuseContentEncoding, requireJson } from './read-body.ts';
import { fingerprintOf, idempotencyKey, replay } from './replay.ts';
import { NoBody } from './schemas.ts';

const LARGEST_BODY = 64 * 1024;
const NOTHING = { bytes: new Uint8Array(), body: undefined as unknown };

export function mount(app: App, operations: readonly Operation[]): void {
  const byPath = Map.groupBy(operations, ({ path }) => path);
  // A path without parameters comes first, so that it is never taken for an id.
  const paths = [...byPath].sort(([a], [b]) => Number(a.includes('{')) - Number(b.includes('{')));
  for (const [template, group] of paths) {
    const path = template.replaceAll(/\{(\w+)\}/g, ':$1');
    for (const operation of group) {
      app.on(operation.method.toUpperCase(), path, (c) =>
        operation.raw === null ? perform(operation, c) : performRaw(operation, operation.raw.limit, c),
      );
    }
    refuseOtherMethods(
      app,
      path,
      group.map(({ method }) => method.toUpperCase()),
    );
  }
}

export function refuseOtherMethods(app: App, path: string, allowed: string[]): void {
  const all = allowed.includes('GET') ? [...allowed, 'HEAD'] : allowed;
  app.all(path, (c) => toResponse(problem(new Refusal('method_not_allowed'), c.env, { Allow: all.join(', ') })));
}

async function perform(operation: Operation, c: Visit): Promise<Response> {
  const { context } = c.env;
  const request = c.req.raw;
  const { pathname, search, searchParams } = new URL(request.url);
  const principal = await authenticate(operation.auth, request, context);
  if (principal?.kind === 'store') c.set('storeId', principal.storeId);
  const params = checkParams(paramNames(operation.path), c.req.param());
  const query = checkQuery(operation.query, searchParams);
  const { bytes, body } = isWrite(operation) ? await readInput(operation, request) : NOTHING;
  const run = () => operation.handle({ context, principal, params, query, body, bytes, request });
  const key = takesIdempotencyKey(operation) ? idempotencyKey(request) : null;
  if (key === null || principal === null) return toResponse(await run());
  const fingerprint = await fingerprintOf(`${request.method} ${pathname}${search}`, bytes);
  const owner = principal.kind === 'store' ? principal.storeId : principal.kind;
  return toResponse(await replay(context, { principal: owner, key, fingerprint }, () => answerOrRefuse(run, c)));
}

/** The handler judges the bytes itself, before anything is parsed; whoever may call it proves so in them. */
async function performRaw(operation: Operation, limit: number, c: Visit): Promise<Response> {
  const request = c.req.raw;
  refuseContentEncoding(request);
  const bytes = await readBytes(request, limit);
  const unchecked = { principal: null, params: c.req.param(), query: {}, body: undefined };
  return toResponse(await operation.handle({ context: c.env.context, ...unchecked, bytes, request }));
}

async function readInput({ body }: Operation, request: Request): Promise<typeof NOTHING> {
  if (body !== null) requireJson(request);
  refuseContentEncoding(request);
  const bytes = await readBytes(request, LARGEST_BODY);
  if (body === null && bytes.length === 0) return NOTHING;
  requireJson(request);
  return { bytes, body: checkBody(body?.schema ?? NoBody, parseJson(bytes)) };
}

/** A refusal is a first answer like any other. */
async function answerOrRefuse(run: () => Promise<Answer>, c: Visit): Promise<Answer> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Refusal) return problem(error, c.env);
    throw error;
  }
}
