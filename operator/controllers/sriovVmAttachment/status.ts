/** What users see of an attachment. Pure, and the only place that sets its conditions. */
import { mergeConditions } from '../../api/conditions.ts';
import { ANNOTATIONS } from '../../api/group.ts';
import type { AttachmentReason } from '../../api/reasons.ts';
import type { SriovVmAttachment, SriovVmAttachmentStatus } from '../../api/types.ts';
import type { Because } from '../fact.ts';
import { conditionsOf } from './conditions.ts';
import { type AttachmentMemory, writeMemory } from './memory.ts';
import { networkStatusOf } from './networkStatus.ts';
import type { Observation } from './observation.ts';
import type { Plan } from './plan.ts';
import { type AttachmentStep, describe, powersOff, toPlanStep } from './steps.ts';
import { warningsOf } from './warnings.ts';

export interface Report {
  readonly attachment: SriovVmAttachment;
  readonly observation: Observation;
  readonly memory: AttachmentMemory;
  readonly plan: Plan;
  /** `Idle`: no step was begun; `Acting`: steps are being carried out; `ShuttingDown`: the guest was asked and still runs. */
  readonly phase: 'Idle' | 'Acting' | 'ShuttingDown';
  /** With `Acting`: the step that is being carried out. */
  readonly current?: AttachmentStep | undefined;
  readonly failure: Because<AttachmentReason> | undefined;
  /** Why nothing is written although there may be something to do. */
  readonly held: Because<AttachmentReason> | undefined;
  readonly now: Date;
}

export function report(input: Report): SriovVmAttachmentStatus {
  const { attachment, memory, plan, now } = input;
  const { generation, annotations } = attachment.metadata;
  const retry = annotations?.[ANNOTATIONS.retry] ?? attachment.status?.acknowledged?.retry;
  const hold = annotations?.[ANNOTATIONS.hold];
  const verbs = { ...(retry === undefined ? {} : { retry }), ...(hold === undefined ? {} : { hold }) };
  return {
    observedGeneration: generation,
    conditions: mergeConditions(attachment.status?.conditions, conditionsOf(input), generation, now),
    progress: progressOf(input),
    ...(plan.steps.length === 0
      ? {}
      : {
          plan: {
            steps: plan.steps.map((step) => toPlanStep(step, memory.vm?.name ?? '')),
            vmPowerOffs: plan.steps.filter(powersOff).length,
          },
        }),
    ...writeMemory(memory),
    ...ofNetwork(input),
    ...(Object.keys(verbs).length === 0 ? {} : { acknowledged: verbs }),
  };
}

/** One line: what happens now, what is waited for, or what there is. */
function progressOf({ plan, phase, current, failure, held, memory, attachment }: Report): string {
  if (phase === 'Acting' && current !== undefined) return `Now: ${describe(current)}.`;
  if (failure !== undefined) return failure.message;
  if (held !== undefined) return held.message;
  if (plan.blocked !== undefined) return plan.blocked.message;
  const [step] = plan.steps;
  if (phase === 'ShuttingDown') return `Waiting for the guest of VM ${memory.vm?.name ?? ''} to shut down.`;
  if (step !== undefined) return `Next: ${describe(step)}.`;
  if (memory.device === undefined) return attachment.metadata.deletionTimestamp === undefined ? 'Nothing to do.' : 'Detached.';
  const { kind, macAddress, physicalFunction, virtualFunction } = memory.device;
  if (kind === 'Physical') return `Physical function ${physicalFunction ?? 'unknown'} is the VM’s as a whole.`;
  const vf =
    virtualFunction === undefined ? 'the virtual function is chosen when the VM is powered on' : `virtual function ${virtualFunction}`;
  return `Card ${macAddress} is on physical function ${physicalFunction ?? 'unknown'}; ${vf}.`;
}

/** A look that did not come as far as the network leaves what an earlier one saw. */
function ofNetwork({ attachment, observation, plan }: Report): Pick<SriovVmAttachmentStatus, 'network' | 'warnings'> {
  const network = observation.network.known ? networkStatusOf(observation.network.value) : attachment.status?.network;
  const warnings = warningsOf({ spec: attachment.spec, network, steps: plan.steps });
  return { ...(network === undefined ? {} : { network }), ...(warnings.length === 0 ? {} : { warnings }) };
}
