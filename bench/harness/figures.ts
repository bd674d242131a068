import { readFileSync, writeFileSync } from 'node:fs';
import type { Ratio } from './compare.ts';

/** One line of the report. */
export interface Figure {
  figure: string;
  measured: string;
  /** Empty: it is shown, and not promised. */
  goal: string;
  /** null where there is no goal, or nothing to measure it by. */
  met: boolean | null;
}

export function atLeast(goal: number, figure: string, ratio: Ratio): Figure {
  return { figure, measured: shown(ratio), goal: `≥ ${goal}`, met: verdict(ratio, ratio.median >= goal) };
}

export function atMost(goal: number, figure: string, ratio: Ratio): Figure {
  return { figure, measured: shown(ratio), goal: `≤ ${goal}`, met: verdict(ratio, ratio.median <= goal) };
}

export function noted(figure: string, ratio: Ratio): Figure {
  return { figure, measured: shown(ratio), goal: '', met: null };
}

export function exactly(goal: number, figure: string, measured: number): Figure {
  return { figure, measured: String(measured), goal: String(goal), met: measured === goal };
}

export function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map(({ figure, measured, goal, met }) => [
    figure,
    measured,
    goal,
    met === null ? '' : met ? '✓' : '✗',
  ]);
  const table = [['figure', 'measured', 'goal', ''], ['---', '---', '---', '---'], ...rows];
  return table.map((row) => `| ${row.join(' | ')} |`).join('\n');
}

const [BEGIN, END] = ['<!-- figures -->', '<!-- /figures -->'];

/** Puts the table in the place that the document keeps for it. */
export function writeInto(file: string, table: string): void {
  const text = readFileSync(file, 'utf8');
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${file} has no place for the figures: ${BEGIN} and ${END}`);
  writeFileSync(file, `${text.slice(0, from + BEGIN.length)}\n\n${table}\n\n${text.slice(to)}`);
}

function shown({ median, from, to }: Ratio): string {
  return Number.isNaN(median) ? 'not measured here' : `${median.toFixed(2)} (${from.toFixed(2)} to ${to.toFixed(2)})`;
}

function verdict({ median }: Ratio, met: boolean): boolean | null {
  return Number.isNaN(median) ? null : met;
}
