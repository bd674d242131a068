import type { Context } from '../context.ts';
import type { App } from './door.ts';
import { refuseOtherMethods } from './mount.ts';

/** What people and pictures are asked for at, outside the API and its description. */
export interface Place {
  /** As the router reads it: `/:code/qr.svg`. */
  path: string;
  show(request: Request, context: Context, params: Record<string, string>): Response | Promise<Response>;
}

export function mountPlaces(app: App, places: readonly Place[]): void {
  for (const { path, show } of places) {
    app.get(path, (c) => show(c.req.raw, c.env.context, c.req.param()));
    refuseOtherMethods(app, path, ['GET']);
  }
}

/** Nothing in it runs, loads, frames or is framed; the last three have no default (CSP 3 §6.1). */
const HEADERS = {
  'Content-Security-Policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'strict-origin',
  'Strict-Transport-Security': 'max-age=31536000',
  'X-Content-Type-Options': 'nosniff',
  'X-Robots-Tag': 'noindex',
};

/** Kept by whoever likes for the time; null: the head alone. */
export function shown(
  type: 'text/html' | 'image/svg+xml',
  text: string | null,
  seconds: number,
  headers: Record<string, string> = {},
): Response {
  const about = { 'Content-Type': `${type}; charset=utf-8`, 'Cache-Control': `public, max-age=${seconds}` };
  return new Response(text, { headers: { ...HEADERS, ...about, ...headers } });
}
