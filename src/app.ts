import { Hono } from 'hono/tiny';
import type { Isolate } from './context.ts';
import { databaseRefusal } from './db/failure.ts';
import type { Bindings } from './env.ts';
import { toResponse } from './http/answer.ts';
import { type App, type Door, logRequests } from './http/door.ts';
import { logFailure } from './http/log-error.ts';
import { mount } from './http/mount.ts';
import { mountPlaces } from './http/page.ts';
import { type Asked, problem } from './http/problem.ts';
import { requestIdOf } from './http/request-id.ts';
import { openContextIn } from './isolate.ts';
import { Refusal } from './lib/refusal.ts';
import { operations } from './routes/operations.ts';
import { qrCode } from './routes/qr-code.ts';
import { redirect } from './routes/redirect.ts';
import { root } from './routes/root.ts';

export type Fetch = (request: Request, env: Bindings, execution: ExecutionContext) => Promise<Response>;

/** The front door: a friend's click first, because a person waits for it, and then everything that has a route. */
export function createApp(isolate: Isolate): Fetch {
  const router = createRouter();

  return async (request, env, execution) => {
    const asked = { url: request.url, requestId: requestIdOf(request) };
    let response: Response;
    try {
      const context = openContextIn(isolate, env, execution);
      response = await (redirect(request, context) ?? router.fetch(request, { context, ...asked }));
    } catch (error) {
      response = refuse(error, asked);
    }
    response.headers.set('X-Request-Id', asked.requestId);
    return response;
  };
}

function createRouter(): App {
  const router = new Hono<Door>();
  router.use(logRequests);
  mount(router, operations);
  mountPlaces(router, [root, qrCode]);
  router.notFound((c) => refuse(new Refusal('route_not_found'), c.env));
  router.onError((error, c) => refuse(error, c.env));
  return router;
}

/** The one place where an error becomes an answer. What is neither a refusal nor an outage is a bug, and is logged here, once. */
function refuse(error: unknown, asked: Asked): Response {
  const refusal = error instanceof Refusal ? error : databaseRefusal(error);
  if (refusal !== null) return toResponse(problem(refusal, asked));
  logFailure('bug', error, { requestId: asked.requestId });
  return toResponse(problem(new Refusal('internal_error'), asked));
}
