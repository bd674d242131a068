import type { Context } from '../context.ts';
import { isCode } from '../domain/code.ts';
import type { Visit } from '../domain/visit.ts';
import { followLink } from '../flows/follow-link.ts';
import { toResponse } from '../http/answer.ts';
import { shown } from '../http/page.ts';
import { type Asked, problem } from '../http/problem.ts';
import { withRequestId } from '../http/request-id.ts';
import { Refusal } from '../lib/refusal.ts';
import { previewPage } from '../site/preview-page.ts';

/** A request's URL is in its normal form already, and to take it apart again as a `URL` is dear on this path. */
const SHORT_URL = /^https?:\/\/([^/?#]+)\/([a-z0-9-]{3,32})(?:\/([a-z0-9_-]{1,32}))?\/?(?:\?([^#]*))?(?:#.*)?$/i;

const CARD_SECONDS = 300;

/**
 * `/{code}` and `/{code}/{channel}`; null when the path is none of these and the router's turn has come. A plain function
 * beside the router, because a friend waits for it. Refusals are thrown.
 */
export function redirect(request: Request, context: Context, asked: Asked): Response | Promise<Response> | null {
  const [, host, shown, channel, query] = SHORT_URL.exec(asked.url) ?? [];
  const code = shown?.toLowerCase();
  if (host === undefined || code === undefined || !isCode(code)) return null;
  return request.method === 'GET' || request.method === 'HEAD'
    ? follow(request, { host, code, channel: channel?.toLowerCase(), to: toIn(query) }, context, asked)
    : refuseMethod(asked);
}

function toIn(query: string | undefined): string | null {
  return query === undefined ? null : new URLSearchParams(query).get('to');
}

async function follow(
  request: Request,
  asked: Pick<Visit, 'host' | 'code' | 'channel' | 'to'>,
  context: Context,
  { requestId }: Asked,
): Promise<Response> {
  const { headers } = request;
  const header = (name: string) => headers.get(name);
  const visit = {
    ...asked,
    method: request.method,
    // The header first: `cf` is parsed from JSON when it is touched.
    country: header('CF-IPCountry') ?? countryIn(request.cf),
    address: header('CF-Connecting-IP'),
    referrer: header('Referer'),
    agent: header('User-Agent'),
    purpose: PURPOSES.map(header).join(' '),
    gpc: header('Sec-GPC') === '1',
  };
  const followed = await followLink(context, visit);
  if (followed.outcome === 'followed') {
    const { card, location } = followed;
    return card === null
      ? sendTo(location, requestId)
      : showCard(request.method, { card, location, url: sharedUrl(visit, context) }, requestId);
  }
  const { fallbackUrl, reason } = followed;
  if (fallbackUrl !== undefined && !wantsProblem(header('Accept'))) return sendTo(fallbackUrl, requestId);
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

/** All headers in one literal: one that is set later is dear on this path. */
function sendTo(location: string, requestId: string): Response {
  return new Response(null, {
    status: 302,
    headers: {
      'Cache-Control': 'private, no-store',
      Location: location,
      // The shop learns which site the friend came from and not which page; browsers take the policy over from a redirect
      // (Referrer Policy, "Set request's referrer policy on redirect").
      'Referrer-Policy': 'strict-origin',
      'X-Request-Id': requestId,
      'X-Robots-Tag': 'noindex',
    },
  });
}

/** Kept for people by no cache: at the same address they are sent on. */
function showCard(method: string, card: Parameters<typeof previewPage>[0], requestId: string): Response {
  const page = method === 'HEAD' ? null : previewPage(card);
  return shown('text/html', page, CARD_SECONDS, { Vary: 'User-Agent', 'X-Request-Id': requestId });
}

/** The link as it was shared: networks lead to what a page says of itself, and channel and depth would be lost. */
function sharedUrl({ host, code, channel, to }: Visit, { settings }: Context): string {
  const depth = to === null ? '' : `?to=${encodeURIComponent(to)}`;
  return `${new URL(settings.PUBLIC_URL).protocol}//${host}/${code}${channel === undefined ? '' : `/${channel}`}${depth}`;
}

function refuseMethod(asked: Asked): Response {
  return withRequestId(
    toResponse(problem(new Refusal('method_not_allowed'), asked, { Allow: 'GET, HEAD' })),
    asked.requestId,
  );
}
