// Fields that every log line gets which is written below a piece of work, however deep: adapters know nothing of reconciles.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Fields } from './log.ts';

const scope = new AsyncLocalStorage<Fields>();

/** Runs `work` so that all log lines written in it, and in what it starts, carry `fields`. */
export function withLogFields<T>(fields: Fields, work: () => T): T {
  return scope.run({ ...scope.getStore(), ...fields }, work);
}

/** Empty outside of any such work. */
export function scopedLogFields(): Fields {
  return scope.getStore() ?? NONE;
}

const NONE: Fields = {};
