import type { CallbackSource } from './callback.ts';
import type { Notice } from './notice.ts';

/**
 * A notice as it holds beyond its source: a customer's number that means nothing elsewhere stands with its account, and
 * nothing happened after `latest` (null: that is the sender's to mend), because a clock of a platform that runs ahead is
 * no reason to do without an order.
 */
export function ofSource(
  notice: Notice,
  { account, ownCustomers }: Pick<CallbackSource, 'account' | 'ownCustomers'>,
  latest: number | null,
): Notice {
  const told = { ...notice };
  if ('customer' in told && told.customer.id !== null && ownCustomers) {
    told.customer = { ...told.customer, id: `${account}/${told.customer.id}` };
  }
  if ('occurredAt' in told && told.occurredAt !== null && latest !== null) {
    told.occurredAt = Math.min(told.occurredAt, latest);
  }
  return told;
}
