export interface TestKv {
  /** What the Worker is bound to. */
  binding: KVNamespace;
  entries: Map<string, string>;
  /** How often it was asked or told. */
  calls: { get: number; put: number; delete: number };
  failing: boolean;
  delay: number;
}

/** The namespace from another place: what was read there is read anew only when its `cacheTtl` is over. */
export function createFarKv({ binding }: TestKv, now: () => number): KVNamespace {
  const cache = new Map<string, { at: number; text: string | null }>();
  return {
    put: (key: string, value: string) => binding.put(key, value),
    async get(key: string, { cacheTtl = 60 }: { cacheTtl?: number } = {}) {
      const known = cache.get(key);
      if (known !== undefined && now() - known.at < cacheTtl * 1000) return known.text;
      const text = await binding.get(key);
      cache.set(key, { at: now(), text });
      return text;
    },
  } as unknown as KVNamespace;
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
