const SANE = /^[\w.-]{8,64}$/;

/** The client's own id if it can stand in a log as it is; else a new one. */
export function requestIdOf(request: Request): string {
  const given = request.headers.get('X-Request-Id');
  return given !== null && SANE.test(given) ? given : crypto.randomUUID();
}

/** For an answer that was made without it. */
export function withRequestId(response: Response, requestId: string): Response {
  response.headers.set('X-Request-Id', requestId);
  return response;
}
