import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Card } from '../../src/domain/card.ts';
import { previewPage } from '../../src/site/preview-page.ts';
import { faultsOf } from '../support/html.ts';

const URL_SHARED = 'https://go.example.com/tea/whatsapp';
const LOCATION = 'https://www.shop.example/welcome?lang=en&gw=token#top';

function pageOf(card: Partial<Card>): string {
  return previewPage({ card: { title: 'Ann gives you 5', ...card }, url: URL_SHARED, location: LOCATION });
}

/** Every tag, as a parser of Open Graph reads it. */
function tagsOf(page: string): Record<string, string> {
  const found = page.matchAll(/<meta (?:name|property)="([^"]+)" content="([^"]*)">/g);
  return Object.fromEntries(Array.from(found, ([, name = '', content = '']) => [name, decoded(content)]));
}

function textOf(page: string, tag: string): string | undefined {
  const content = new RegExp(`<${tag}[^>]*>([^<]*)</${tag}>`).exec(page)?.[1];
  return content === undefined ? undefined : decoded(content);
}

function decoded(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
}

describe('a card', () => {
  it('has all that the networks ask for', async () => {
    const page = pageOf({
      description: 'For your first order.',
      image: 'https://cdn.shop.example/tea.jpg?w=1200&h=630',
      language: 'de-AT',
    });
    expect(tagsOf(page)).toMatchObject({
      'og:type': 'website',
      'og:url': URL_SHARED,
      'og:site_name': 'shop.example',
      'og:locale': 'de_AT',
      'og:title': 'Ann gives you 5',
      'og:description': 'For your first order.',
      'og:image': 'https://cdn.shop.example/tea.jpg?w=1200&h=630',
      'twitter:card': 'summary_large_image',
      'twitter:title': 'Ann gives you 5',
      'twitter:description': 'For your first order.',
      'twitter:image': 'https://cdn.shop.example/tea.jpg?w=1200&h=630',
    });
    expect(page).toContain('<html lang="de-AT">');
    expect(page).toContain(`<link rel="canonical" href="${URL_SHARED}">`);
    expect(await faultsOf(page)).toEqual([]);
  });

  it('leaves out what there is not', async () => {
    const page = pageOf({});
    const tags = tagsOf(page);
    expect(Object.keys(tags).filter((name) => /description|image/.test(name))).toEqual([]);
    expect(tags).toMatchObject({ 'twitter:card': 'summary', 'og:locale': 'en_US' });
    expect(page).toContain('<html lang="en">');
    expect(await faultsOf(page)).toEqual([]);
  });

  it.each([
    ['fr', 'fr_FR'],
    ['pt-BR', 'pt_BR'],
    ['zh-Hant', 'zh_TW'],
    ['sr-Latn-RS', 'sr_RS'],
    ['ar', 'ar_EG'],
  ])('in %s is of the locale %s', (language, locale) => {
    expect(tagsOf(pageOf({ language }))['og:locale']).toBe(locale);
  });

  it.each(['http://cdn.example/a.png', 'javascript:alert(1)', 'data:image/png;base64,AA', '//cdn.example/a.png', ''])(
    'shows no picture from %s',
    (image) => {
      expect(Object.keys(tagsOf(pageOf({ image })))).not.toContain('og:image');
    },
  );

  it('lets a person go on to where the link leads', () => {
    expect(decoded(/<a href="([^"]+)"/.exec(pageOf({}))?.[1] ?? '')).toBe(LOCATION);
    expect(textOf(pageOf({}), 'a')).toBe('shop.example');
  });
});

describe('hostile texts', () => {
  const hostile: [string, string][] = [
    ['closes the attribute', '"><script>alert(1)</script>'],
    ['closes the title', '</title><img src=x onerror=alert(1)>'],
    ['closes it by a quote of another kind', `' onmouseover='alert(1)`],
    ['is an entity already', '&lt;b&gt; &quot; &#34; &amp;amp;'],
    ['opens a comment', '<!-- --> <![CDATA[ ]]> <?php'],
    ['is a template', '$' + '{7*7} {{7*7}} %s \\u003cscript\\u003e'],
    ['has emoji', '👩‍👩‍👧‍👦 gives 🎁 to 🏳️‍🌈'],
    ['is Hebrew', '\u200fאן נותנת לך 5 ₪\u200f'],
    ['says null', 'null'],
  ];

  it.each(hostile)('that %s arrive as they are, in every place', async (_, text) => {
    const page = pageOf({ title: text, description: text });
    expect(await faultsOf(page)).toEqual([]);
    expect([textOf(page, 'title'), textOf(page, 'h1'), textOf(page, 'p')]).toEqual([text, text, text]);
    expect(tagsOf(page)).toMatchObject({ 'og:title': text, 'twitter:title': text, 'og:description': text });
    expect(page.match(/<(?:script|img|!--)/g)).toBeNull();
  });

  it('cannot turn the direction of what stands beside them', () => {
    const turning = 'a\u202eb\u202dc\u202ad\u202be\u202cf\u2066g\u2067h\u2068i\u2069j';
    const page = pageOf({ title: turning, description: turning });
    expect(textOf(page, 'h1')).toBe('abcdefghij');
    expect(page).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
    expect(page).toContain('<h1 dir="auto">');
    expect(page).toContain('<p dir="auto">');
  });

  it.each([
    ['line breaks', 'a\r\nb\u2028c\u2029d\u0085e\tf', 'a b c d e f'],
    ['controls', 'a\u0000b\u0008c\u001bd\u007fe\u009ff', 'a b c d e f'],
    ['what is no character', 'a\ufffeb\uffffc\ufdd0d\u{1fffe}e', 'a b c d e'],
    ['half a character', 'a\ud800b\udc00c', 'a\ufffdb\ufffdc'],
    ['blanks around', '  \u00a0a  b\u3000 ', 'a b'],
  ])('are one line without %s', (_, text, line) => {
    const page = pageOf({ title: text, description: text });
    expect([textOf(page, 'title'), textOf(page, 'p')]).toEqual([line, line]);
  });

  it.each([
    ['a', 10_000],
    ['👩', 5000],
    ['é', 121],
    ['"', 10_000],
  ])('are cut by characters, none of them halved: %s', async (character, times) => {
    const page = pageOf({ title: character.repeat(times), description: character.repeat(Math.max(times, 301)) });
    expect(textOf(page, 'title')).toBe(`${character.repeat(119)}…`);
    expect(tagsOf(page)['og:description']).toBe(`${character.repeat(299)}…`);
    expect(new TextEncoder().encode(page).length).toBeLessThan(20_000);
    expect(page.isWellFormed()).toBe(true);
  });

  it('are kept whole at the limit', () => {
    const page = pageOf({ title: '👩'.repeat(120), description: 'é'.repeat(300) });
    expect(textOf(page, 'h1')).toBe('👩'.repeat(120));
    expect(textOf(page, 'p')).toBe('é'.repeat(300));
  });

  it('that come to nothing leave the name of the shop', async () => {
    const page = pageOf({ title: ' \u202e\u0007 ', description: '\u2066' });
    expect([textOf(page, 'title'), textOf(page, 'h1')]).toEqual(['shop.example', 'shop.example']);
    expect(await faultsOf(page)).toEqual([]);
  });

  it('make no markup of their own, whatever they are', () => {
    const tags = (page: string) => page.match(/<[^>]*>/g)?.map((tag) => /^<\/?[\w!]+/.exec(tag)?.[0]);
    const usual = tags(pageOf({ description: 'x', image: 'https://cdn.example/a.png' }));
    const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 400 }).map((text) => `${text}x`);
    fc.assert(
      fc.property(text, text, (title, description) => {
        expect(tags(pageOf({ title, description, image: 'https://cdn.example/a.png' }))).toEqual(usual);
      }),
    );
  });
});
