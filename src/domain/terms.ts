/** The closed sets of the glossary: one list each for the database's CHECKs, the API's schemas and the types. */
export const MODES = ['live', 'test'] as const;
export type Mode = (typeof MODES)[number];

export const PROGRAM_STATUSES = ['active', 'paused', 'archived'] as const;
export type ProgramStatus = (typeof PROGRAM_STATUSES)[number];

export const MODELS = ['last_touch', 'first_touch'] as const;
export type Model = (typeof MODELS)[number];

export const SIDES = ['advocate', 'friend'] as const;
export type Side = (typeof SIDES)[number];

export const TRIGGERS = ['sign_up', 'purchase'] as const;
export type Trigger = (typeof TRIGGERS)[number];

export const REWARD_KINDS = ['coupon', 'store_credit', 'gift_card', 'cash', 'custom'] as const;
export type RewardKind = (typeof REWARD_KINDS)[number];

export const APPROVALS = ['automatic', 'manual'] as const;
export type Approval = (typeof APPROVALS)[number];

export const REWARD_STATES = [
  'pending',
  'held',
  'approved',
  'issued',
  'redeemed',
  'voided',
  'reversed',
  'expired',
  'blocked',
] as const;
export type RewardState = (typeof REWARD_STATES)[number];

export const LEDGER_KINDS = ['grant', 'approve', 'issue', 'redeem', 'release', 'reverse', 'expire', 'adjust'] as const;
export type LedgerKind = (typeof LEDGER_KINDS)[number];

export const CONVERSION_KINDS = ['sign_up', 'order'] as const;
export type ConversionKind = (typeof CONVERSION_KINDS)[number];

/** credited: at least one reward was earned; recorded: kept, nothing was to be earned; refused: something was, and is not. */
export const CONVERSION_STATUSES = ['credited', 'recorded', 'refused'] as const;
export type ConversionStatus = (typeof CONVERSION_STATUSES)[number];

/** How a touch was proved, best first. */
export const METHODS = ['manual', 'lock', 'friend_code', 'code', 'click', 'claim', 'sign_up', 'network'] as const;
export type Method = (typeof METHODS)[number];

/** Why a candidate lost, a conversion was refused or a reward was not earned. */
export const REASONS = [
  'outside_window',
  'lower_priority',
  'self_referral',
  'existing_customer',
  'link_disabled',
  'program_paused',
  'already_attributed',
  'not_first_order',
  'below_min_order',
  'cap_reached',
  'budget_spent',
  'fraud_blocked',
  'currency_not_configured',
  'test_order',
  'order_cancelled',
  'refunded',
  'no_touch',
  'no_rule',
  'zero_amount',
  'customer_unknown',
] as const;
export type Reason = (typeof REASONS)[number];

export const VERDICTS = ['pass', 'review', 'block'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** refund_total: all refunds so far, as some senders tell them; edit: what remains; named: one more id of the order. */
export const ORDER_CHANGES = [
  'paid',
  'refund',
  'refund_total',
  'cancellation',
  'edit',
  'dispute_opened',
  'dispute_won',
  'dispute_lost',
  'named',
] as const;
export type OrderChangeKind = (typeof ORDER_CHANGES)[number];

/** held: until the operator has done something; queued: until what it needs can be reached; unusable: its content makes no sense to us. */
export const CALLBACK_STATUSES = [
  'credited',
  'recorded',
  'ignored',
  'duplicate',
  'parked',
  'held',
  'queued',
  'unusable',
] as const;
export type CallbackStatus = (typeof CALLBACK_STATUSES)[number];

export const CLICK_KINDS = ['human', 'bot', 'preview', 'prefetch', 'head'] as const;
export type ClickKind = (typeof CLICK_KINDS)[number];

export const CHANNELS = [
  'copy',
  'native',
  'whatsapp',
  'sms',
  'email',
  'facebook',
  'messenger',
  'x',
  'telegram',
  'linkedin',
  'pinterest',
  'reddit',
  'snapchat',
  'tiktok',
  'qr',
  'other',
] as const;
export type Channel = (typeof CHANNELS)[number];

/** fast: a click is sent to the queue after the answer; strict: before it. */
export const DURABILITIES = ['fast', 'strict'] as const;
export type Durability = (typeof DURABILITIES)[number];

export const PRIVACY_REQUESTS = ['export', 'erase', 'erase_store'] as const;
export type PrivacyRequestKind = (typeof PRIVACY_REQUESTS)[number];
