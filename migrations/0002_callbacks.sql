CREATE TABLE `order_names` (
	`store_id` text NOT NULL,
	`account` text NOT NULL,
	`name` text NOT NULL,
	`order_external_id` text NOT NULL,
	PRIMARY KEY(`store_id`, `account`, `name`),
	FOREIGN KEY (`store_id`) REFERENCES `stores`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `order_names_of_order` ON `order_names` (`store_id`,`account`,`order_external_id`);--> statement-breakpoint
CREATE TABLE `privacy_requests` (
	`store_id` text NOT NULL,
	`id` text NOT NULL,
	`source_id` text NOT NULL,
	`external_id` text NOT NULL,
	`kind` text NOT NULL,
	`customer_digest` text,
	`email_digest` text,
	`received_at` integer NOT NULL,
	PRIMARY KEY(`store_id`, `id`),
	FOREIGN KEY (`store_id`) REFERENCES `stores`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`store_id`,`source_id`) REFERENCES `sources`(`store_id`,`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "privacy_requests_kind" CHECK("privacy_requests"."kind" in ('export', 'erase', 'erase_store'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `privacy_requests_once` ON `privacy_requests` (`store_id`,`source_id`,`kind`,`external_id`);--> statement-breakpoint
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_order_changes` (
	`store_id` text NOT NULL,
	`account` text NOT NULL,
	`order_external_id` text NOT NULL,
	`seq` integer NOT NULL,
	`kind` text NOT NULL,
	`external_id` text NOT NULL,
	`amount` integer NOT NULL,
	`tax` integer,
	`shipping` integer,
	`currency` text,
	`occurred_at` integer NOT NULL,
	`received_at` integer NOT NULL,
	PRIMARY KEY(`store_id`, `account`, `order_external_id`, `seq`),
	FOREIGN KEY (`store_id`) REFERENCES `stores`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "order_changes_kind" CHECK("__new_order_changes"."kind" in ('paid', 'refund', 'refund_total', 'cancellation', 'edit', 'dispute_opened', 'dispute_won', 'dispute_lost', 'named'))
);
--> statement-breakpoint
INSERT INTO `__new_order_changes`("store_id", "account", "order_external_id", "seq", "kind", "external_id", "amount", "tax", "shipping", "currency", "occurred_at", "received_at") SELECT "store_id", "account", "order_external_id", "seq", "kind", "external_id", "amount", NULL, NULL, "currency", "occurred_at", "received_at" FROM `order_changes`;--> statement-breakpoint
DROP TABLE `order_changes`;--> statement-breakpoint
ALTER TABLE `__new_order_changes` RENAME TO `order_changes`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE UNIQUE INDEX `order_changes_once` ON `order_changes` (`store_id`,`account`,`kind`,`external_id`);--> statement-breakpoint
CREATE TABLE `__new_callbacks` (
	`store_id` text NOT NULL,
	`id` text NOT NULL,
	`source_id` text NOT NULL,
	`message_id` text,
	`type` text NOT NULL,
	`status` text NOT NULL,
	`reason` text,
	`conversion_id` text,
	`errors` text,
	`received_at` integer NOT NULL,
	`replayed_at` integer,
	`sealed` text,
	PRIMARY KEY(`store_id`, `id`),
	FOREIGN KEY (`store_id`,`source_id`) REFERENCES `sources`(`store_id`,`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "callbacks_status" CHECK("__new_callbacks"."status" in ('credited', 'recorded', 'ignored', 'duplicate', 'parked', 'held', 'queued', 'unusable'))
);
--> statement-breakpoint
INSERT INTO `__new_callbacks`("store_id", "id", "source_id", "message_id", "type", "status", "reason", "conversion_id", "errors", "received_at", "replayed_at", "sealed") SELECT "store_id", "id", "source_id", "message_id", "type", "status", "reason", "conversion_id", NULL, "received_at", NULL, NULL FROM `callbacks`;--> statement-breakpoint
DROP TABLE `callbacks`;--> statement-breakpoint
ALTER TABLE `__new_callbacks` RENAME TO `callbacks`;--> statement-breakpoint
CREATE INDEX `callbacks_of_source` ON `callbacks` (`store_id`,`source_id`,`id`);--> statement-breakpoint
CREATE INDEX `callbacks_of_status` ON `callbacks` (`store_id`,`status`,`id`);--> statement-breakpoint
CREATE INDEX `callbacks_of_type` ON `callbacks` (`store_id`,`type`,`id`);--> statement-breakpoint
CREATE INDEX `callbacks_sealed` ON `callbacks` (`received_at`) WHERE sealed is not null;--> statement-breakpoint
CREATE UNIQUE INDEX `callbacks_message` ON `callbacks` (`store_id`,`source_id`,`message_id`);--> statement-breakpoint
ALTER TABLE `orders` ADD `address_digest` text;--> statement-breakpoint
ALTER TABLE `orders` ADD `disputed_at` integer;--> statement-breakpoint
ALTER TABLE `sources` ADD `sealed_access_token` text;--> statement-breakpoint
UPDATE `sources` SET `config` = '{"version":"v1"}' WHERE `scheme` = 'standard_webhooks';
