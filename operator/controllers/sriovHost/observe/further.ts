/** What a look adds once it is known what the plan rests on: logs where something is wrong, software before an installation, VMs before a restart. Reads only. */

import type { HostPlan } from '../plan.ts';
import { type LookAtTrouble, lookAtLogs } from './logs.ts';
import { type LookBeforeInstalling, lookAtSoftware } from './software.ts';
import { type LookWithVms, lookAtVms, type VspherePorts } from './vms.ts';

export async function lookFurther<L extends LookAtTrouble & LookBeforeInstalling & LookWithVms>(
  ports: VspherePorts,
  look: L,
  further: { readonly plan: (look: L) => HostPlan; readonly signal: AbortSignal },
): Promise<L> {
  const explained = await lookAtLogs(look, further.signal);
  return await lookAtVms(ports, await lookAtSoftware(explained, further), further);
}
