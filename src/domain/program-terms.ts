import * as v from 'valibot';
import { type InputError, Refusal } from '../lib/refusal.ts';
import type { ProgramPreview } from './card.ts';
import { destinationProblem } from './destination.ts';
import type { Durability, Model, ProgramStatus } from './terms.ts';
import type { Utm } from './utm.ts';

/** What a store decides of a program, but for its rules. */
export interface ProgramTerms {
  name: string;
  status: ProgramStatus;
  destination: string;
  allowedHosts: string[];
  fallbackUrl: string | null;
  model: Model;
  attributionWindowDays: number;
  qualificationWindowDays: number | null;
  timeZone: string;
  utm: Utm | null;
  clickDurability: Durability;
  preview: ProgramPreview;
}

/** A host name, with a port where it has one of its own; kept as URLs spell it: in lower case, international names encoded. */
export const AllowedHost = v.pipe(
  v.string(),
  v.maxLength(253),
  v.description('A host name such as shop.example, with its port where that is not the usual one.'),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const url = /[\s/?#@\\%[\]]/.test(dataset.value) ? null : URL.parse(`https://${dataset.value}`);
    if (url !== null && /^[a-z0-9.-]+$/.test(url.hostname)) return url.host;
    addIssue({ message: 'Must be a host name such as shop.example, without scheme, path or wildcard.' });
    return NEVER;
  }),
);

/** Refuses a program that would send friends to a host that it does not allow. */
export function requireDestinations(program: Pick<ProgramTerms, 'destination' | 'fallbackUrl' | 'allowedHosts'>): void {
  const errors = (['destination', 'fallbackUrl'] as const).flatMap((field): InputError[] => {
    const url = program[field];
    const detail = url === null ? null : destinationProblem(url, program.allowedHosts);
    return detail === null ? [] : [{ pointer: `/${field}`, detail }];
  });
  if (errors.length > 0) throw new Refusal('destination_not_allowed', { errors });
}
