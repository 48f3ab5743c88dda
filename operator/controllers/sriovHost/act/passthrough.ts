/** Passes a physical function through to VMs from the next restart on, or gives it back to the driver. */
import { isPortError } from '../../../ports/errors.ts';
import type { HostMemory } from '../memory.ts';
import { ownershipOf } from '../physicalFunctions.ts';
import { withPassthrough } from '../rules/passthroughRecord.ts';
import { uplinkInUse } from '../rules/passthroughRefusal.ts';
import type { HostStep } from '../steps.ts';
import { type ActContext, StepRefused, shell } from './context.ts';

type Step = Extract<HostStep, { kind: 'SetPassthrough' }>;

export async function setPassthrough(step: Step, context: ActContext, memory: HostMemory): Promise<HostMemory> {
  const host = shell(context);
  const where = `port ${step.port} of adapter ${step.adapter}`;
  const noted = withPassthrough(memory, step);
  if (noted !== memory) await context.ports.persist(noted);
  try {
    await host.setPassthrough(step.address, step.enabled, context.signal);
  } catch (error) {
    if (!isPortError(error, 'CommandFailed') || error.detail['hostdNotReady'] === true) throw error;
    const { usedBySwitch, uplink } = error.detail;
    if (usedBySwitch !== undefined) {
      const { reason, message } = uplinkInUse({ where, uplink: String(uplink), user: String(usedBySwitch) });
      throw new StepRefused(reason, message);
    }
    throw new StepRefused('PassthroughRefused', `ESXi does not change the owner of ${where} (${step.address}): ${error.message}`);
  }
  const seen = (await host.pciFunctions(context.signal)).find(({ address }) => address === step.address);
  if (seen === undefined || ownershipOf(seen).configured === step.enabled || /^unknown$/i.test(seen.configuredOwner ?? 'unknown'))
    return noted;
  throw new StepRefused(
    'PassthroughRefused',
    `ESXi accepted the new owner of ${where} (${step.address}), but its configured owner is still ${seen.configuredOwner ?? ''}`,
  );
}
