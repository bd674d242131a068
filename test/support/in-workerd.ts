import { build } from 'esbuild';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';

/** Runs the code as a module in workerd, as if it stood in this folder, and gives what its default function answers. */
export async function inWorkerd(folder: string, code: string): Promise<unknown> {
  const { outputFiles } = await build({
    stdin: { contents: code, loader: 'ts', resolveDir: folder },
    bundle: true,
    format: 'esm',
    write: false,
  });
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      modules: [{ type: 'ESModule', path: '/worker.js', contents: outputFiles[0]?.text ?? '' }],
      modulesRoot: '/',
      compatibilityDate: '2026-10-01',
      host: '127.0.0.1',
      port: 0,
      cf: false,
    }),
  );
  try {
    return await (await fetch(await miniflare.ready)).json();
  } finally {
    await miniflare.dispose();
  }
}
