import type { Context } from '../context.ts';
import { commit, untilCommitted } from '../db/client.ts';
import { insertLinkPut } from '../db/link-records.ts';
import { insertCode, insertLink, type Link, linkParents } from '../db/links.ts';
import { generateCode } from '../domain/code.ts';
import {
  type LinkParents,
  type LinkTerms,
  requireDestinations,
  requireInUse,
  requirePeriod,
} from '../domain/link-terms.ts';
import { Refusal, type RefusalCode } from '../lib/refusal.ts';

export interface NewLink extends LinkTerms, Pick<Link, 'programId' | 'advocateId'> {
  /** null: one is drawn. */
  code: string | null;
  /** A domain of the store's own; null: the deployment's host. */
  host: string | null;
}

/** Gives an advocate a short link under a code that no other link of the host has or ever had. */
export async function createLink(context: Context, storeId: string, wanted: NewLink): Promise<Link> {
  const { db, newId, now, random, settings } = context;
  const parents = await requireParents(context, storeId, wanted);
  requireInUse(parents);
  requireDestinations(wanted, parents.program.allowedHosts);
  requirePeriod(wanted);
  return untilCommitted(async () => {
    const at = now();
    const code = wanted.code ?? generateCode(random);
    const host = wanted.host ?? new URL(settings.PUBLIC_URL).host;
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

async function requireParents({ db }: Context, storeId: string, wanted: NewLink): Promise<LinkParents> {
  const { program, advocate, domain } = await linkParents(db, storeId, wanted);
  if (program === null) throw unknown('program_not_found', '/programId');
  if (advocate === null) throw unknown('advocate_not_found', '/advocateId');
  if (wanted.host !== null && domain === null) {
    const detail = 'This is no domain of the store in use. Create it first, or leave it out.';
    throw new Refusal('body_invalid', { errors: [{ pointer: '/host', detail }] });
  }
  return { program, advocate };
}

function unknown(code: RefusalCode, pointer: string): Refusal {
  return new Refusal(code, { errors: [{ pointer, detail: 'There is nothing of this id in the store.' }] });
}
