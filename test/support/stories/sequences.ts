/** With TEST_FULL=1 every platform tells in every order, which takes minutes. */
const FULL = process.env['TEST_FULL'] === '1';
/** What one app can play in a moment. */
const PART = 40;

/** Every order of the items. */
export function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}

/** All orders of the events, in parts. */
export function allOrders<T>(events: readonly T[]) {
  return partsOf(permutations(events));
}

/** All orders of the events but the first, which has no effect: its place differs from order to order. */
export function orders<T>(events: readonly T[]) {
  const [first, ...others] = events;
  if (FULL || first === undefined) return allOrders(events);
  return partsOf(permutations(others).map((order, index) => order.toSpliced(index % events.length, 0, first)));
}

function partsOf<T>(sequences: T[][]): { part: string; sequences: T[][] }[] {
  return Array.from({ length: Math.ceil(sequences.length / PART) }, (_, index) => {
    const from = index * PART;
    const to = Math.min(from + PART, sequences.length);
    return { part: `${from + 1} to ${to} of ${sequences.length}`, sequences: sequences.slice(from, to) };
  });
}

/**
 * Every event twice: after its first place it comes once more in one that differs from turn to turn, in every other turn
 * as a message of its own.
 */
export function twice<T>(order: readonly T[], turn: number): { told: T; message: string }[] {
  const steps = order.map((told, index) => ({ told, message: `${index}` }));
  for (const [index, told] of order.entries()) {
    const first = steps.findIndex((step) => step.told === told);
    const gap = (turn + 3 * index) % (steps.length - first);
    const message = (turn + index) % 2 === 0 ? `${index}` : `${index}-again`;
    steps.splice(first + 1 + gap, 0, { told, message });
  }
  return steps;
}
