import type { Isolate } from './context.ts';
import type { Bindings } from './env.ts';
import type { Door } from './http/door.ts';
import { refuse } from './http/refuse.ts';
import { requestIdOf, withRequestId } from './http/request-id.ts';
import { openContextIn } from './isolate.ts';
import { redirect } from './routes/redirect.ts';

export type Fetch = (request: Request, env: Bindings, execution: ExecutionContext) => Promise<Response>;

/** The front door: a friend's click first, because a person waits for it, and then everything that has a route. */
export function createApp(isolate: Isolate): Fetch {
  return async (request, env, execution) => {
    const asked = { url: request.url, requestId: requestIdOf(request) };
    try {
      const context = openContextIn(isolate, env, execution);
      return await (redirect(request, context, asked) ?? route(request, { context, ...asked }));
    } catch (error) {
      return withRequestId(refuse(error, asked), asked.requestId);
    }
  };
}

/** A module of its own: a redirect, which is what most isolates are started for, needs nothing of it. */
async function route(request: Request, door: Door['Bindings']): Promise<Response> {
  const { router } = await import('./router.ts');
  return withRequestId(await router.fetch(request, door), door.requestId);
}
