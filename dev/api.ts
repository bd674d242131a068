/** A call that did not answer as it should; its message shows what came instead. */
export class UnexpectedAnswer extends Error {}

export interface Api {
  call<Body>(method: string, path: string, options?: { key?: string; body?: unknown; status?: number }): Promise<Body>;
}

/** Calls a Goodword over HTTP and insists on the status that the caller expects. */
export function apiAt(url: string): Api {
  return {
    async call<Body>(
      method: string,
      path: string,
      { key, body, status = 200 }: { key?: string; body?: unknown; status?: number } = {},
    ) {
      const response = await reach(new URL(path, url), {
        method,
        headers: {
          ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (response.status !== status) {
        throw new UnexpectedAnswer(`${method} ${path} answered ${response.status} instead of ${status}: ${text}`);
      }
      return (text === '' ? undefined : JSON.parse(text)) as Body;
    },
  };
}

async function reach(url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (cause) {
    throw new UnexpectedAnswer(`nothing answers at ${url.origin}; is it running?`, { cause });
  }
}
