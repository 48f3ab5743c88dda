/** The contract between the engine and a controller. The engine knows neither ESXi nor our kinds. */
import type { Logger } from './log.ts';

/** `done`: wait for the next change. `requeueAfter`: look again after `ms` (not an error). Throwing: back off and retry. */
export type ReconcileResult = { readonly kind: 'done' } | { readonly kind: 'requeueAfter'; readonly ms: number };

export interface ReconcileContext {
  /** Aborts when the process stops or the lease is lost; nothing may be written after it. */
  readonly signal: AbortSignal;
  /** Carries controller, object, generation and reconcile id; so does every other log while the reconcile runs. */
  readonly log: Logger;
  /** Runs a part of the reconcile under a name, for traces; use `inPart`. */
  readonly part?: <T>(name: string, work: () => T) => T;
}

/** Runs a part of a reconcile (observe, plan, act, report) under its name. */
export function inPart<T>(context: ReconcileContext, name: string, work: () => T): T {
  return context.part === undefined ? work() : context.part(name, work);
}

export interface Reconciler {
  /** `key` is `namespace/name`. Level-triggered: told that something changed, never what. */
  reconcile(key: string, context: ReconcileContext): Promise<ReconcileResult>;
}

/** No retry until a new event for the key arrives: the controller has reported why (condition Stalled). */
export class TerminalError extends Error {
  override readonly name = 'TerminalError';
}
