import type { Operation } from '../http/describe.ts';
import { advocates } from './advocates.ts';
import { analytics } from './analytics.ts';
import { callbacks } from './callbacks.ts';
import { clicks } from './clicks.ts';
import { conversions } from './conversions.ts';
import { domains } from './domains.ts';
import { health } from './health.ts';
import { keys } from './keys.ts';
import { ledger } from './ledger.ts';
import { links } from './links.ts';
import { orders } from './orders.ts';
import { privacyRequests } from './privacy-requests.ts';
import { programs } from './programs.ts';
import { rewards } from './rewards.ts';
import { sources } from './sources.ts';
import { stores } from './stores.ts';
import { system } from './system.ts';

/** All that the API can do: the app mounts it, the OpenAPI document is made of it, and the tests walk through it. */
export const operations: readonly Operation[] = [
  ...system,
  ...health,
  ...stores,
  ...keys,
  ...programs,
  ...advocates,
  ...links,
  ...domains,
  ...sources,
  ...callbacks,
  ...privacyRequests,
  ...clicks,
  ...analytics,
  ...orders,
  ...conversions,
  ...rewards,
  ...ledger,
];
