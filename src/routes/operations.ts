import type { Operation } from '../http/describe.ts';
import { callbacks } from './callbacks.ts';
import { keys } from './keys.ts';
import { stores } from './stores.ts';
import { system } from './system.ts';

/** All that the API can do: the app mounts it, the OpenAPI document is made of it, and the tests walk through it. */
export const operations: readonly Operation[] = [...system, ...stores, ...keys, ...callbacks];
