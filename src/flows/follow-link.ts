import type { Context } from '../context.ts';
import { keepTallies } from '../db/click-audits.ts';
import { storeClicks } from '../db/click-rows.ts';
import { commit } from '../db/client.ts';
import { linkRecordByCode } from '../db/link-records.ts';
import { saltsOf } from '../db/salts.ts';
import type { Card } from '../domain/card.ts';
import { signClickToken } from '../domain/click-token.ts';
import { withToken } from '../domain/destination.ts';
import { locationFor, standing } from '../domain/link-record.ts';
import { clickOf, type Visit } from '../domain/visit.ts';
import { judgeVisitor } from '../domain/visitor.ts';

export type Followed =
  /** card: for whoever draws one, who is shown a page instead. */
  | { outcome: 'followed'; location: string; card: Card | null }
  | { outcome: 'closed'; reason: 'link_not_found' | 'link_gone'; fallbackUrl: string | undefined };

/** A friend follows a link: find it, send the friend on with a signed proof of the click, and keep the click after the answer. */
export async function followLink(context: Context, visit: Visit): Promise<Followed> {
  const { now, waitUntil, settings, newId, keyring, clicks } = context;
  const record = await context.links.find(visit.host, visit.code, {
    kv: settings.LINKS,
    lookUp: () => linkRecordByCode(context.db, visit.host, visit.code),
    now,
    waitUntil,
    asker: settings.MISSES && visit.address ? { address: visit.address, limiter: settings.MISSES } : undefined,
  });
  const fallbackUrl = record?.fallbackUrl ?? settings.FALLBACK_URL;
  if (record === null) return { outcome: 'closed', reason: 'link_not_found', fallbackUrl };
  const stands = standing(record, now());
  if (stands !== 'open') {
    return { outcome: 'closed', reason: stands === 'early' ? 'link_not_found' : 'link_gone', fallbackUrl };
  }
  const judged = judgeVisitor(visit.method, visit.purpose, visit.agent);
  const click = clickOf(record, visit, judged, newId('clk'), now());
  if (!context.links.admit(record, click.kind)) return { outcome: 'closed', reason: 'link_gone', fallbackUrl };
  const destination = locationFor(record, click.country, visit.to);
  const location = visit.gpc
    ? destination
    : withToken(destination, await signClickToken({ clickId: click.id, linkId: click.linkId }, click.storeId, keyring));
  const visitor = click.kind === 'human' && !visit.gpc ? visit : null;
  await clicks.take(
    { click, visitor, strict: record.strict === true },
    {
      queue: settings.CLICKS,
      store: (pack) => storeClicks(context.db, pack, context),
      storeTallies: (isolate, tallies) => commit(context.db, [keepTallies(context.db, isolate, tallies)]),
      readSalts: (days) => saltsOf(context.db, days),
      ...{ keyring, now, waitUntil },
    },
  );
  return { outcome: 'followed', location, card: judged.drawsCard ? (record.preview ?? { title: '' }) : null };
}
