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

export function toResponse({ status, body, headers }: Answer): Response {
  if (body === undefined) return new Response(null, { status, headers });
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json', ...headers } });
}
