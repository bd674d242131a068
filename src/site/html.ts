/** Markup that is safe to send: only `html` makes it. */
export interface Html {
  readonly markup: string;
}

/** A template whose texts are escaped, for content and for quoted attributes alike; only what it made itself is kept as it is. */
export function html(parts: TemplateStringsArray, ...values: (string | Html | readonly Html[])[]): Html {
  return { markup: String.raw({ raw: parts }, ...values.map(markupOf)) };
}

function markupOf(value: string | Html | readonly Html[]): string {
  if (typeof value === 'string') return value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  return 'markup' in value ? value.markup : value.map(({ markup }) => markup).join('');
}

export function documentOf(about: { language: string; title: string; head?: readonly Html[]; body: Html }): string {
  return html`<!doctype html>
<html lang="${about.language}">
<head>
<meta charset="utf-8">
<title>${about.title}</title>
<meta name="viewport" content="width=device-width">
${about.head ?? []}</head>
<body>
${about.body}
</body>
</html>
`.markup;
}
