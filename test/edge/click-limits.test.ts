import { describe, expect, it } from 'vitest';
import type { LinkRecord } from '../../src/domain/link-record.ts';
import type { ClickKind } from '../../src/domain/terms.ts';
import { createClickLimits } from '../../src/edge/click-limits.ts';

function limited(maxClicks: number, clicks: number, linkId = 'lnk_1'): LinkRecord {
  return {
    ...{ version: 1, state: 'open', storeId: 'sto_1', programId: 'prg_1', advocateId: 'adv_1' },
    ...{ destination: 'https://shop.example/', linkId, maxClicks, clicks },
  };
}

function admitted(record: LinkRecord, times: number, limits = createClickLimits(), kind: ClickKind = 'human'): number {
  return Array.from({ length: times }, () => limits.admit(record, kind)).filter(Boolean).length;
}

describe('the clicks of a limited link', () => {
  it('are as many as were left when it was read', () => {
    expect(admitted(limited(10, 7), 20)).toBe(3);
    expect(admitted(limited(10, 10), 20)).toBe(0);
    expect(admitted(limited(10, 12), 20)).toBe(0);
  });

  it('count only when they are by people, and are for nobody when there are none left', () => {
    const limits = createClickLimits();
    const record = limited(2, 0);
    for (const kind of ['bot', 'head', 'prefetch', 'preview'] as const) {
      expect(admitted(record, 5, limits, kind)).toBe(5);
    }
    expect(admitted(record, 5, limits)).toBe(2);
    expect(limits.admit(record, 'bot')).toBe(false);
  });

  it('are not forgotten when the record is read again before they were stored', () => {
    const limits = createClickLimits();
    expect(admitted(limited(5, 0), 4, limits)).toBe(4);
    expect(admitted(limited(5, 2), 4, limits)).toBe(1);
  });

  it('are not given back by an older copy', () => {
    const limits = createClickLimits();
    limits.admit(limited(10, 9), 'head');
    expect(admitted(limited(10, 3), 5, limits)).toBe(1);
  });

  it('take those of other places in when the record is read again', () => {
    const limits = createClickLimits();
    expect(admitted(limited(10, 0), 2, limits)).toBe(2);
    expect(admitted(limited(10, 8), 5, limits)).toBe(2);
  });

  it('go on where they were when the limit is raised or lowered', () => {
    const limits = createClickLimits();
    expect(admitted(limited(3, 0), 9, limits)).toBe(3);
    expect(admitted(limited(5, 0), 9, limits)).toBe(2);
    expect(admitted(limited(4, 0), 9, limits)).toBe(0);
  });

  it('are counted for each link', () => {
    const limits = createClickLimits();
    expect(admitted(limited(1, 0), 3, limits)).toBe(1);
    expect(admitted(limited(1, 0, 'lnk_2'), 3, limits)).toBe(1);
  });
});
