import { domainByHost } from '../db/domains.ts';
import { answer, toResponse } from '../http/answer.ts';
import { type Place, shown } from '../http/page.ts';
import { deploymentPage, domainPage } from '../site/root-page.ts';

const SECONDS = 300;

/** The bare host: a store's domain leads where the store says, and the deployment's own says what it is. */
export const root: Place = {
  path: '/',
  async show(request, { db, settings }) {
    const { host } = new URL(request.url);
    const domain = host === new URL(settings.PUBLIC_URL).host ? null : await domainByHost(db, host);
    if (domain === null) return describe(request);
    if (domain.rootUrl === null) return shown('text/html', domainPage(host), SECONDS);
    const headers = { Location: new URL(domain.rootUrl).href, 'Cache-Control': `public, max-age=${SECONDS}` };
    return new Response(null, { status: 302, headers });
  },
};

function describe({ url, headers }: Request): Response {
  const vary = { Vary: 'Accept' };
  if (/\bhtml\b/i.test(headers.get('Accept') ?? '')) return shown('text/html', deploymentPage(), SECONDS, vary);
  const at = (path: string) => new URL(path, url).href;
  const links = { openapi: at('/openapi.json'), problems: at('/problems'), health: at('/health') };
  return toResponse(
    answer(
      200,
      { name: 'goodword', description: 'A refer-a-friend API.', ...links },
      { 'Cache-Control': `public, max-age=${SECONDS}`, ...vary },
    ),
  );
}
