import { Hono } from 'hono';
import type { Isolate } from './context.ts';
import { databaseRefusal } from './db/failure.ts';
import { toResponse } from './http/answer.ts';
import { type App, type Door, logRequests, openDoor } from './http/door.ts';
import { describeError } from './http/log-error.ts';
import { asked, mount } from './http/mount.ts';
import { problem } from './http/problem.ts';
import { Refusal } from './lib/refusal.ts';
import { operations } from './routes/operations.ts';

export function createApp(isolate: Isolate): App {
  const app = new Hono<Door>();
  app.use(openDoor(isolate));
  app.use(logRequests(isolate));
  mount(app, operations);
  app.all('/v1/*', () => refuseRoute());
  app.notFound(() => refuseRoute());
  app.onError((error, c) => {
    const refusal = error instanceof Refusal ? error : databaseRefusal(error);
    if (refusal === null) console.error({ message: 'bug', requestId: c.var.requestId, errors: describeError(error) });
    return toResponse(problem(refusal ?? new Refusal('internal_error'), asked(c)));
  });
  return app;
}

function refuseRoute(): never {
  throw new Refusal('route_not_found');
}
