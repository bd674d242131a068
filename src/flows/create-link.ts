import type { Context } from '../context.ts';
import { commit, untilCommitted } from '../db/client.ts';
import { insertLinkPut } from '../db/link-records.ts';
import { insertCode, insertLink, type Link, linkParents } from '../db/links.ts';
import { generateCode } from '../domain/code.ts';
import { type LinkParents, requireDestination, requireInUse, requirePeriod } from '../domain/link-terms.ts';
import { Refusal, type RefusalCode } from '../lib/refusal.ts';

export interface NewLink
  extends Pick<Link, 'programId' | 'advocateId' | 'destination' | 'enabled' | 'startsAt' | 'endsAt'> {
  /** null: one is drawn. */
  code: string | null;
}

/** Gives an advocate a short link under a code that no other link of the host has or ever had. */
export async function createLink(context: Context, storeId: string, wanted: NewLink): Promise<Link> {
  const { db, newId, now, random, settings } = context;
  const parents = await requireParents(context, storeId, wanted);
  requireInUse(parents);
  requireDestination(wanted.destination, parents.program.allowedHosts);
  requirePeriod(wanted);
  return untilCommitted(async () => {
    const at = now();
    const code = wanted.code ?? generateCode(random);
    const host = new URL(settings.PUBLIC_URL).host;
    const link: Link = {
      ...wanted,
      id: newId('lnk'),
      host,
      code,
      codes: [code],
      version: 1,
      createdAt: at,
      updatedAt: at,
    };
    const done = await commit(db, [
      insertLink(db, storeId, link),
      insertCode(db, storeId, link, at),
      insertLinkPut(storeId, link.id, at),
    ]);
    if (done.outcome === 'committed') return link;
    if (wanted.code !== null) throw new Refusal('code_taken');
    return null;
  });
}

async function requireParents(
  { db }: Context,
  storeId: string,
  { programId, advocateId }: NewLink,
): Promise<LinkParents> {
  const { program, advocate } = await linkParents(db, storeId, programId, advocateId);
  if (program === null) throw unknown('program_not_found', '/programId');
  if (advocate === null) throw unknown('advocate_not_found', '/advocateId');
  return { program, advocate };
}

function unknown(code: RefusalCode, pointer: string): Refusal {
  return new Refusal(code, { errors: [{ pointer, detail: 'There is nothing of this id in the store.' }] });
}
