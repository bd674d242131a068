CREATE TABLE `advocates` (
	`store_id` text NOT NULL,
	`id` text NOT NULL,
	`customer_id` text NOT NULL,
	`customer_digest` text NOT NULL,
	`email_digest` text,
	`sealed_email` text,
	`sealed_name` text,
	`banned_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`archived_at` integer,
	PRIMARY KEY(`store_id`, `id`),
	FOREIGN KEY (`store_id`) REFERENCES `stores`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `advocates_email` ON `advocates` (`store_id`,`email_digest`);--> statement-breakpoint
CREATE UNIQUE INDEX `advocates_customer` ON `advocates` (`store_id`,`customer_id`);--> statement-breakpoint
CREATE TABLE `callbacks` (
	`store_id` text NOT NULL,
	`id` text NOT NULL,
	`source_id` text NOT NULL,
	`message_id` text,
	`type` text NOT NULL,
	`status` text NOT NULL,
	`reason` text,
	`conversion_id` text,
	`received_at` integer NOT NULL,
	PRIMARY KEY(`store_id`, `id`),
	FOREIGN KEY (`store_id`,`source_id`) REFERENCES `sources`(`store_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `callbacks_message` ON `callbacks` (`store_id`,`source_id`,`message_id`);--> statement-breakpoint
CREATE TABLE `click_counts` (
	`store_id` text NOT NULL,
	`link_id` text NOT NULL,
	`day` text NOT NULL,
	`channel` text NOT NULL,
	`country` text NOT NULL,
	`kind` text NOT NULL,
	`clicks` integer NOT NULL,
	PRIMARY KEY(`store_id`, `link_id`, `day`, `channel`, `country`, `kind`)
);
--> statement-breakpoint
CREATE TABLE `clicks` (
	`store_id` text NOT NULL,
	`id` text NOT NULL,
	`link_id` text NOT NULL,
	`program_id` text NOT NULL,
	`at` integer NOT NULL,
	`kind` text NOT NULL,
	`channel` text,
	`country` text,
	`visitor` text,
	`agent` text NOT NULL,
	`referrer_host` text,
	`tag` text NOT NULL,
	PRIMARY KEY(`store_id`, `id`),
	CONSTRAINT "clicks_kind" CHECK("clicks"."kind" in ('human', 'bot', 'preview', 'prefetch', 'head'))
);
--> statement-breakpoint
CREATE INDEX `clicks_of_link` ON `clicks` (`store_id`,`link_id`,`id`);--> statement-breakpoint
CREATE INDEX `clicks_by_tag` ON `clicks` (`tag`);--> statement-breakpoint
CREATE TABLE `codes` (
	`host` text NOT NULL,
	`code` text NOT NULL,
	`store_id` text NOT NULL,
	`link_id` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`host`, `code`),
	FOREIGN KEY (`store_id`,`link_id`) REFERENCES `links`(`store_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `codes_of_store` ON `codes` (`store_id`,`code`);--> statement-breakpoint
CREATE INDEX `codes_of_link` ON `codes` (`store_id`,`link_id`);--> statement-breakpoint
CREATE TABLE `conversions` (
	`store_id` text NOT NULL,
	`id` text NOT NULL,
	`account` text NOT NULL,
	`kind` text NOT NULL,
	`external_id` text NOT NULL,
	`source_id` text NOT NULL,
	`order_id` text,
	`program_id` text,
	`link_id` text,
	`advocate_id` text,
	`click_id` text,
	`method` text,
	`touched_at` integer,
	`customer_digest` text,
	`email_digest` text,
	`status` text NOT NULL,
	`reason` text,
	`verdict` text NOT NULL,
	`explanation` text NOT NULL,
	`test` integer NOT NULL,
	`occurred_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`store_id`, `id`),
	FOREIGN KEY (`store_id`) REFERENCES `stores`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`store_id`,`source_id`) REFERENCES `sources`(`store_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`store_id`,`order_id`) REFERENCES `orders`(`store_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`store_id`,`program_id`) REFERENCES `programs`(`store_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`store_id`,`link_id`) REFERENCES `links`(`store_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`store_id`,`advocate_id`) REFERENCES `advocates`(`store_id`,`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "conversions_kind" CHECK("conversions"."kind" in ('sign_up', 'order')),
	CONSTRAINT "conversions_status" CHECK("conversions"."status" in ('credited', 'recorded', 'refused')),
	CONSTRAINT "conversions_verdict" CHECK("conversions"."verdict" in ('pass', 'review', 'block'))
);
--> statement-breakpoint
CREATE INDEX `conversions_of_order` ON `conversions` (`store_id`,`order_id`);--> statement-breakpoint
CREATE INDEX `conversions_of_advocate` ON `conversions` (`store_id`,`advocate_id`);--> statement-breakpoint
CREATE INDEX `conversions_of_customer` ON `conversions` (`store_id`,`customer_digest`);--> statement-breakpoint
CREATE INDEX `conversions_of_email` ON `conversions` (`store_id`,`email_digest`);--> statement-breakpoint
CREATE UNIQUE INDEX `conversions_once` ON `conversions` (`store_id`,`account`,`kind`,`external_id`);--> statement-breakpoint
CREATE TABLE `events` (
	`store_id` text NOT NULL,
	`id` text NOT NULL,
	`type` text NOT NULL,
	`data` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`store_id`, `id`),
	FOREIGN KEY (`store_id`) REFERENCES `stores`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `keys` (
	`store_id` text NOT NULL,
	`id` text NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`hash` text NOT NULL,
	`hint` text NOT NULL,
	`scopes` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`revoked_at` integer,
	PRIMARY KEY(`store_id`, `id`),
	FOREIGN KEY (`store_id`) REFERENCES `stores`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "keys_kind" CHECK("keys"."kind" in ('secret', 'publishable'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `keys_hash_unique` ON `keys` (`hash`);--> statement-breakpoint
CREATE TABLE `ledger_entries` (
	`store_id` text NOT NULL,
	`id` text NOT NULL,
	`reward_id` text NOT NULL,
	`kind` text NOT NULL,
	`cause` text NOT NULL,
	`side` text NOT NULL,
	`advocate_id` text NOT NULL,
	`friend` text NOT NULL,
	`currency` text NOT NULL,
	`pending` integer NOT NULL,
	`approved` integer NOT NULL,
	`issued` integer NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`store_id`, `id`),
	FOREIGN KEY (`store_id`,`reward_id`) REFERENCES `rewards`(`store_id`,`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "ledger_entries_kind" CHECK("ledger_entries"."kind" in ('grant', 'approve', 'issue', 'redeem', 'release', 'reverse', 'expire', 'adjust')),
	CONSTRAINT "ledger_entries_side" CHECK("ledger_entries"."side" in ('advocate', 'friend'))
);
--> statement-breakpoint
CREATE INDEX `ledger_entries_of_advocate` ON `ledger_entries` (`store_id`,`advocate_id`,`side`);--> statement-breakpoint
CREATE INDEX `ledger_entries_of_friend` ON `ledger_entries` (`store_id`,`friend`,`side`);--> statement-breakpoint
CREATE UNIQUE INDEX `ledger_entries_once` ON `ledger_entries` (`store_id`,`reward_id`,`kind`,`cause`);--> statement-breakpoint
CREATE TABLE `link_puts` (
	`store_id` text NOT NULL,
	`link_id` text NOT NULL,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`store_id`, `link_id`),
	FOREIGN KEY (`store_id`,`link_id`) REFERENCES `links`(`store_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `link_puts_by_age` ON `link_puts` (`created_at`);--> statement-breakpoint
CREATE TABLE `links` (
	`store_id` text NOT NULL,
	`id` text NOT NULL,
	`program_id` text NOT NULL,
	`advocate_id` text NOT NULL,
	`host` text NOT NULL,
	`code` text NOT NULL,
	`destination` text,
	`enabled` integer NOT NULL,
	`starts_at` integer,
	`ends_at` integer,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`store_id`, `id`),
	FOREIGN KEY (`store_id`,`program_id`) REFERENCES `programs`(`store_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`store_id`,`advocate_id`) REFERENCES `advocates`(`store_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `links_of_advocate` ON `links` (`store_id`,`advocate_id`);--> statement-breakpoint
CREATE INDEX `links_of_program` ON `links` (`store_id`,`program_id`);--> statement-breakpoint
CREATE TABLE `locks` (
	`store_id` text NOT NULL,
	`program_id` text NOT NULL,
	`kind` text NOT NULL,
	`identity` text NOT NULL,
	`conversion_id` text NOT NULL,
	`locked_at` integer NOT NULL,
	PRIMARY KEY(`store_id`, `program_id`, `kind`, `identity`),
	FOREIGN KEY (`store_id`,`program_id`) REFERENCES `programs`(`store_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`store_id`,`conversion_id`) REFERENCES `conversions`(`store_id`,`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "locks_kind" CHECK("locks"."kind" in ('sign_up', 'order'))
);
--> statement-breakpoint
CREATE INDEX `locks_of_identity` ON `locks` (`store_id`,`identity`);--> statement-breakpoint
CREATE INDEX `locks_of_conversion` ON `locks` (`store_id`,`conversion_id`);--> statement-breakpoint
CREATE TABLE `order_changes` (
	`store_id` text NOT NULL,
	`account` text NOT NULL,
	`order_external_id` text NOT NULL,
	`seq` integer NOT NULL,
	`kind` text NOT NULL,
	`external_id` text NOT NULL,
	`amount` integer NOT NULL,
	`currency` text,
	`occurred_at` integer NOT NULL,
	`received_at` integer NOT NULL,
	PRIMARY KEY(`store_id`, `account`, `order_external_id`, `seq`),
	FOREIGN KEY (`store_id`) REFERENCES `stores`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "order_changes_kind" CHECK("order_changes"."kind" in ('paid', 'refund', 'cancellation'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `order_changes_once` ON `order_changes` (`store_id`,`account`,`kind`,`external_id`);--> statement-breakpoint
CREATE TABLE `orders` (
	`store_id` text NOT NULL,
	`id` text NOT NULL,
	`account` text NOT NULL,
	`external_id` text NOT NULL,
	`source_id` text NOT NULL,
	`customer_digest` text,
	`email_digest` text,
	`currency` text NOT NULL,
	`subtotal` integer NOT NULL,
	`tax` integer NOT NULL,
	`shipping` integer NOT NULL,
	`refunded` integer NOT NULL,
	`test` integer NOT NULL,
	`placed_at` integer NOT NULL,
	`cancelled_at` integer,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`store_id`, `id`),
	FOREIGN KEY (`store_id`) REFERENCES `stores`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`store_id`,`source_id`) REFERENCES `sources`(`store_id`,`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "orders_money" CHECK("orders"."subtotal" >= 0 and "orders"."tax" >= 0 and "orders"."shipping" >= 0 and "orders"."refunded" >= 0)
);
--> statement-breakpoint
CREATE INDEX `orders_of_customer` ON `orders` (`store_id`,`customer_digest`);--> statement-breakpoint
CREATE INDEX `orders_of_email` ON `orders` (`store_id`,`email_digest`);--> statement-breakpoint
CREATE UNIQUE INDEX `orders_external` ON `orders` (`store_id`,`account`,`external_id`);--> statement-breakpoint
CREATE TABLE `programs` (
	`store_id` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`status` text NOT NULL,
	`destination` text NOT NULL,
	`allowed_hosts` text NOT NULL,
	`fallback_url` text,
	`model` text NOT NULL,
	`attribution_window_days` integer NOT NULL,
	`qualification_window_days` integer,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`store_id`, `id`),
	FOREIGN KEY (`store_id`) REFERENCES `stores`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "programs_status" CHECK("programs"."status" in ('active', 'paused', 'archived')),
	CONSTRAINT "programs_model" CHECK("programs"."model" in ('last_touch', 'first_touch')),
	CONSTRAINT "programs_attribution_window" CHECK("programs"."attribution_window_days" between 1 and 365),
	CONSTRAINT "programs_qualification_window" CHECK("programs"."qualification_window_days" between 1 and 365)
);
--> statement-breakpoint
CREATE TABLE `replays` (
	`principal` text NOT NULL,
	`key` text NOT NULL,
	`fingerprint` text NOT NULL,
	`status` integer,
	`sealed_body` text,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`principal`, `key`)
);
--> statement-breakpoint
CREATE INDEX `replays_by_age` ON `replays` (`created_at`);--> statement-breakpoint
CREATE TABLE `reward_moves` (
	`store_id` text NOT NULL,
	`reward_id` text NOT NULL,
	`seq` integer NOT NULL,
	`from_state` text,
	`to_state` text NOT NULL,
	`actor` text NOT NULL,
	`reason` text NOT NULL,
	`note` text,
	`at` integer NOT NULL,
	PRIMARY KEY(`store_id`, `reward_id`, `seq`),
	FOREIGN KEY (`store_id`,`reward_id`) REFERENCES `rewards`(`store_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `rewards` (
	`store_id` text NOT NULL,
	`id` text NOT NULL,
	`conversion_id` text NOT NULL,
	`rule_id` text NOT NULL,
	`rule_version` integer NOT NULL,
	`program_id` text NOT NULL,
	`advocate_id` text NOT NULL,
	`side` text NOT NULL,
	`friend` text NOT NULL,
	`kind` text NOT NULL,
	`currency` text NOT NULL,
	`amount` integer NOT NULL,
	`reversed` integer NOT NULL,
	`base` integer,
	`state` text NOT NULL,
	`reason` text,
	`held_until` integer NOT NULL,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`store_id`, `id`),
	FOREIGN KEY (`store_id`,`conversion_id`) REFERENCES `conversions`(`store_id`,`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`store_id`,`rule_id`,`rule_version`) REFERENCES `rules`(`store_id`,`id`,`version`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`store_id`,`advocate_id`) REFERENCES `advocates`(`store_id`,`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "rewards_side" CHECK("rewards"."side" in ('advocate', 'friend')),
	CONSTRAINT "rewards_kind" CHECK("rewards"."kind" in ('coupon', 'store_credit', 'gift_card', 'cash', 'custom')),
	CONSTRAINT "rewards_state" CHECK("rewards"."state" in ('pending', 'held', 'approved', 'issued', 'redeemed', 'voided', 'reversed', 'expired', 'blocked')),
	CONSTRAINT "rewards_amount" CHECK("rewards"."amount" > 0 and "rewards"."reversed" between 0 and "rewards"."amount")
);
--> statement-breakpoint
CREATE INDEX `rewards_of_advocate` ON `rewards` (`store_id`,`advocate_id`,`rule_id`);--> statement-breakpoint
CREATE INDEX `rewards_due` ON `rewards` (`state`,`held_until`);--> statement-breakpoint
CREATE UNIQUE INDEX `rewards_once` ON `rewards` (`store_id`,`conversion_id`,`rule_id`,`side`);--> statement-breakpoint
CREATE TABLE `rules` (
	`store_id` text NOT NULL,
	`id` text NOT NULL,
	`version` integer NOT NULL,
	`program_id` text NOT NULL,
	`side` text NOT NULL,
	`trigger` text NOT NULL,
	`kind` text NOT NULL,
	`amounts` text,
	`basis_points` integer,
	`max_amounts` text,
	`include_tax` integer NOT NULL,
	`include_shipping` integer NOT NULL,
	`min_order` text NOT NULL,
	`hold_days` integer NOT NULL,
	`approval` text NOT NULL,
	`new_friends_only` integer NOT NULL,
	`limit_per_advocate` integer,
	`refund_threshold_basis_points` integer NOT NULL,
	`priority` integer NOT NULL,
	`created_at` integer NOT NULL,
	`retired_at` integer,
	PRIMARY KEY(`store_id`, `id`, `version`),
	FOREIGN KEY (`store_id`,`program_id`) REFERENCES `programs`(`store_id`,`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "rules_side" CHECK("rules"."side" in ('advocate', 'friend')),
	CONSTRAINT "rules_trigger" CHECK("rules"."trigger" in ('sign_up', 'purchase')),
	CONSTRAINT "rules_kind" CHECK("rules"."kind" in ('coupon', 'store_credit', 'gift_card', 'cash', 'custom')),
	CONSTRAINT "rules_approval" CHECK("rules"."approval" in ('automatic', 'manual')),
	CONSTRAINT "rules_value" CHECK(("rules"."amounts" is null) <> ("rules"."basis_points" is null)),
	CONSTRAINT "rules_basis_points" CHECK("rules"."basis_points" between 1 and 10000),
	CONSTRAINT "rules_hold_days" CHECK("rules"."hold_days" between 0 and 90),
	CONSTRAINT "rules_limit" CHECK("rules"."limit_per_advocate" >= 1),
	CONSTRAINT "rules_threshold" CHECK("rules"."refund_threshold_basis_points" between 1 and 10000)
);
--> statement-breakpoint
CREATE INDEX `rules_of_program` ON `rules` (`store_id`,`program_id`);--> statement-breakpoint
CREATE TABLE `source_secrets` (
	`store_id` text NOT NULL,
	`source_id` text NOT NULL,
	`id` text NOT NULL,
	`sealed` text NOT NULL,
	`hint` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	PRIMARY KEY(`store_id`, `id`),
	FOREIGN KEY (`store_id`,`source_id`) REFERENCES `sources`(`store_id`,`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `source_secrets_of_source` ON `source_secrets` (`source_id`);--> statement-breakpoint
CREATE TABLE `sources` (
	`store_id` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`account` text NOT NULL,
	`scheme` text NOT NULL,
	`config` text NOT NULL,
	`enabled` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`archived_at` integer,
	PRIMARY KEY(`store_id`, `id`),
	FOREIGN KEY (`store_id`) REFERENCES `stores`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sources_id_unique` ON `sources` (`id`);--> statement-breakpoint
CREATE TABLE `stores` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`mode` text NOT NULL,
	`twin_id` text NOT NULL,
	`digest_key` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`archived_at` integer,
	CONSTRAINT "stores_mode" CHECK("stores"."mode" in ('live', 'test'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `stores_twin_id_unique` ON `stores` (`twin_id`);