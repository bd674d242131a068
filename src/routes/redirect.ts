import type { Context } from '../context.ts';
import { isCode } from '../domain/code.ts';
import { followLink } from '../flows/follow-link.ts';
import { toResponse } from '../http/answer.ts';
import { problem } from '../http/problem.ts';
import { requestIdOf } from '../http/request-id.ts';
import { Refusal } from '../lib/refusal.ts';

const PATH = /^\/([a-z0-9-]{3,32})(?:\/([a-z0-9_-]{1,32}))?\/?$/i;

const HEADERS = {
  'Cache-Control': 'private, no-store',
  'X-Robots-Tag': 'noindex',
  // The shop learns which site the friend came from and not which page; browsers take the policy over from a redirect
  // (Referrer Policy, "Set request's referrer policy on redirect").
  'Referrer-Policy': 'strict-origin',
};

/**
 * `/{code}` and `/{code}/{channel}`; null when the path is none of these and the router's turn has come. A plain function
 * beside the router, because a friend waits for it. Refusals are thrown.
 */
export function redirect(request: Request, context: Context): Promise<Response> | null {
  const url = new URL(request.url);
  const [, shown, channel] = PATH.exec(url.pathname) ?? [];
  const code = shown?.toLowerCase();
  if (code === undefined || !isCode(code)) return null;
  return request.method === 'GET' || request.method === 'HEAD'
    ? follow(request, url, code, channel?.toLowerCase(), context)
    : refuseMethod(request);
}

async function follow(
  request: Request,
  url: URL,
  code: string,
  channel: string | undefined,
  context: Context,
): Promise<Response> {
  const header = (name: string) => request.headers.get(name);
  const followed = await followLink(context, {
    method: request.method,
    host: url.host,
    code,
    channel,
    to: url.search === '' ? null : url.searchParams.get('to'),
    // The header first: `cf` is parsed from JSON when it is touched.
    country: header('CF-IPCountry') ?? countryIn(request.cf),
    referrer: header('Referer'),
    agent: header('User-Agent'),
    purpose: PURPOSES.map(header).join(' '),
    gpc: header('Sec-GPC') === '1',
  });
  if (followed.outcome === 'followed') return sendTo(followed.location);
  const { fallbackUrl, reason } = followed;
  if (fallbackUrl !== undefined && !wantsProblem(header('Accept'))) return sendTo(fallbackUrl);
  throw new Refusal(reason);
}

/** The standard one (Fetch, "Sec-Purpose") and its forerunners in Chrome, Safari and Firefox. */
const PURPOSES = ['Sec-Purpose', 'Purpose', 'X-Purpose', 'X-Moz'];

function countryIn(cf: Request['cf']): string | null {
  return typeof cf?.country === 'string' ? cf.country : null;
}

/** A program wants to know; a person wants to arrive somewhere. */
function wantsProblem(accept: string | null): boolean {
  return accept !== null && /\bjson\b/i.test(accept) && !/\bhtml\b/i.test(accept);
}

function sendTo(location: string): Response {
  return new Response(null, { status: 302, headers: { ...HEADERS, Location: location } });
}

async function refuseMethod(request: Request): Promise<Response> {
  const asked = { url: request.url, requestId: requestIdOf(request) };
  return toResponse(problem(new Refusal('method_not_allowed'), asked, { Allow: 'GET, HEAD' }));
}
