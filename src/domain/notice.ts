/** What a verified callback says in our terms. Money is integer minor units of `currency`; times are milliseconds since the epoch. */
export type Notice = SignUpNotice | OrderNotice | RefundNotice | CancellationNotice | NothingNotice;

/** The person as the store knows them, in the clear: digested by the flow before anything is stored. */
export interface Customer {
  id: string | null;
  email: string | null;
}

/** What the store saw of the way the friend came. Every list may be empty; order within a list has no meaning. */
export interface Touches {
  clickTokens: string[];
  clickIds: string[];
  codes: string[];
}

export interface SignUpNotice {
  kind: 'sign_up';
  /** Names the sign-up within the source account; null: the customer is the sign-up. */
  externalId: string | null;
  /** null: the moment the callback was received. */
  occurredAt: number | null;
  customer: Customer;
  touches: Touches;
  /** For rules that are fixed in several currencies; null where the store does not say. */
  currency: string | null;
  test: boolean;
}

export interface OrderNotice {
  kind: 'order';
  externalId: string;
  occurredAt: number | null;
  customer: Customer;
  touches: Touches;
  currency: string;
  /** After discounts, without tax and shipping. */
  subtotal: number;
  tax: number;
  shipping: number;
  test: boolean;
}

export interface RefundNotice {
  kind: 'refund';
  externalId: string;
  orderExternalId: string;
  occurredAt: number | null;
  currency: string;
  /** This refund alone, not the sum of all refunds of the order. */
  amount: number;
}

export interface CancellationNotice {
  kind: 'cancellation';
  orderExternalId: string;
  occurredAt: number | null;
}

export interface NothingNotice {
  kind: 'nothing';
  /** The sender's own name of the event, for the record. */
  type: string;
}
