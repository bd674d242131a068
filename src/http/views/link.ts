import * as v from 'valibot';
import type { Link as LinkRow } from '../../db/links.ts';
import { Country } from '../../domain/country.ts';
import { Utm } from '../../domain/utm.ts';
import { Id, Time, TimeInput, time } from '../schemas.ts';
import { previewFields } from './preview.ts';

const Url = v.pipe(v.string(), v.maxLength(2048), v.metadata({ format: 'uri' }));

export const linkFields = {
  destination: v.pipe(
    v.nullable(Url),
    v.description("An https URL on one of the program's allowedHosts; null: the program's destination."),
  ),
  countries: v.pipe(
    v.nullable(v.pipe(v.record(Country, Url), v.maxEntries(50, 'Must have at most 50 countries.'))),
    v.description(
      'Destinations for friends in certain countries, by ISO 3166-1 alpha-2 code: {"DE": "https://shop.example/de"}. They are like `destination`, and have 8,000 characters together at most.',
    ),
  ),
  utm: v.pipe(
    v.nullable(Utm),
    v.description(
      "Become utm_source and so on of a destination that has none of its own; they go before the program's.",
    ),
  ),
  enabled: v.pipe(v.boolean(), v.description('A disabled link leads to the fallback page of its program.')),
  startsAt: v.pipe(v.nullable(TimeInput), v.description('Before it the link is not found; null: at once.')),
  ...previewFields,
  endsAt: v.pipe(v.nullable(TimeInput), v.description('From then on it is gone; null: never.')),
  maxClicks: v.pipe(
    v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000_000))),
    v.description(
      'Clicks by people after which it is gone, until the number is raised; null: no limit. Where friends follow at several places at once, each place learns of the others within about 10 seconds, and a few more may pass.',
    ),
  ),
};

export const Link = v.pipe(
  v.object({
    id: Id('lnk'),
    programId: Id('prg'),
    advocateId: Id('adv'),
    url: v.pipe(v.string(), v.url(), v.description('What to share. A channel may follow: `/whatsapp`.')),
    qrUrl: v.pipe(
      v.string(),
      v.url(),
      v.description(
        'The link as a QR code in SVG, with the channel qr. Its query may say `ecc` L, M, Q or H (M), `border` 0 to 10 modules (4), `fg` and `bg` as six hex digits.',
      ),
    ),
    host: v.string(),
    code: v.string(),
    formerCodes: v.pipe(v.array(v.string()), v.description('They keep leading to this link, and to no other ever.')),
    destination: linkFields.destination,
    countries: linkFields.countries,
    utm: linkFields.utm,
    enabled: linkFields.enabled,
    startsAt: v.nullable(Time),
    endsAt: v.nullable(Time),
    ...previewFields,
    maxClicks: linkFields.maxClicks,
    version: v.pipe(v.number(), v.integer(), v.description('Counts the changes.')),
    createdAt: Time,
    updatedAt: Time,
  }),
  v.title('Link'),
);

export const linkExample = {
  id: 'lnk_01kar7b2e5f3v8t9w0x1y2z3a4',
  programId: 'prg_01kar7b2e5f3v8t9w0x1y2z3a5',
  advocateId: 'adv_01kar7b2e5f3v8t9w0x1y2z3a6',
  url: 'https://go.example.com/ann',
  qrUrl: 'https://go.example.com/ann/qr.svg',
  host: 'go.example.com',
  code: 'ann',
  formerCodes: [],
  destination: null,
  countries: { DE: 'https://shop.example/de' },
  utm: { source: 'goodword' },
  enabled: true,
  startsAt: null,
  endsAt: null,
  title: null,
  description: null,
  image: null,
  maxClicks: null,
  version: 1,
  createdAt: '2026-11-21T20:00:00.000Z',
  updatedAt: '2026-11-21T20:00:00.000Z',
};

export function viewOfLink({ codes, ...link }: LinkRow, publicUrl: string) {
  const url = `${new URL(publicUrl).protocol}//${link.host}/${link.code}`;
  return {
    ...link,
    url,
    qrUrl: `${url}/qr.svg`,
    formerCodes: codes.filter((code) => code !== link.code),
    startsAt: time(link.startsAt),
    endsAt: time(link.endsAt),
    createdAt: time(link.createdAt),
    updatedAt: time(link.updatedAt),
  };
}
