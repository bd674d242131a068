import { describe, expect, it } from 'vitest';
import { unsentClicks } from '../../dev/unsent-clicks.ts';

const LINE = { message: 'clicks_unsent', clicks: [{ id: 'clk_1' }, { id: 'clk_2' }] };
const TEXT = JSON.stringify(LINE);

describe('unsent clicks are found in', () => {
  it.each<[string, string]>([
    ['a plain line', TEXT],
    ['a line after a time and a level', `2026-11-21T20:00:00Z INFO ${TEXT}`],
    ['a line of an export', JSON.stringify({ Logs: [{ Level: 'log', Message: [TEXT] }], Outcome: 'ok' })],
    ['a line that holds it as an object', JSON.stringify({ $workers: {}, source: LINE })],
    ['what wrangler tail prints', JSON.stringify({ outcome: 'ok', logs: [{ message: [TEXT] }] }, null, 2)],
    ['a list over many lines', JSON.stringify([{ a: 1 }, { source: LINE }], null, 4)],
    ['lines that end as on Windows', `x\r\n${TEXT}\r\ny`],
  ])('%s', (_, log) => {
    expect(unsentClicks(log)).toEqual([LINE]);
  });

  it('a long log between other lines, each once', () => {
    const other = [
      '{"message":"request","status":302}',
      'no JSON {',
      '',
      '{',
      '  "cut": "off",',
      '{"message":"clicks_unsent"}',
      '{"message":"clicks_unsent","clicks":"none"}',
      '"clicks_unsent"',
      'null',
    ];
    const pretty = JSON.stringify({ logs: [{ message: [TEXT, 'text'] }] }, null, 2);
    const log = [...other, TEXT, ...other, pretty, ...other, pretty, TEXT].join('\n');
    expect(unsentClicks(log)).toEqual([LINE, LINE, LINE, LINE]);
  });

  it.each(['', '\n\n', 'no log', '{}', '[]', 'null', '{"message":"clicks_unsent"'])('none in %j', (log) => {
    expect(unsentClicks(log)).toEqual([]);
  });
});
