import { type SQL, sql } from 'drizzle-orm';
import {
  type AnySQLiteColumn,
  check,
  foreignKey,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  unique,
} from 'drizzle-orm/sqlite-core';
import type { Explanation } from '../domain/explanation.ts';
import type { Amounts } from '../domain/rewards/rule.ts';
import type { Scope } from '../domain/scopes.ts';
import {
  APPROVALS,
  CALLBACK_STATUSES,
  CHANNELS,
  CLICK_KINDS,
  CONVERSION_KINDS,
  CONVERSION_STATUSES,
  DURABILITIES,
  LEDGER_KINDS,
  METHODS,
  MODELS,
  MODES,
  ORDER_CHANGES,
  PRIVACY_REQUESTS,
  PROGRAM_STATUSES,
  REASONS,
  REWARD_KINDS,
  REWARD_STATES,
  SIDES,
  TRIGGERS,
  VERDICTS,
} from '../domain/terms.ts';
import type { InputError } from '../lib/refusal.ts';

// Times are integer milliseconds, money integer minor units, digests hex; every row of a store carries its store, and
// every reference between rows of a store goes by (store_id, id), so that no join can cross stores.

function oneOf(name: string, column: AnySQLiteColumn, values: readonly string[]) {
  return check(name, sql`${column} in ${sql.raw(`(${values.map((value) => `'${value}'`).join(', ')})`)}`);
}

function holds(name: string, condition: SQL) {
  return check(name, condition);
}

/** One side, live or test, of a merchant; the other side is its twin. */
export const stores = sqliteTable(
  'stores',
  {
    id: text().primaryKey(),
    name: text().notNull(),
    mode: text({ enum: MODES }).notNull(),
    twinId: text('twin_id').notNull().unique(),
    /** The sealed 32-byte key of this store's digests; without it no digest can be made again. */
    digestKey: text('digest_key').notNull(),
    /** How long the rows of clicks are kept; their counters stay. */
    clickRetentionDays: integer('click_retention_days').notNull().default(90),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    archivedAt: integer('archived_at'),
  },
  (t) => [oneOf('stores_mode', t.mode, MODES)],
);

export const keys = sqliteTable(
  'keys',
  {
    storeId: text('store_id')
      .notNull()
      .references(() => stores.id),
    id: text().notNull(),
    kind: text({ enum: ['secret', 'publishable'] }).notNull(),
    name: text().notNull(),
    hash: text().notNull().unique(),
    /** The last four characters, to tell keys apart. */
    hint: text().notNull(),
    scopes: text({ mode: 'json' }).$type<Scope[]>().notNull(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at'),
    revokedAt: integer('revoked_at'),
  },
  (t) => [primaryKey({ columns: [t.storeId, t.id] }), oneOf('keys_kind', t.kind, ['secret', 'publishable'])],
);

export const programs = sqliteTable(
  'programs',
  {
    storeId: text('store_id')
      .notNull()
      .references(() => stores.id),
    id: text().notNull(),
    name: text().notNull(),
    status: text({ enum: PROGRAM_STATUSES }).notNull(),
    destination: text().notNull(),
    allowedHosts: text('allowed_hosts', { mode: 'json' }).$type<string[]>().notNull(),
    fallbackUrl: text('fallback_url'),
    model: text({ enum: MODELS }).notNull(),
    attributionWindowDays: integer('attribution_window_days').notNull(),
    qualificationWindowDays: integer('qualification_window_days'),
    /** IANA name; the days of its statistics begin at midnight there. */
    timeZone: text('time_zone').notNull().default('UTC'),
    /** Query parameters that a destination gets unless it has them. */
    utm: text({ mode: 'json' }).$type<Record<string, string>>(),
    previewTitle: text('preview_title'),
    previewDescription: text('preview_description'),
    previewImage: text('preview_image'),
    /** BCP 47. */
    language: text().notNull().default('en'),
    /** strict: a redirect waits until its click is in the queue. */
    clickDurability: text('click_durability', { enum: DURABILITIES }).notNull().default('fast'),
    version: integer().notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.id] }),
    oneOf('programs_status', t.status, PROGRAM_STATUSES),
    oneOf('programs_model', t.model, MODELS),
    oneOf('programs_click_durability', t.clickDurability, DURABILITIES),
    holds('programs_attribution_window', sql`${t.attributionWindowDays} between 1 and 365`),
    holds('programs_qualification_window', sql`${t.qualificationWindowDays} between 1 and 365`),
  ],
);

/** A changed rule is a new version; the old one stays, because rewards were earned by it. */
export const rules = sqliteTable(
  'rules',
  {
    storeId: text('store_id').notNull(),
    id: text().notNull(),
    version: integer().notNull(),
    programId: text('program_id').notNull(),
    side: text({ enum: SIDES }).notNull(),
    trigger: text({ enum: TRIGGERS }).notNull(),
    kind: text({ enum: REWARD_KINDS }).notNull(),
    amounts: text({ mode: 'json' }).$type<Amounts>(),
    basisPoints: integer('basis_points'),
    maxAmounts: text('max_amounts', { mode: 'json' }).$type<Amounts>(),
    includeTax: integer('include_tax', { mode: 'boolean' }).notNull(),
    includeShipping: integer('include_shipping', { mode: 'boolean' }).notNull(),
    minOrder: text('min_order', { mode: 'json' }).$type<Amounts>().notNull(),
    holdDays: integer('hold_days').notNull(),
    approval: text({ enum: APPROVALS }).notNull(),
    newFriendsOnly: integer('new_friends_only', { mode: 'boolean' }).notNull(),
    limitPerAdvocate: integer('limit_per_advocate'),
    refundThresholdBasisPoints: integer('refund_threshold_basis_points').notNull(),
    priority: integer().notNull(),
    createdAt: integer('created_at').notNull(),
    /** Set when a newer version took its place or the rule was taken out of the program. */
    retiredAt: integer('retired_at'),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.id, t.version] }),
    foreignKey({ columns: [t.storeId, t.programId], foreignColumns: [programs.storeId, programs.id] }),
    index('rules_of_program').on(t.storeId, t.programId),
    oneOf('rules_side', t.side, SIDES),
    oneOf('rules_trigger', t.trigger, TRIGGERS),
    oneOf('rules_kind', t.kind, REWARD_KINDS),
    oneOf('rules_approval', t.approval, APPROVALS),
    holds('rules_value', sql`(${t.amounts} is null) <> (${t.basisPoints} is null)`),
    holds('rules_basis_points', sql`${t.basisPoints} between 1 and 10000`),
    holds('rules_hold_days', sql`${t.holdDays} between 0 and 90`),
    holds('rules_limit', sql`${t.limitPerAdvocate} >= 1`),
    holds('rules_threshold', sql`${t.refundThresholdBasisPoints} between 1 and 10000`),
  ],
);

export const advocates = sqliteTable(
  'advocates',
  {
    storeId: text('store_id')
      .notNull()
      .references(() => stores.id),
    id: text().notNull(),
    /** The store's own id of the customer. */
    customerId: text('customer_id').notNull(),
    customerDigest: text('customer_digest').notNull(),
    emailDigest: text('email_digest'),
    sealedEmail: text('sealed_email'),
    sealedName: text('sealed_name'),
    bannedAt: integer('banned_at'),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    archivedAt: integer('archived_at'),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.id] }),
    unique('advocates_customer').on(t.storeId, t.customerId),
    index('advocates_email').on(t.storeId, t.emailDigest),
  ],
);

export const links = sqliteTable(
  'links',
  {
    storeId: text('store_id').notNull(),
    id: text().notNull(),
    programId: text('program_id').notNull(),
    advocateId: text('advocate_id').notNull(),
    host: text().notNull(),
    /** The code shown today; every code it ever had stays in `codes`. */
    code: text().notNull(),
    destination: text(),
    /** Destinations by ISO 3166-1 alpha-2 country. */
    countries: text({ mode: 'json' }).$type<Record<string, string>>(),
    utm: text({ mode: 'json' }).$type<Record<string, string>>(),
    title: text(),
    description: text(),
    image: text(),
    /** Human clicks after which it leads to the fallback. */
    maxClicks: integer('max_clicks'),
    enabled: integer({ mode: 'boolean' }).notNull(),
    startsAt: integer('starts_at'),
    endsAt: integer('ends_at'),
    version: integer().notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.id] }),
    foreignKey({ columns: [t.storeId, t.programId], foreignColumns: [programs.storeId, programs.id] }),
    foreignKey({ columns: [t.storeId, t.advocateId], foreignColumns: [advocates.storeId, advocates.id] }),
    index('links_of_advocate').on(t.storeId, t.advocateId),
    index('links_of_program').on(t.storeId, t.programId),
  ],
);

export const codes = sqliteTable(
  'codes',
  {
    host: text().notNull(),
    code: text().notNull(),
    storeId: text('store_id').notNull(),
    linkId: text('link_id').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.host, t.code] }),
    foreignKey({ columns: [t.storeId, t.linkId], foreignColumns: [links.storeId, links.id] }),
    index('codes_of_store').on(t.storeId, t.code),
    index('codes_of_link').on(t.storeId, t.linkId),
  ],
);

/** Outbox of edge copies: a row stays until the link's newest version stands in KV. */
export const linkPuts = sqliteTable(
  'link_puts',
  {
    storeId: text('store_id').notNull(),
    linkId: text('link_id').notNull(),
    version: integer().notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.linkId] }),
    foreignKey({ columns: [t.storeId, t.linkId], foreignColumns: [links.storeId, links.id] }),
    index('link_puts_by_age').on(t.createdAt),
  ],
);

export const sources = sqliteTable(
  'sources',
  {
    storeId: text('store_id')
      .notNull()
      .references(() => stores.id),
    id: text().notNull().unique(),
    name: text().notNull(),
    /** Orders are one and the same across sources that name the same account. */
    account: text().notNull(),
    scheme: text().notNull(),
    config: text({ mode: 'json' }).$type<unknown>().notNull(),
    /** Opens the platform's API. */
    sealedAccessToken: text('sealed_access_token'),
    /** Its customer ids are numbers of its own, and not those that the store gives its advocates. */
    ownCustomers: integer('own_customers', { mode: 'boolean' }).notNull().default(false),
    enabled: integer({ mode: 'boolean' }).notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    archivedAt: integer('archived_at'),
  },
  (t) => [primaryKey({ columns: [t.storeId, t.id] })],
);

export const sourceSecrets = sqliteTable(
  'source_secrets',
  {
    storeId: text('store_id').notNull(),
    sourceId: text('source_id').notNull(),
    id: text().notNull(),
    sealed: text().notNull(),
    hint: text().notNull(),
    createdAt: integer('created_at').notNull(),
    /** null: in force until rotated. */
    expiresAt: integer('expires_at'),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.id] }),
    foreignKey({ columns: [t.storeId, t.sourceId], foreignColumns: [sources.storeId, sources.id] }),
    index('source_secrets_of_source').on(t.sourceId),
  ],
);

/** No foreign keys: whatever else is wrong, a click that was answered is stored. */
export const clicks = sqliteTable(
  'clicks',
  {
    storeId: text('store_id').notNull(),
    id: text().notNull(),
    linkId: text('link_id').notNull(),
    programId: text('program_id').notNull(),
    at: integer().notNull(),
    kind: text({ enum: CLICK_KINDS }).notNull(),
    channel: text({ enum: CHANNELS }),
    /** ISO 3166-1 alpha-2, as the edge saw it. */
    country: text(),
    visitor: text(),
    agent: text().notNull(),
    /** The version of the judgement of kind and agent. */
    rule: integer().notNull().default(1),
    referrerHost: text('referrer_host'),
    /** The delivery that stored the row: its counters come from the rows that carry its tag. */
    tag: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.id] }),
    index('clicks_of_link').on(t.storeId, t.linkId, t.id),
    index('clicks_by_tag').on(t.tag),
    oneOf('clicks_kind', t.kind, CLICK_KINDS),
  ],
);

/** `day` is that of the program's time zone, YYYY-MM-DD; `channel` and `country` are '' where unknown, because NULLs are never equal in a key. */
export const clickCounts = sqliteTable(
  'click_counts',
  {
    storeId: text('store_id').notNull(),
    linkId: text('link_id').notNull(),
    day: text().notNull(),
    channel: text().notNull(),
    country: text().notNull(),
    kind: text({ enum: CLICK_KINDS }).notNull(),
    clicks: integer().notNull(),
    /** Of these clicks, those that were the first of their visitor on this link and day. */
    visitors: integer().notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.linkId, t.day, t.channel, t.country, t.kind] }),
    index('click_counts_by_day').on(t.storeId, t.day),
  ],
);

/** Who was counted as a visitor; gone with the salt of the day. */
export const clickVisitors = sqliteTable(
  'click_visitors',
  {
    storeId: text('store_id').notNull(),
    linkId: text('link_id').notNull(),
    day: text().notNull(),
    visitor: text().notNull(),
    clickId: text('click_id').notNull(),
    at: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.storeId, t.linkId, t.day, t.visitor] }), index('click_visitors_by_age').on(t.at)],
);

/** The random key of one UTC day's visitor digests, sealed; destroyed after 48 hours. */
export const salts = sqliteTable('salts', {
  day: text().primaryKey(),
  sealed: text().notNull(),
  createdAt: integer('created_at').notNull(),
});

/** What isolates say they answered, counted apart from the queue; `hour` is milliseconds, on the hour. */
export const clickAudits = sqliteTable(
  'click_audits',
  {
    hour: integer().notNull(),
    isolate: text().notNull(),
    answered: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.hour, t.isolate] })],
);

/** Deliveries that the queue gave up on, until they are replayed. */
export const deadDeliveries = sqliteTable(
  'dead_deliveries',
  {
    id: text().primaryKey(),
    body: text({ mode: 'json' }).$type<unknown>().notNull(),
    diedAt: integer('died_at').notNull(),
    replayedAt: integer('replayed_at'),
  },
  (t) => [index('dead_deliveries_open').on(t.replayedAt, t.diedAt)],
);

/** A store's own short domains, beside the deployment's. */
export const domains = sqliteTable(
  'domains',
  {
    storeId: text('store_id')
      .notNull()
      .references(() => stores.id),
    id: text().notNull(),
    host: text().notNull().unique(),
    /** Where the bare host leads. */
    rootUrl: text('root_url'),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    archivedAt: integer('archived_at'),
  },
  (t) => [primaryKey({ columns: [t.storeId, t.id] })],
);

export const callbacks = sqliteTable(
  'callbacks',
  {
    storeId: text('store_id').notNull(),
    id: text().notNull(),
    sourceId: text('source_id').notNull(),
    messageId: text('message_id'),
    type: text().notNull(),
    status: text({ enum: CALLBACK_STATUSES }).notNull(),
    reason: text({ enum: REASONS }),
    conversionId: text('conversion_id'),
    /** Of an unusable or held one, what to mend. */
    errors: text({ mode: 'json' }).$type<InputError[]>(),
    receivedAt: integer('received_at').notNull(),
    replayedAt: integer('replayed_at'),
    /** The request as it came; gone after 30 days. Last, so that lists read past it. */
    sealed: text(),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.id] }),
    foreignKey({ columns: [t.storeId, t.sourceId], foreignColumns: [sources.storeId, sources.id] }),
    unique('callbacks_message').on(t.storeId, t.sourceId, t.messageId),
    index('callbacks_of_source').on(t.storeId, t.sourceId, t.id),
    index('callbacks_of_status').on(t.storeId, t.status, t.id),
    index('callbacks_of_type').on(t.storeId, t.type, t.id),
    index('callbacks_sealed').on(t.receivedAt).where(sql`sealed is not null`),
    oneOf('callbacks_status', t.status, CALLBACK_STATUSES),
  ],
);

/** Every paid order a store told us about, referred or not; of the customer only digests. */
export const orders = sqliteTable(
  'orders',
  {
    storeId: text('store_id')
      .notNull()
      .references(() => stores.id),
    id: text().notNull(),
    account: text().notNull(),
    externalId: text('external_id').notNull(),
    sourceId: text('source_id').notNull(),
    customerDigest: text('customer_digest'),
    emailDigest: text('email_digest'),
    addressDigest: text('address_digest'),
    currency: text().notNull(),
    subtotal: integer().notNull(),
    tax: integer().notNull(),
    shipping: integer().notNull(),
    /** Sum of all refunds and lost disputes, in minor units. */
    refunded: integer().notNull(),
    /** While a dispute is open: its rewards wait. */
    disputedAt: integer('disputed_at'),
    test: integer({ mode: 'boolean' }).notNull(),
    placedAt: integer('placed_at').notNull(),
    cancelledAt: integer('cancelled_at'),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.id] }),
    foreignKey({ columns: [t.storeId, t.sourceId], foreignColumns: [sources.storeId, sources.id] }),
    unique('orders_external').on(t.storeId, t.account, t.externalId),
    index('orders_of_customer').on(t.storeId, t.customerDigest),
    index('orders_of_email').on(t.storeId, t.emailDigest),
    holds('orders_money', sql`${t.subtotal} >= 0 and ${t.tax} >= 0 and ${t.shipping} >= 0 and ${t.refunded} >= 0`),
  ],
);

/**
 * What happened to an order, in the order we learnt of it. `seq` counts up per order: two changes decided on the same
 * past cannot both be written, whether or not the order itself has arrived yet.
 */
export const orderChanges = sqliteTable(
  'order_changes',
  {
    storeId: text('store_id')
      .notNull()
      .references(() => stores.id),
    account: text().notNull(),
    orderExternalId: text('order_external_id').notNull(),
    seq: integer().notNull(),
    kind: text({ enum: ORDER_CHANGES }).notNull(),
    /** The sender's own id of the change; of a payment and a cancellation the order's. */
    externalId: text('external_id').notNull(),
    /** Of an edit what remains of the subtotal. */
    amount: integer().notNull(),
    /** Of an edit what remains. */
    tax: integer(),
    shipping: integer(),
    currency: text(),
    occurredAt: integer('occurred_at').notNull(),
    receivedAt: integer('received_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.account, t.orderExternalId, t.seq] }),
    unique('order_changes_once').on(t.storeId, t.account, t.kind, t.externalId),
    oneOf('order_changes_kind', t.kind, ORDER_CHANGES),
  ],
);

/** Other ids under which a sender speaks of an order, which may not have arrived yet. */
export const orderNames = sqliteTable(
  'order_names',
  {
    storeId: text('store_id')
      .notNull()
      .references(() => stores.id),
    account: text().notNull(),
    name: text().notNull(),
    orderExternalId: text('order_external_id').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.account, t.name] }),
    index('order_names_of_order').on(t.storeId, t.account, t.orderExternalId),
  ],
);

/** What people asked for under privacy law, through the platform of a source. */
export const privacyRequests = sqliteTable(
  'privacy_requests',
  {
    storeId: text('store_id')
      .notNull()
      .references(() => stores.id),
    id: text().notNull(),
    sourceId: text('source_id').notNull(),
    externalId: text('external_id').notNull(),
    kind: text({ enum: PRIVACY_REQUESTS }).notNull(),
    customerDigest: text('customer_digest'),
    emailDigest: text('email_digest'),
    receivedAt: integer('received_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.id] }),
    foreignKey({ columns: [t.storeId, t.sourceId], foreignColumns: [sources.storeId, sources.id] }),
    unique('privacy_requests_once').on(t.storeId, t.sourceId, t.kind, t.externalId),
    oneOf('privacy_requests_kind', t.kind, PRIVACY_REQUESTS),
  ],
);

/** Every sign-up and order that was judged, with the judgement. */
export const conversions = sqliteTable(
  'conversions',
  {
    storeId: text('store_id')
      .notNull()
      .references(() => stores.id),
    id: text().notNull(),
    account: text().notNull(),
    kind: text({ enum: CONVERSION_KINDS }).notNull(),
    externalId: text('external_id').notNull(),
    sourceId: text('source_id').notNull(),
    orderId: text('order_id'),
    programId: text('program_id'),
    linkId: text('link_id'),
    advocateId: text('advocate_id'),
    clickId: text('click_id'),
    method: text({ enum: METHODS }),
    touchedAt: integer('touched_at'),
    customerDigest: text('customer_digest'),
    emailDigest: text('email_digest'),
    status: text({ enum: CONVERSION_STATUSES }).notNull(),
    reason: text({ enum: REASONS }),
    verdict: text({ enum: VERDICTS }).notNull(),
    explanation: text({ mode: 'json' }).$type<Explanation>().notNull(),
    test: integer({ mode: 'boolean' }).notNull(),
    occurredAt: integer('occurred_at').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.id] }),
    unique('conversions_once').on(t.storeId, t.account, t.kind, t.externalId),
    foreignKey({ columns: [t.storeId, t.sourceId], foreignColumns: [sources.storeId, sources.id] }),
    foreignKey({ columns: [t.storeId, t.orderId], foreignColumns: [orders.storeId, orders.id] }),
    foreignKey({ columns: [t.storeId, t.programId], foreignColumns: [programs.storeId, programs.id] }),
    foreignKey({ columns: [t.storeId, t.linkId], foreignColumns: [links.storeId, links.id] }),
    foreignKey({ columns: [t.storeId, t.advocateId], foreignColumns: [advocates.storeId, advocates.id] }),
    index('conversions_of_order').on(t.storeId, t.orderId),
    index('conversions_of_advocate').on(t.storeId, t.advocateId),
    index('conversions_of_customer').on(t.storeId, t.customerDigest),
    index('conversions_of_email').on(t.storeId, t.emailDigest),
    oneOf('conversions_kind', t.kind, CONVERSION_KINDS),
    oneOf('conversions_status', t.status, CONVERSION_STATUSES),
    oneOf('conversions_verdict', t.verdict, VERDICTS),
  ],
);

/**
 * The credited sign-up and the credited first purchase of a friend in a program; `identity` is a customer or e-mail digest
 * with its kind. A friend can be credited once for each, because the key can be taken once.
 */
export const locks = sqliteTable(
  'locks',
  {
    storeId: text('store_id').notNull(),
    programId: text('program_id').notNull(),
    kind: text({ enum: CONVERSION_KINDS }).notNull(),
    identity: text().notNull(),
    conversionId: text('conversion_id').notNull(),
    lockedAt: integer('locked_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.programId, t.kind, t.identity] }),
    foreignKey({ columns: [t.storeId, t.programId], foreignColumns: [programs.storeId, programs.id] }),
    foreignKey({ columns: [t.storeId, t.conversionId], foreignColumns: [conversions.storeId, conversions.id] }),
    index('locks_of_identity').on(t.storeId, t.identity),
    index('locks_of_conversion').on(t.storeId, t.conversionId),
    oneOf('locks_kind', t.kind, CONVERSION_KINDS),
  ],
);

export const rewards = sqliteTable(
  'rewards',
  {
    storeId: text('store_id').notNull(),
    id: text().notNull(),
    conversionId: text('conversion_id').notNull(),
    ruleId: text('rule_id').notNull(),
    ruleVersion: integer('rule_version').notNull(),
    programId: text('program_id').notNull(),
    /** Who brought the friend, on either side. */
    advocateId: text('advocate_id').notNull(),
    side: text({ enum: SIDES }).notNull(),
    /** Customer digest, else e-mail digest, of the friend. */
    friend: text().notNull(),
    kind: text({ enum: REWARD_KINDS }).notNull(),
    currency: text().notNull(),
    /** Minor units, as granted; never changed. */
    amount: integer().notNull(),
    /** Minor units taken back so far. */
    reversed: integer().notNull(),
    /** What a percentage was taken of and refunds are measured against; null for a sign-up. */
    base: integer(),
    state: text({ enum: REWARD_STATES }).notNull(),
    reason: text({ enum: REASONS }),
    heldUntil: integer('held_until').notNull(),
    version: integer().notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.id] }),
    unique('rewards_once').on(t.storeId, t.conversionId, t.ruleId, t.side),
    foreignKey({ columns: [t.storeId, t.conversionId], foreignColumns: [conversions.storeId, conversions.id] }),
    foreignKey({
      columns: [t.storeId, t.ruleId, t.ruleVersion],
      foreignColumns: [rules.storeId, rules.id, rules.version],
    }),
    foreignKey({ columns: [t.storeId, t.advocateId], foreignColumns: [advocates.storeId, advocates.id] }),
    index('rewards_of_advocate').on(t.storeId, t.advocateId, t.ruleId),
    index('rewards_due').on(t.state, t.heldUntil),
    oneOf('rewards_side', t.side, SIDES),
    oneOf('rewards_kind', t.kind, REWARD_KINDS),
    oneOf('rewards_state', t.state, REWARD_STATES),
    holds('rewards_amount', sql`${t.amount} > 0 and ${t.reversed} between 0 and ${t.amount}`),
  ],
);

/** The audit of a reward: one row per move; `seq` is the version it made, so two moves from one state cannot both be written. */
export const rewardMoves = sqliteTable(
  'reward_moves',
  {
    storeId: text('store_id').notNull(),
    rewardId: text('reward_id').notNull(),
    seq: integer().notNull(),
    fromState: text('from_state', { enum: REWARD_STATES }),
    toState: text('to_state', { enum: REWARD_STATES }).notNull(),
    /** A key's id, `system`, or a source's id. */
    actor: text().notNull(),
    reason: text().notNull(),
    note: text(),
    at: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.rewardId, t.seq] }),
    foreignKey({ columns: [t.storeId, t.rewardId], foreignColumns: [rewards.storeId, rewards.id] }),
  ],
);

/** Append-only. Each entry is what it adds to the three balances of one side of one reward, in minor units. */
export const ledgerEntries = sqliteTable(
  'ledger_entries',
  {
    storeId: text('store_id').notNull(),
    id: text().notNull(),
    rewardId: text('reward_id').notNull(),
    kind: text({ enum: LEDGER_KINDS }).notNull(),
    cause: text().notNull(),
    side: text({ enum: SIDES }).notNull(),
    advocateId: text('advocate_id').notNull(),
    friend: text().notNull(),
    currency: text().notNull(),
    pending: integer().notNull(),
    approved: integer().notNull(),
    issued: integer().notNull(),
    at: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.id] }),
    unique('ledger_entries_once').on(t.storeId, t.rewardId, t.kind, t.cause),
    foreignKey({ columns: [t.storeId, t.rewardId], foreignColumns: [rewards.storeId, rewards.id] }),
    index('ledger_entries_of_advocate').on(t.storeId, t.advocateId, t.side),
    index('ledger_entries_of_friend').on(t.storeId, t.friend, t.side),
    oneOf('ledger_entries_kind', t.kind, LEDGER_KINDS),
    oneOf('ledger_entries_side', t.side, SIDES),
  ],
);

/** Outbox of what happened, written in the batch that made it happen. */
export const events = sqliteTable(
  'events',
  {
    storeId: text('store_id')
      .notNull()
      .references(() => stores.id),
    id: text().notNull(),
    type: text().notNull(),
    data: text({ mode: 'json' }).$type<Record<string, unknown>>().notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.storeId, t.id] })],
);

/** First answers by Idempotency-Key. `principal` is a store's id, or `deployment`. */
export const replays = sqliteTable(
  'replays',
  {
    principal: text().notNull(),
    key: text().notNull(),
    /** SHA-256 of method, path and body. */
    fingerprint: text().notNull(),
    /** null while the first request is still running. */
    status: integer(),
    sealedBody: text('sealed_body'),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.principal, t.key] }), index('replays_by_age').on(t.createdAt)],
);
