/** Tells of a step that was taken: log, metric, and an event where it is one that people wait for. */
import { reasonEntry } from '../../../api/reasons.ts';
import type { JournalEntry, SriovHost } from '../../../api/types.ts';
import type { ReconcileContext } from '../../../engine/types.ts';
import { keyOf } from '../../names.ts';
import type { HostControllerOptions } from '../controller.ts';
import { REASON_OF_STEP } from '../status/conditions.ts';
import { describe, type HostStep } from '../steps.ts';

export interface StepTaken {
  readonly step: HostStep;
  readonly result: JournalEntry['result'];
  readonly durationMs: number;
}

export function tellOfStep(
  { cluster, onStep }: Pick<HostControllerOptions, 'cluster' | 'onStep'>,
  host: SriovHost,
  { step, result, durationMs, log }: StepTaken & Pick<ReconcileContext, 'log'>,
): void {
  log.info('step', { step: step.kind, because: step.because, result, durationMs });
  onStep?.(keyOf(host), step, result, durationMs);
  const reason = REASON_OF_STEP[step.kind];
  const { event } = reasonEntry('SriovHost', reason);
  if (event === 'None' || result === 'Failed') return;
  cluster.event(host, { reason, type: event, action: step.kind, note: describe(step) });
}
