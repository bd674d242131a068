import { Refusal } from '../lib/refusal.ts';

const RESOURCES = [
  'stores',
  'keys',
  'programs',
  'advocates',
  'links',
  'domains',
  'sources',
  'callbacks',
  'clicks',
  'orders',
  'conversions',
  'rewards',
  'ledger',
] as const;

/** `pii:read` shows e-mail addresses and names in clear, to whoever may read the resource that holds them. */
export type Scope = `${(typeof RESOURCES)[number]}:${'read' | 'write'}` | 'pii:read';

/** What a secret key may be given. A publishable key is given none: whoever sees a page's source holds it. */
export const SCOPES: readonly Scope[] = [
  ...RESOURCES.flatMap((resource) => [`${resource}:read`, `${resource}:write`] as const),
  'pii:read',
];

/** Whoever makes a key can grant no more than they hold. */
export function requireScopes(held: readonly Scope[], granted: readonly Scope[]): void {
  const missing = granted.find((scope) => !held.includes(scope));
  if (missing === undefined) return;
  throw new Refusal('scope_missing', { detail: `A key can only grant scopes that it has; this one lacks ${missing}.` });
}
