/** The contract between the engine and a controller. The engine knows neither ESXi nor our kinds. */
import type { Logger } from './log.ts';

/** `done`: wait for the next change. `requeueAfter`: look again after `ms` (not an error). Throwing: back off and retry. */
export type ReconcileResult = { readonly kind: 'done' } | { readonly kind: 'requeueAfter'; readonly ms: number };

export interface ReconcileContext {
  /** Aborts when the process stops or the lease is lost; nothing may be written after it. */
  readonly signal: AbortSignal;
  /** Carries controller, key and reconcile id. */
  readonly log: Logger;
}

export interface Reconciler {
  /** `key` is `namespace/name`. Level-triggered: told that something changed, never what. */
  reconcile(key: string, context: ReconcileContext): Promise<ReconcileResult>;
}

/** No retry until a new event for the key arrives: the controller has reported why (condition Stalled). */
export class TerminalError extends Error {
  override readonly name = 'TerminalError';
}
