import { documentOf, html } from './html.ts';

/** What the bare host of the deployment tells a person. */
export function deploymentPage(): string {
  return documentOf({
    language: 'en',
    title: 'Goodword',
    body: html`<h1>Goodword</h1>
<p>This is a refer-a-friend API. <a href="/openapi.json">Its description</a> is an OpenAPI document.</p>`,
  });
}

/** What the bare host of a store's domain tells a person where the store has nothing else to say. */
export function domainPage(host: string): string {
  return documentOf({
    language: 'en',
    title: host,
    body: html`<h1>${host}</h1>
<p>Friends share links on this host. Open the whole link that you were sent.</p>`,
  });
}
