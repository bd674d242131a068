const MAX_ENTRIES = 200;
const MAX_KEY_LENGTH = 10_000;

/** The function with a memory for its most recently used results; long texts are rarely seen twice and never kept. */
export function memo<T>(make: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const result = known.get(text) ?? make(text);
    if (text.length > MAX_KEY_LENGTH) return result;
    // A map keeps the order of insertion: the oldest is the first.
    known.delete(text);
    known.set(text, result);
    const [oldest] = known.size > MAX_ENTRIES ? known.keys() : [];
    if (oldest !== undefined) known.delete(oldest);
    return result;
  };
}
