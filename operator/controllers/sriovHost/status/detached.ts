/** What a host says that is being let go, or was: its last facts stay, and nothing is claimed about it any more. Pure. */
import { mergeConditions } from '../../../api/conditions.ts';
import type { HostConditionType } from '../../../api/reasons/conditionTypes.ts';
import type { SriovHost, SriovHostStatus } from '../../../api/types.ts';
import { type HostMemory, writeMemory } from '../memory.ts';

/** Conditions about the host itself: true or not, nobody looks. */
const FACTS = [
  'Reachable',
  'SoftwareInstalled',
  'BiosConfigured',
  'AdaptersIdentified',
  'FirmwareConfigured',
  'VirtualFunctionsPresent',
] as const satisfies readonly HostConditionType[];

export function reportDetaching(host: SriovHost, memory: HostMemory, now: Date): SriovHostStatus {
  const message = 'letting the host go: a restart under way is brought to its end and maintenance mode is left; nothing new begins';
  return report(host, memory, { now, reason: 'Detaching', message, factMessage: 'the host is being let go' });
}

export function reportDetached(host: SriovHost, memory: HostMemory, now: Date): SriovHostStatus {
  const message = 'the annotation sriov.esxi.io/detach is set: the operator has let the host go and touches it no more; remove it to go on';
  return report(host, memory, { now, reason: 'Detached', message, factMessage: 'the host is detached: nobody looks' });
}

interface Saying {
  readonly now: Date;
  readonly reason: 'Detaching' | 'Detached';
  readonly message: string;
  readonly factMessage: string;
}

function report(host: SriovHost, memory: HostMemory, { now, reason, message, factMessage }: Saying): SriovHostStatus {
  const { generation } = host.metadata;
  const busy = reason === 'Detaching';
  const conditions = mergeConditions(
    host.status?.conditions,
    [
      { type: 'Ready', status: 'False', reason, message },
      { type: 'Reconciling', status: busy ? 'True' : 'False', reason: busy ? reason : 'Idle', message },
      { type: 'Stalled', status: 'False', reason: 'NotStalled', message: 'nothing stops the operator for good' },
      ...FACTS.map((type) => ({ type, status: 'Unknown', reason, message: factMessage }) as const),
    ],
    generation,
    now,
  );
  const { esxi, software, adapters, vfs, passthrough } = host.status ?? {};
  return {
    observedGeneration: generation,
    conditions,
    progress: message,
    ...(esxi === undefined ? {} : { esxi }),
    ...(software === undefined ? {} : { software }),
    adapters: adapters ?? [],
    ...(vfs === undefined ? {} : { vfs }),
    // Who gave the functions away is remembered there, for the time when the host is taken up again.
    ...(passthrough === undefined ? {} : { passthrough }),
    ...writeMemory(memory),
  };
}
