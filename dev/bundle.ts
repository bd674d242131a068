import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { minify } from 'terser';
import { withoutDocs } from './without-docs.ts';

const ROOT = join(import.meta.dirname, '..');
const DIRECTORY = join(ROOT, 'dist');
const SCRIPT = 'worker.js';
const DOCUMENT = 'openapi.txt';

/** One file of what is uploaded. */
export interface Part {
  name: string;
  type: 'ESModule' | 'Text';
  contents: string;
}

/**
 * The Worker as it is deployed, in `dist/`; wrangler calls this, and so does whatever runs the Worker here. Beside the
 * script that every isolate starts with lie the modules that few of them ever load, and the API description as a text.
 * `changes` make another Worker of it, to compare with.
 */
export async function bundleWorker(directory = DIRECTORY, changes: Plugin[] = []): Promise<void> {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const { outputFiles } = await build({
    entryPoints: { worker: join(ROOT, 'src/worker.ts') },
    outdir: directory,
    write: false,
    bundle: true,
    splitting: true,
    chunkNames: '[name]-[hash]',
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    mainFields: ['browser', 'module', 'main'],
    plugins: [...changes, documentBeside, docsLeftOut, protobufLeftOut],
    logLevel: 'warning',
  });
  for (const { path, text } of outputFiles) {
    const { code = '' } = await minify(text, { module: true, ecma: 2020, compress: { passes: 2 } });
    writeFileSync(join(directory, basename(path)), code);
  }
  writeFileSync(join(directory, DOCUMENT), readDocument());
}

/** What `bundleWorker` left, the script first. */
export function bundledParts(directory = DIRECTORY): [Part, ...Part[]] {
  const others = readdirSync(directory).filter((name) => name !== SCRIPT && /\.(js|txt)$/.test(name));
  return [partOf(directory, SCRIPT), ...others.map((name) => partOf(directory, name))];
}

function partOf(directory: string, name: string): Part {
  const type = name.endsWith('.txt') ? 'Text' : 'ESModule';
  return { name, type, contents: readFileSync(join(directory, name), 'utf8') };
}

function readDocument(): string {
  return readFileSync(join(ROOT, 'src/openapi.json'), 'utf8');
}

const documentBeside: Plugin = {
  name: 'document-beside',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/openapi\.json$/ }, () => ({ path: 'openapi.json', namespace: 'document' }));
    onResolve({ filter: /^\.\/openapi\.txt$/ }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /.*/, namespace: 'document' }, () => {
      const info = JSON.stringify(JSON.parse(readDocument()).info);
      return {
        contents: `import text from './${DOCUMENT}'; export default { info: ${info}, toJSON: () => JSON.parse(text) };`,
      };
    });
  },
};

const docsLeftOut: Plugin = {
  name: 'docs-left-out',
  setup({ onLoad }) {
    onLoad({ filter: /\/src\/.*\.tsx?$/ }, ({ path }) => ({
      contents: withoutDocs(path, readFileSync(path, 'utf8')),
      loader: path.endsWith('x') ? 'tsx' : 'ts',
    }));
  },
};

/** The libSQL client speaks Hrana 2 over HTTP, which is JSON; the other encoding comes along and is never asked for. */
const protobufLeftOut: Plugin = {
  name: 'protobuf-left-out',
  setup({ onLoad }) {
    onLoad({ filter: /@libsql\/hrana-client\/.*protobuf.*\.js$/ }, ({ path }) => {
      const names = readFileSync(path, 'utf8').matchAll(/^export (?:async )?(?:function|const|class) (\w+)/gm);
      return { contents: Array.from(names, ([, name]) => `export const ${name} = undefined;`).join('\n') };
    });
  },
};

if (import.meta.main) await bundleWorker();
