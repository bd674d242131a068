import * as v from 'valibot';
import type { SourceWithSecrets } from '../../db/sources.ts';
import { SCHEME_NAMES } from '../../domain/sources/schemes.ts';
import { Id, Time, time } from '../schemas.ts';

export const SourceEnabled = v.pipe(
  v.boolean(),
  v.description('The callbacks of a disabled source are refused as if nobody knew it.'),
);

export const OwnCustomers = v.pipe(
  v.boolean(),
  v.description(
    'Set it where the customer ids of this source are numbers of its own, and not the `customerId` of your advocates: a person is then known across sources by the e-mail address alone. It cannot be changed later.',
  ),
);

const entries = {
  id: Id('src'),
  name: v.string(),
  scheme: v.pipe(v.picklist(SCHEME_NAMES), v.description('How callbacks are signed.')),
  config: v.pipe(v.record(v.string(), v.unknown()), v.description('What the scheme is set to.')),
  account: v.string(),
  enabled: SourceEnabled,
  ownCustomers: OwnCustomers,
  callbackUrl: v.pipe(v.string(), v.url(), v.description('Where the sender posts its callbacks.')),
  secrets: v.pipe(
    v.array(
      v.object({
        id: Id('sec'),
        hint: v.pipe(v.string(), v.description('The last four characters.')),
        createdAt: Time,
        expiresAt: v.pipe(v.nullable(Time), v.description('null: in force until it is rotated.')),
      }),
    ),
    v.description('Those in force, the newest first. A callback may be signed with any of them.'),
  ),
  hasAccessToken: v.pipe(v.boolean(), v.description("Whether it can ask the platform's API.")),
  createdAt: Time,
  updatedAt: Time,
  archivedAt: v.nullable(Time),
};

export const Source = v.pipe(v.object(entries), v.title('Source'));

export const SourceWithNewSecret = v.pipe(
  v.object({
    ...entries,
    secret: v.pipe(
      v.nullable(v.string()),
      v.description('The new secret. Shown this once. null: the scheme has none.'),
    ),
  }),
  v.title('SourceWithNewSecret'),
);

export const sourceExample = {
  id: 'src_01kar7b2e5f3v8t9w0x1y2z3a4',
  name: 'Own shop',
  scheme: 'standard_webhooks',
  config: {},
  account: 'src_01kar7b2e5f3v8t9w0x1y2z3a4',
  enabled: true,
  ownCustomers: false,
  callbackUrl: 'https://go.example.com/callbacks/src_01kar7b2e5f3v8t9w0x1y2z3a4',
  secrets: [
    { id: 'sec_01kar7b2e5f3v8t9w0x1y2z3a5', hint: 'Qk8=', createdAt: '2026-11-21T20:00:00.000Z', expiresAt: null },
  ],
  hasAccessToken: false,
  createdAt: '2026-11-21T20:00:00.000Z',
  updatedAt: '2026-11-21T20:00:00.000Z',
  archivedAt: null,
};

export function viewOfSource(
  { secrets, sealedAccessToken, createdAt, updatedAt, archivedAt, ...source }: SourceWithSecrets,
  publicUrl: string,
) {
  return {
    ...source,
    callbackUrl: `${publicUrl}/callbacks/${source.id}`,
    secrets: secrets.map(({ id, hint, createdAt, expiresAt }) => ({
      id,
      hint,
      createdAt: time(createdAt),
      expiresAt: time(expiresAt),
    })),
    hasAccessToken: sealedAccessToken !== null,
    createdAt: time(createdAt),
    updatedAt: time(updatedAt),
    archivedAt: time(archivedAt),
  };
}
