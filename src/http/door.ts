import type { Hono, Context as HonoContext, MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import type { Context } from '../context.ts';
import type { Asked } from './problem.ts';

/** What the router works on: it is opened for every request before a route is looked for. */
export interface Door {
  Bindings: Asked & { context: Context };
  Variables: {
    /** For the log. */
    storeId?: string;
  };
}

export type App = Hono<Door>;
export type Visit = HonoContext<Door>;

/** One line for each request: the pattern of its path, never the path, which may hold what is nobody's business. */
export const logRequests: MiddlewareHandler<Door> = async (c, next) => {
  const { context, requestId } = c.env;
  const start = context.now();
  await next();
  console.log({
    message: 'request',
    method: c.req.method,
    route: routePath(c) === '/*' ? 'none' : routePath(c),
    status: c.res.status,
    milliseconds: context.now() - start,
    requestId,
    ...(c.var.storeId === undefined ? {} : { storeId: c.var.storeId }),
  });
};
