/** What a handler says; plain data, so that a first answer can be kept and given again. */
export interface Answer<Status extends number = number, Body = unknown> {
  status: Status;
  /** undefined: no content. */
  body: Body;
  headers: Record<string, string>;
}

export function answer<const Status extends number>(status: Status): Answer<Status, undefined>;
export function answer<const Status extends number, const Body>(
  status: Status,
  body: Body,
  headers?: Record<string, string>,
): Answer<Status, Body>;
export function answer(status: number, body?: unknown, headers: Record<string, string> = {}): Answer {
  return { status, body, headers };
}

/** An answer is for its asker alone, and is data: no cache keeps it, and no browser takes it for a page. */
const HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Content-Type': 'application/json',
  'Strict-Transport-Security': 'max-age=31536000',
  'X-Content-Type-Options': 'nosniff',
};

export function toResponse({ status, body, headers }: Answer): Response {
  if (body !== undefined) return new Response(JSON.stringify(body), { status, headers: { ...HEADERS, ...headers } });
  const { 'Content-Type': _, ...rest } = HEADERS;
  return new Response(null, { status, headers: { ...rest, ...headers } });
}
