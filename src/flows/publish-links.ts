import type { Context } from '../context.ts';
import { commit } from '../db/client.ts';
import { deleteLinkPuts, type LinkPut, linkRecordsToPublish } from '../db/link-records.ts';

/** A Worker may put 1,000 keys in one run; a link with several codes takes several. */
const MOST_AT_ONCE = 500;
/** By then no reader is left that read the link before its change and puts the old record over the new one. */
const SETTLED = 15_000;

/**
 * Links changed: put their newest records where the redirect looks. With `changed`, right after the change; the rows stay
 * in the outbox, and the cron's run without it puts them once more when all is quiet, and only then takes them out.
 */
export async function publishLinks(context: Context, changed?: { storeId: string; linkId?: string }): Promise<void> {
  const waiting = await linkRecordsToPublish(context.db, changed ?? { before: context.now() - SETTLED }, MOST_AT_ONCE);
  const published = await publishAll(context, waiting);
  if (changed === undefined && published.length > 0) await commit(context.db, [deleteLinkPuts(published)]);
}

/** The rows whose records all stand in KV; the others wait for the next run. */
async function publishAll({ links, settings, now }: Context, waiting: LinkPut[]): Promise<LinkPut['put'][]> {
  const sources = { kv: settings.LINKS, now };
  const outcomes = await Promise.allSettled(
    waiting.map(({ host, code, record }) => links.publish(host, code, record, sources)),
  );
  const failed = new Set(waiting.filter((_, i) => outcomes[i]?.status === 'rejected').map(({ put }) => put.linkId));
  return waiting.map(({ put }) => put).filter(({ linkId }) => !failed.has(linkId));
}
