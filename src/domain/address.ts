import type { Address } from './notice.ts';

/**
 * Country, postal code and street, in which case, accents, punctuation and blanks make no difference. The city is left
 * out: where a postal code stands it says nothing new, and it is what people write in most ways.
 */
export function normalAddress({ lines, postalCode, city, country }: Address): string | null {
  const street = plain(lines.join(' '));
  const place = plain(postalCode ?? '') || plain(city ?? '');
  if (street === '' || place === '') return null;
  return `${plain(country ?? '')}/${place}/${street}`;
}

function plain(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Number}]/gu, '');
}
