import type { Card } from '../domain/card.ts';
import { documentOf, type Html, html } from './html.ts';
import { oneLine } from './one-line.ts';

const LONGEST_TITLE = 120;
const LONGEST_DESCRIPTION = 300;

/** What chats and social networks draw the card of a link from, and what a person sees who gets here by chance. */
export function previewPage({ card, url, location }: { card: Card; url: string; location: string }): string {
  const shop = URL.parse(location)?.hostname.replace(/^www\./, '') ?? '';
  const title = oneLine(card.title, LONGEST_TITLE) || shop;
  const description = oneLine(card.description ?? '', LONGEST_DESCRIPTION);
  const image = imageUrl(card.image);
  const language = new Intl.Locale(card.language ?? 'en');
  return documentOf({
    language: language.toString(),
    title,
    head: [
      html`<link rel="canonical" href="${url}">\n`,
      property('og:type', 'website'),
      property('og:url', url),
      property('og:site_name', shop),
      property('og:locale', territorial(language)),
      property('og:title', title),
      property('og:description', description),
      property('og:image', image),
      named('description', description),
      named('twitter:card', image === '' ? 'summary' : 'summary_large_image'),
      named('twitter:title', title),
      named('twitter:description', description),
      named('twitter:image', image),
    ],
    // Each in a direction of its own (dir isolates), whatever that of its neighbours is.
    body: html`<h1 dir="auto">${title}</h1>
${description === '' ? [] : html`<p dir="auto">${description}</p>\n`}<p><a href="${location}" rel="nofollow">${shop}</a></p>`,
  });
}

/** Open Graph writes its names as RDFa does, and everyone else as HTML does. */
function property(name: string, content: string): Html {
  return content === '' ? html`` : html`<meta property="${name}" content="${content}">\n`;
}

function named(name: string, content: string): Html {
  return content === '' ? html`` : html`<meta name="${name}" content="${content}">\n`;
}

function imageUrl(image: string | undefined): string {
  const url = image === undefined ? null : URL.parse(image);
  return url?.protocol === 'https:' ? url.href : '';
}

/** Open Graph wants a language with a territory: where none is said, the likeliest. */
function territorial(language: Intl.Locale): string {
  const { language: name, region } = language.maximize();
  return region === undefined ? name : `${name}_${region}`;
}
