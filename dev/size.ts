import { gzipSync } from 'node:zlib';
import { bundledParts, type Part } from './bundle.ts';

/** Of what every isolate has to read before its first answer: the script, and whatever that imports at once. */
const START_KIB = 80;
/** Of all scripts: what a deployment uploads, and what a plan of the platform may limit. */
const SCRIPTS_KIB = 200;

const parts = bundledParts();
const started = withImports([parts[0]]);
const scripts = parts.filter(({ type }) => type === 'ESModule');
for (const part of parts) {
  console.log(`${part.name.padEnd(24)}${shown([part])}${started.has(part) ? '  at the start' : ''}`);
}
const withinBudgets = [
  isWithin('At the start', [...started], START_KIB),
  isWithin('All scripts', scripts, SCRIPTS_KIB),
];
if (withinBudgets.includes(false)) process.exit(1);

function withImports(found: Part[]): Set<Part> {
  const all = new Set(found);
  for (const { contents } of all) {
    for (const [, name] of contents.matchAll(/\b(?:from|import)"\.\/([^"]+)"/g)) {
      for (const part of parts) if (part.name === name) all.add(part);
    }
  }
  return all;
}

function isWithin(name: string, measured: readonly Part[], budget: number): boolean {
  const within = kibOf(measured) <= budget;
  console.log(`${name.padEnd(24)}${shown(measured)}, of ${budget}${within ? '' : ': outgrown'}`);
  return within;
}

function shown(measured: readonly Part[]): string {
  return `${kibOf(measured).toFixed(1).padStart(7)} KiB gzipped`;
}

function kibOf(measured: readonly Part[]): number {
  return measured.reduce((sum, { contents }) => sum + gzipSync(contents).length, 0) / 1024;
}
