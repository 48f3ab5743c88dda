/** Writes each new decision about a host to the log, at level debug, so that a support bundle can hold it and `kubectl sriov replay` decide again. */
import { createHash } from 'node:crypto';
import type { SriovHost } from '../../../api/types.ts';
import type { ReconcileContext } from '../../../engine/types.ts';
import { keyOf } from '../../names.ts';
import type { HostPlan } from '../plan.ts';
import { caseOf, factsOf } from '../recordedCase.ts';
import type { PlanInput } from '../rules/input.ts';

export class DecisionLog {
  readonly #last = new Map<string, string>();

  /** A look that decides as the one before costs nothing but the comparison. */
  note(host: SriovHost, { input, plan }: { readonly input: PlanInput; readonly plan: HostPlan }, log: ReconcileContext['log']): void {
    if (!log.debugs) return;
    const digest = digestOf(plan, host.metadata.generation);
    if (this.#last.get(keyOf(host)) === digest) return;
    this.#last.set(keyOf(host), digest);
    log.debug('decided', { case: caseOf(factsOf(host, input)) });
  }

  forget(key: string): void {
    this.#last.delete(key);
  }
}

function digestOf({ steps, runnable, blocked, waiting, adapters, pending, converged }: HostPlan, generation: number): string {
  const problems = adapters.map(({ name, known, problem }) => [name, known, problem?.reason]);
  const parts = [generation, steps, runnable.length, blocked?.reason, waiting?.reason, problems, pending, converged];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}
