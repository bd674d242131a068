/** What a verified callback says in our terms. Money is integer minor units of `currency`; times are milliseconds since the epoch. */
export type Notice = SignUpNotice | OrderNotice | OrderChangeNotice | OrderNameNotice | PrivacyRequestNotice;

/** What becomes of an order after it was paid; each may come before the order, and twice. */
export type OrderChangeNotice = RefundNotice | CancellationNotice | EditNotice | DisputeNotice;

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

/** Where goods are delivered, as the store wrote it: digested by the flow before anything is stored. */
export interface Address {
  lines: string[];
  postalCode: string | null;
  city: string | null;
  /** ISO 3166-1 alpha-2. */
  country: string | null;
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
  /** Other ids under which the sender may speak of this order later, e.g. in a refund. */
  names: string[];
  occurredAt: number | null;
  customer: Customer;
  address: Address | null;
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
  /** The money given back, tax and shipping included. This refund alone; where `cumulative`, all refunds of the order so far that the sender tells of in this way. 0 is legal: goods without money. */
  amount: number;
  cumulative: boolean;
}

export interface CancellationNotice {
  kind: 'cancellation';
  orderExternalId: string;
  occurredAt: number | null;
}

/** The order was changed after it was paid. What it is worth less is taken back; what it is worth more earns nothing. */
export interface EditNotice {
  kind: 'edit';
  /** Names this state of the order, e.g. its id and version. */
  externalId: string;
  orderExternalId: string;
  occurredAt: number | null;
  currency: string;
  /** What remains of the order with all that was refunded taken off. */
  subtotal: number;
  tax: number;
  shipping: number;
}

export interface DisputeNotice {
  kind: 'dispute';
  externalId: string;
  orderExternalId: string;
  occurredAt: number | null;
  /** opened: its rewards wait; won: they go on; lost: the amount counts as refunded, in another currency the whole order. */
  stage: 'opened' | 'won' | 'lost';
  currency: string;
  amount: number;
}

/** The sender tells that an order goes by one more id. */
export interface OrderNameNotice {
  kind: 'order_name';
  name: string;
  orderExternalId: string;
}

/** Somebody's right under privacy law, asked for through the platform. */
export interface PrivacyRequestNotice {
  kind: 'privacy_request';
  externalId: string;
  /** export: their data; erase: forget them; erase_store: forget everything of the shop. */
  request: 'export' | 'erase' | 'erase_store';
  occurredAt: number | null;
  customer: Customer;
}
