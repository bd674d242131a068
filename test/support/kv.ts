export interface TestKv {
  /** What the Worker is bound to. */
  binding: KVNamespace;
  entries: Map<string, string>;
  /** How often it was asked or told. */
  calls: { get: number; put: number; delete: number };
  failing: boolean;
  delay: number;
}

/** A KV namespace in memory that can fail and be slow; it is consistent at once, as the real one is not. */
export function createKv(): TestKv {
  const kv: TestKv = {
    entries: new Map(),
    calls: { get: 0, put: 0, delete: 0 },
    failing: false,
    delay: 0,
    binding: {
      get: async (key: string, options?: { type?: string } | string) => {
        await reach('get');
        const text = kv.entries.get(key) ?? null;
        const type = typeof options === 'string' ? options : options?.type;
        return text !== null && type === 'json' ? JSON.parse(text) : text;
      },
      put: async (key: string, value: string) => {
        await reach('put');
        kv.entries.set(key, value);
      },
      delete: async (key: string) => {
        await reach('delete');
        kv.entries.delete(key);
      },
    } as unknown as KVNamespace,
  };
  return kv;

  async function reach(call: keyof TestKv['calls']): Promise<void> {
    kv.calls[call] += 1;
    if (kv.delay > 0) await new Promise((resolve) => setTimeout(resolve, kv.delay));
    if (kv.failing) throw new Error('KV is out of reach');
  }
}
