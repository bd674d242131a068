import { Hono } from 'hono/tiny';
import { type App, type Door, logRequests } from './http/door.ts';
import { mount } from './http/mount.ts';
import { mountPlaces } from './http/page.ts';
import { refuse } from './http/refuse.ts';
import { Refusal } from './lib/refusal.ts';
import { operations } from './routes/operations.ts';
import { qrCode } from './routes/qr-code.ts';
import { root } from './routes/root.ts';

/** Everything that has a route. It keeps nothing between requests, so that all isolates and tests may share one. */
export const router = createRouter();

function createRouter(): App {
  const app = new Hono<Door>();
  app.use(logRequests);
  mount(app, operations);
  mountPlaces(app, [root, qrCode]);
  app.notFound((c) => refuse(new Refusal('route_not_found'), c.env));
  app.onError((error, c) => refuse(error, c.env));
  return app;
}
