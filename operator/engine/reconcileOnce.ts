// One call of a reconciler, with everything that can come out of it sorted into one closed set of outcomes.
import type { Clock } from './clock.ts';
import type { Logger } from './log.ts';
import type { Tracer } from './tracing.ts';
import { type ReconcileResult, type Reconciler, TerminalError } from './types.ts';

export type ReconcileOutcome =
  | ReconcileResult
  | { readonly kind: 'error'; readonly error: unknown; readonly panic: boolean; readonly timedOut: boolean }
  | { readonly kind: 'terminal'; readonly error: TerminalError }
  /** It failed because the process stops or the lease is lost: neither an error nor worth a retry here. */
  | { readonly kind: 'aborted' };

export interface ReconcileOnce {
  readonly reconciler: Reconciler;
  readonly key: string;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly timeoutMs: number | undefined;
  readonly clock: Clock;
  readonly tracer: Tracer;
}

/** Never rejects: whatever the reconciler throws becomes an outcome, and a log line where a person should see it. */
export async function reconcileOnce(run: ReconcileOnce): Promise<ReconcileOutcome> {
  const limit = new AbortController();
  const onStop = () => limit.abort(run.signal.reason);
  run.signal.addEventListener('abort', onStop, { once: true });
  if (run.signal.aborted) onStop();
  let timedOut = false;
  const cancel =
    run.timeoutMs === undefined
      ? undefined
      : run.clock.after(run.timeoutMs, () => {
          timedOut = true;
          limit.abort(new Error(`reconcile took longer than ${run.timeoutMs} ms`));
        });
  try {
    const part = <T>(name: string, work: () => T): T => run.tracer.span(name, {}, work);
    return await run.reconciler.reconcile(run.key, { signal: limit.signal, log: run.log, part });
  } catch (error) {
    return sortFailure(error, run, timedOut);
  } finally {
    cancel?.();
    run.signal.removeEventListener('abort', onStop);
  }
}

function sortFailure(error: unknown, run: ReconcileOnce, timedOut: boolean): ReconcileOutcome {
  if (run.signal.aborted) {
    run.log.info('reconcile abandoned: stopping', { error });
    return { kind: 'aborted' };
  }
  if (error instanceof TerminalError) {
    run.log.error('reconcile failed for good: no retry until something changes', { error });
    return { kind: 'terminal', error };
  }
  const panic = isProgrammingError(error);
  run.log.error(panic ? 'reconcile failed because of a bug in the operator; please report it' : 'reconcile failed', { error });
  return { kind: 'error', error, panic, timedOut };
}

/** What Go would panic on. Adapters translate everything the outside world can do into their own errors. */
function isProgrammingError(error: unknown): boolean {
  return !(error instanceof Error) || error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;
}
