export interface TestRateLimit {
  /** What the Worker is bound to. */
  binding: RateLimit;
  /** How many calls of one key pass. */
  most: number;
  failing: boolean;
  calls: Map<string, number>;
}

/** A rate limit in memory that never forgets, and lets everything pass until it is told how much. */
export function createRateLimit(): TestRateLimit {
  const limit: TestRateLimit = {
    most: Number.POSITIVE_INFINITY,
    failing: false,
    calls: new Map(),
    binding: {
      async limit({ key }) {
        if (limit.failing) throw new Error('The rate limit is out of reach');
        const calls = (limit.calls.get(key) ?? 0) + 1;
        limit.calls.set(key, calls);
        return { success: calls <= limit.most };
      },
    },
  };
  return limit;
}
