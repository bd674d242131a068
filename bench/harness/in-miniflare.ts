import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare';
import type { Script, Target } from './runtime.ts';

/**
 * workerd behind miniflare's own entry Worker, with its simulators of KV and queues. The queues have no consumers here: at
 * the edge those are other invocations, and here they would take their time from the core that is measured.
 */
export async function inMiniflare({ parts, compatibilityDate, bindings, world }: Script): Promise<Target> {
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      modules: parts.map(({ name, type, contents }) => ({ type, path: `/${name}`, contents })),
      modulesRoot: '/',
      compatibilityDate,
      bindings,
      kvNamespaces: world?.kvBindings ?? [],
      queueProducers: world?.queueBindings ?? [],
      host: '127.0.0.1',
      port: 0,
      cf: false,
      log: new Log(LogLevel.ERROR),
      handleStructuredLogs: () => {},
    }),
  );
  const url = await miniflare.ready;
  return { port: Number(url.port), close: () => miniflare.dispose() };
}
