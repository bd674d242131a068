import { describe, expect, it } from 'vitest';
import { clickSubjects, clickTallies, type TalliesAsked } from '../../src/db/analytics.ts';
import { GROUPINGS } from '../../src/domain/analytics.ts';
import { plansOf } from '../support/plans.ts';

const NOVEMBER = { period: { from: '2026-11-01', to: '2026-11-30' }, since: '2026-10-02', limit: 20 };

/** How the tables are reached; what is made on the way of what was found in them is left out. */
async function accesses(asked: TalliesAsked): Promise<string[]> {
  const plans = await plansOf((db) => clickTallies(db, 'sto_1', asked));
  return plans.filter((plan) => /\b(click_counts|clicks|links|programs|advocates)\b/.test(plan));
}

const SUBJECTS = [
  'SEARCH programs USING INDEX sqlite_autoindex_programs_1 (store_id=? AND id=?)',
  'SEARCH links USING INDEX sqlite_autoindex_links_1 (store_id=? AND id=?)',
  'SEARCH programs USING INDEX sqlite_autoindex_programs_1 (store_id=? AND id=?)',
  'SEARCH advocates USING COVERING INDEX sqlite_autoindex_advocates_1 (store_id=? AND id=?)',
];
const DAYS_OF_STORE = 'SEARCH click_counts USING INDEX click_counts_by_day (store_id=? AND day>? AND day<?)';
const DAYS_OF_LINKS =
  'SEARCH click_counts USING INDEX sqlite_autoindex_click_counts_1 (store_id=? AND link_id=? AND day>? AND day<?)';
const LINKS_OF_ADVOCATE = 'SEARCH links USING INDEX links_of_advocate (store_id=? AND advocate_id=?)';
const LINK_OF_COUNTER = 'SEARCH links USING INDEX sqlite_autoindex_links_1 (store_id=? AND id=?)';

describe.each(GROUPINGS)('by %s', (groupBy) => {
  it.each<[string, Partial<TalliesAsked>, string[]]>([
    ['a store', {}, [DAYS_OF_STORE]],
    ['a country, a channel and a kind', { country: 'FR', channel: 'qr', kind: 'human' }, [DAYS_OF_STORE]],
    ['a link', { linkId: 'x' }, [DAYS_OF_LINKS]],
    ['an advocate', { advocateId: 'x' }, [DAYS_OF_LINKS, LINKS_OF_ADVOCATE]],
    ['a program', { programId: 'x' }, [DAYS_OF_STORE, LINK_OF_COUNTER]],
    [
      'an advocate in a program',
      { advocateId: 'x', programId: 'x' },
      [DAYS_OF_LINKS, LINKS_OF_ADVOCATE, LINK_OF_COUNTER],
    ],
  ])(
    'the counters of %s are read in the days asked for, and the clicks themselves not at all',
    async (_, asked, plans) => {
      expect(await accesses({ ...NOVEMBER, groupBy, ...asked })).toEqual([...SUBJECTS, ...plans]);
    },
  );
});

it('the time zone of a program, a link or an advocate is found by its id', async () => {
  const ids = { programId: 'x', linkId: 'x', advocateId: 'x' };
  expect(await plansOf((db) => clickSubjects(db, 'sto_1', ids))).toEqual(SUBJECTS);
});
