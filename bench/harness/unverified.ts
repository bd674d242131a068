import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import { bundledParts, bundleWorker } from '../../dev/bundle.ts';
import type { Runtime } from './runtime.ts';

/** The unverified Worker is told the id of a message here, where verification would find it elsewhere. */
export const MESSAGE_ID = 'bench-message-id';

/** What verification does, and what stands in its place: no secret is opened, and everybody is believed. */
const CUTS = [
  { work: /await secretsInForce\([^()]*\)/g, instead: '[]' },
  {
    work: /await scheme\.verify\([^()]*\)/g,
    instead: `{ outcome: 'verified', messageId: request.headers.get('${MESSAGE_ID}') }`,
  },
];

/** Runs the same Goodword, out of which the verification of callbacks is cut. */
export function withoutVerification(runtime: Runtime): Runtime {
  return async (script, folder) => {
    const directory = join(folder, 'unverified');
    await bundleWorker(directory, [verificationLeftOut]);
    return runtime({ ...script, parts: bundledParts(directory) }, folder);
  };
}

const verificationLeftOut: Plugin = {
  name: 'verification-left-out',
  setup({ onLoad }) {
    onLoad({ filter: /\/src\/flows\/verify-callback\.ts$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      const contents = CUTS.reduce((text, { work, instead }) => replaceOnce(text, work, instead), source);
      return { contents, loader: 'ts' };
    });
  },
};

/** Anything else would leave verification where it is, and measure nothing. */
function replaceOnce(text: string, work: RegExp, instead: string): string {
  const times = text.match(work)?.length ?? 0;
  if (times !== 1) throw new Error(`verify-callback.ts has ${work} ${times} times, and should have it once.`);
  return text.replace(work, instead);
}
