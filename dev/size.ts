import { gzipSync } from 'node:zlib';
import { bundledParts } from './bundle.ts';

/** Of the script, which every isolate has to read before its first answer. */
const BUDGET_KIB = 100;

const sizes = bundledParts().map(({ name, contents }) => ({ name, kib: gzipSync(contents).length / 1024 }));
for (const { name, kib } of sizes) console.log(`${name.padEnd(24)}${kib.toFixed(1).padStart(7)} KiB gzipped`);
const [script] = sizes;
if (script === undefined || script.kib > BUDGET_KIB) {
  console.error(`The script has outgrown its budget of ${BUDGET_KIB} KiB.`);
  process.exit(1);
}
