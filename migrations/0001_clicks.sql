CREATE TABLE `click_audits` (
	`hour` integer NOT NULL,
	`isolate` text NOT NULL,
	`answered` integer NOT NULL,
	PRIMARY KEY(`hour`, `isolate`)
);
--> statement-breakpoint
CREATE TABLE `click_visitors` (
	`store_id` text NOT NULL,
	`link_id` text NOT NULL,
	`day` text NOT NULL,
	`visitor` text NOT NULL,
	`click_id` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`store_id`, `link_id`, `day`, `visitor`)
);
--> statement-breakpoint
CREATE INDEX `click_visitors_by_age` ON `click_visitors` (`at`);--> statement-breakpoint
CREATE TABLE `dead_deliveries` (
	`id` text PRIMARY KEY NOT NULL,
	`body` text NOT NULL,
	`died_at` integer NOT NULL,
	`replayed_at` integer
);
--> statement-breakpoint
CREATE INDEX `dead_deliveries_open` ON `dead_deliveries` (`replayed_at`,`died_at`);--> statement-breakpoint
CREATE TABLE `domains` (
	`store_id` text NOT NULL,
	`id` text NOT NULL,
	`host` text NOT NULL,
	`root_url` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`archived_at` integer,
	PRIMARY KEY(`store_id`, `id`),
	FOREIGN KEY (`store_id`) REFERENCES `stores`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `domains_host_unique` ON `domains` (`host`);--> statement-breakpoint
CREATE TABLE `salts` (
	`day` text PRIMARY KEY NOT NULL,
	`sealed` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE `click_counts` ADD `visitors` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `click_counts_by_day` ON `click_counts` (`store_id`,`day`);--> statement-breakpoint
ALTER TABLE `clicks` ADD `rule` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `links` ADD `countries` text;--> statement-breakpoint
ALTER TABLE `links` ADD `utm` text;--> statement-breakpoint
ALTER TABLE `links` ADD `title` text;--> statement-breakpoint
ALTER TABLE `links` ADD `description` text;--> statement-breakpoint
ALTER TABLE `links` ADD `image` text;--> statement-breakpoint
ALTER TABLE `links` ADD `max_clicks` integer;--> statement-breakpoint
ALTER TABLE `programs` ADD `time_zone` text DEFAULT 'UTC' NOT NULL;--> statement-breakpoint
ALTER TABLE `programs` ADD `utm` text;--> statement-breakpoint
ALTER TABLE `programs` ADD `preview_title` text;--> statement-breakpoint
ALTER TABLE `programs` ADD `preview_description` text;--> statement-breakpoint
ALTER TABLE `programs` ADD `preview_image` text;--> statement-breakpoint
ALTER TABLE `programs` ADD `language` text DEFAULT 'en' NOT NULL;--> statement-breakpoint
ALTER TABLE `programs` ADD `click_durability` text DEFAULT 'fast' NOT NULL CONSTRAINT "programs_click_durability" CHECK("click_durability" in ('fast', 'strict'));--> statement-breakpoint
ALTER TABLE `stores` ADD `click_retention_days` integer DEFAULT 90 NOT NULL;