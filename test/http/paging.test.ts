import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { checkQuery } from '../../src/http/check.ts';
import { page, pageQuery } from '../../src/http/paging.ts';
import { createClock } from '../support/clock.ts';
import { createCountingId } from '../support/ids.ts';

const Query = v.strictObject(pageQuery('lnk'));

describe('paging through a list', () => {
  it('shows each item once, newest first, whatever the limit, also while the list grows', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.integer({ min: 1, max: 100 }), fc.boolean(), (count, limit, grows) => {
        const newId = createCountingId(createClock().now);
        const rows = Array.from({ length: count }, () => ({ id: newId('lnk') })).reverse();
        const before = rows.map(({ id }) => id);
        const seen: string[] = [];
        let next: string | null = null;
        do {
          const search: Record<string, string> = { limit: String(limit), ...(next === null ? {} : { cursor: next }) };
          const query: { limit: number; cursor?: string | undefined } = checkQuery(Query, new URLSearchParams(search));
          const { cursor } = query;
          const found = rows.filter(({ id }) => cursor === undefined || id < cursor).slice(0, query.limit + 1);
          const { items, nextCursor }: { items: string[]; nextCursor: string | null } = page(
            found,
            query.limit,
            ({ id }) => id,
          );
          seen.push(...items);
          next = nextCursor;
          if (grows) rows.unshift({ id: newId('lnk') });
        } while (next !== null);
        expect(seen).toEqual(before);
      }),
    );
  });
});
