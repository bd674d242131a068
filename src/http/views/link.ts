import * as v from 'valibot';
import type { Link as LinkRow } from '../../db/links.ts';
import { Id, Time, TimeInput, time } from '../schemas.ts';

export const linkFields = {
  destination: v.pipe(
    v.nullable(v.pipe(v.string(), v.maxLength(2048), v.metadata({ format: 'uri' }))),
    v.description("An https URL on one of the program's allowedHosts; null: the program's destination."),
  ),
  enabled: v.pipe(v.boolean(), v.description('A disabled link leads to the fallback page of its program.')),
  startsAt: v.pipe(v.nullable(TimeInput), v.description('Before it the link is not found; null: at once.')),
  endsAt: v.pipe(v.nullable(TimeInput), v.description('From then on it is gone; null: never.')),
};

export const Link = v.pipe(
  v.object({
    id: Id('lnk'),
    programId: Id('prg'),
    advocateId: Id('adv'),
    url: v.pipe(v.string(), v.url(), v.description('What to share. A channel may follow: `/whatsapp`.')),
    code: v.string(),
    formerCodes: v.pipe(v.array(v.string()), v.description('They keep leading to this link, and to no other ever.')),
    destination: linkFields.destination,
    enabled: linkFields.enabled,
    startsAt: v.nullable(Time),
    endsAt: v.nullable(Time),
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
  code: 'ann',
  formerCodes: [],
  destination: null,
  enabled: true,
  startsAt: null,
  endsAt: null,
  version: 1,
  createdAt: '2026-11-21T20:00:00.000Z',
  updatedAt: '2026-11-21T20:00:00.000Z',
};

export function viewOfLink({ host, codes, ...link }: LinkRow, publicUrl: string) {
  return {
    ...link,
    url: `${new URL(publicUrl).protocol}//${host}/${link.code}`,
    formerCodes: codes.filter((code) => code !== link.code),
    startsAt: time(link.startsAt),
    endsAt: time(link.endsAt),
    createdAt: time(link.createdAt),
    updatedAt: time(link.updatedAt),
  };
}
