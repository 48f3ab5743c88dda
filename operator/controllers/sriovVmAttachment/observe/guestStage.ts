/** The second half of a look: what is inside the guest, once the device is in and the VM runs, and what is to be done there. */
import type { AttachmentReason } from '../../../api/reasons.ts';
import type { SriovVmAttachment } from '../../../api/types.ts';
import type { Cluster } from '../../../ports/cluster.ts';
import type { Guest } from '../../../ports/guest.ts';
import type { Because } from '../../fact.ts';
import { type GuestPlan, planGuest } from '../guest/plan.ts';
import { recordGuest } from '../guest/records.ts';
import { subnetOf } from '../guest/subnet.ts';
import type { AttachmentMemory } from '../memory.ts';
import type { Observation } from '../observation.ts';
import type { Plan } from '../plan.ts';
import { observeGuest, type SeenGuest } from './guest.ts';
import type { Login } from './login.ts';
import type { RejectedGuests } from './rejectedGuests.ts';

export interface StagePorts {
  readonly cluster: Pick<Cluster, 'secret' | 'hosts' | 'attachments'>;
  readonly rejected: RejectedGuests;
}

/** The first half of the look. */
export interface Outside {
  readonly attachment: SriovVmAttachment;
  readonly observation: Observation;
  readonly memory: AttachmentMemory;
  readonly plan: Plan;
  readonly held: Because<AttachmentReason> | undefined;
  readonly login: Login | undefined;
}

export type Inside = Pick<Outside, 'observation' | 'memory' | 'plan'> & { readonly guest: Guest | undefined };

/** Asks the guest only where nothing is left to do for the device, and never while the attachment is only to be shown. */
export async function withGuest(ports: StagePorts, outside: Outside, signal: AbortSignal): Promise<Inside> {
  const { attachment, observation, memory, plan } = outside;
  const attachments = ports.cluster.attachments.list();
  const subnet = subnetOf(attachment, { hosts: ports.cluster.hosts.list(), attachments });
  const seen = subnet === undefined ? undefined : await lookInside(ports, outside, signal);
  const guest = seen?.fact;
  const off = observation.vm.known && observation.vm.value.powerState !== 'poweredOn';
  const planned =
    subnet === undefined ? undefined : planGuest({ attachment, guest, attachments, formerConfigFile: memory.subnetManager?.configFile });
  return {
    observation: { ...observation, subnet, guest },
    memory: recordGuest(memory, { attachment, guest, subnet, off }),
    plan: combine(plan, planned),
    guest: seen?.guest,
  };
}

async function lookInside(ports: StagePorts, outside: Outside, signal: AbortSignal): Promise<SeenGuest | undefined> {
  const { attachment, observation, memory, plan, held, login } = outside;
  const { vm } = observation;
  const quiet = plan.steps.length === 0 && plan.blocked === undefined && plan.obstacles.length === 0 && memory.device !== undefined;
  const asked = attachment.spec.guest !== undefined && attachment.metadata.deletionTimestamp === undefined && held === undefined;
  if (!quiet || !asked || login === undefined || !vm.known || vm.value.powerState !== 'poweredOn') return undefined;
  return observeGuest({ cluster: ports.cluster, login, rejected: ports.rejected }, { attachment, vm: vm.value, memory }, signal);
}

function combine(plan: Plan, inside: GuestPlan | undefined): Plan {
  if (inside === undefined) return plan;
  const { steps, blocked } = inside;
  if (steps.length === 0 && blocked === undefined) return plan;
  return {
    ...plan,
    steps: [...plan.steps, ...steps],
    blocked: plan.blocked ?? blocked,
    obstacles: blocked === undefined ? plan.obstacles : [...plan.obstacles, blocked],
  };
}
