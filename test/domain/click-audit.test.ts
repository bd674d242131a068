import { describe, expect, it } from 'vitest';
import { judgePipeline } from '../../src/domain/click-audit.ts';
import { HOUR, MINUTE } from '../support/clock.ts';

const NOW = Date.parse('2026-11-21T20:30:00Z');
const hourFrom = (hoursAgo: number) => NOW - 30 * MINUTE - hoursAgo * HOUR;
const calm = { hours: [], openDeadDeliveries: 0, oldestLinkPut: null };

function lacking(hoursAgo: number, difference = 1) {
  return { hours: [{ hour: hourFrom(hoursAgo), answered: 100, stored: 100 - difference }] };
}

describe('judgePipeline', () => {
  it.each([
    ['there was nothing', {}],
    ['all is stored', lacking(3, 0)],
    ['an isolate took its last tally with it', lacking(20, -7)],
    ['clicks of this hour are on their way', lacking(0)],
    ['a link changed just now', { oldestLinkPut: NOW - 5 * MINUTE + 1 }],
  ])('is content when %s', (_, more) => {
    expect(judgePipeline({ ...calm, ...more }, NOW)).toBe('ok');
  });

  it.each([
    ['an hour that is over lacks a click', lacking(1)],
    ['an hour lacks clicks that a retry may still bring', lacking(16)],
    ['a delivery is dead', { openDeadDeliveries: 1 }],
    ['an old hour lacks clicks that a dead delivery may hold', { ...lacking(30), openDeadDeliveries: 1 }],
    ['the edge does not show a change of a link', { oldestLinkPut: NOW - 5 * MINUTE }],
  ])('says that it is behind when %s', (_, more) => {
    expect(judgePipeline({ ...calm, ...more }, NOW)).toBe('behind');
  });

  it.each([
    ['nothing will bring a click any more', lacking(17)],
    ['one hour lacks what another has too many', { hours: [...lacking(20).hours, ...lacking(21, -1).hours] }],
    ['it is behind as well', { ...lacking(17), oldestLinkPut: NOW - HOUR }],
  ])('says that it lost clicks when %s', (_, more) => {
    expect(judgePipeline({ ...calm, ...more }, NOW)).toBe('lossy');
  });

  it('gives a delivery that failed at the end of an hour the time for a retry', () => {
    const atFull = NOW - 30 * MINUTE;
    expect(judgePipeline({ ...calm, ...lacking(1) }, atFull + 10 * MINUTE - 1)).toBe('ok');
    expect(judgePipeline({ ...calm, ...lacking(1) }, atFull + 10 * MINUTE)).toBe('behind');
  });
});
