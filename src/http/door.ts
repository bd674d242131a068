import type { Hono, Context as HonoContext, MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import { type Context, type Isolate, openContext } from '../context.ts';
import { type Bindings, readSettings } from '../env.ts';
import { requestIdOf } from './request-id.ts';

export interface Door {
  Bindings: Bindings;
  Variables: {
    requestId: string;
    context: Context;
    /** For the log. */
    storeId?: string;
  };
}

export type App = Hono<Door>;
export type Visit = HonoContext<Door>;

/** Gives every request its id and its context. */
export function openDoor(isolate: Isolate): MiddlewareHandler<Door> {
  return async (c, next) => {
    const requestId = requestIdOf(c.req.raw);
    c.set('requestId', requestId);
    c.set(
      'context',
      openContext(readSettings(c.env), isolate, (work) => c.executionCtx.waitUntil(work)),
    );
    await next();
    c.res.headers.set('X-Request-Id', requestId);
  };
}

/** One line for each request: the pattern of its path, never the path, which may hold what is nobody's business. */
export function logRequests(isolate: Isolate): MiddlewareHandler<Door> {
  return async (c, next) => {
    const start = isolate.now();
    await next();
    console.log({
      message: 'request',
      method: c.req.method,
      route: routePath(c),
      status: c.res.status,
      milliseconds: isolate.now() - start,
      requestId: c.var.requestId,
      ...(c.var.storeId === undefined ? {} : { storeId: c.var.storeId }),
    });
  };
}
