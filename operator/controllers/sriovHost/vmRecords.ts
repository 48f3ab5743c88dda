/** status.poweredOffVms: which VMs the operator owes their power. Pure. */
import type { HostMemory } from './memory.ts';
import type { HostObservation } from './observation.ts';
import type { HostPlan } from './plan.ts';
import type { PoweredOffVm } from './vms.ts';

/** Adds or replaces; the list is kept in a stable order. */
export function withRecord(memory: HostMemory, record: PoweredOffVm): HostMemory {
  const others = memory.poweredOffVms.filter(({ moRef }) => moRef !== record.moRef);
  const poweredOffVms = [...others, record].sort((a, b) => (a.moRef < b.moRef ? -1 : 1));
  return { ...memory, poweredOffVms };
}

export function withoutRecord(memory: HostMemory, moRef: string): HostMemory {
  return { ...memory, poweredOffVms: memory.poweredOffVms.filter((record) => record.moRef !== moRef) };
}

/**
 * Records brought up to date with what is seen. A VM that was off and runs was powered on by somebody else, or by us just before a crash:
 * either way nothing is owed any more, and it is not touched again. What was not looked at stays as it is.
 */
export function settleVms(memory: HostMemory, { vms }: HostObservation, { now, retry }: Circumstances): HostMemory {
  if (memory.poweredOffVms.length === 0 || vms === undefined || !vms.known) return memory;
  const { recorded } = vms.value;
  const settled = memory.poweredOffVms.flatMap((record) => settle(record, recorded[record.moRef]));
  const inVain = (record: PoweredOffVm): boolean => record.state === 'ShuttingDown' && !isOnItsWay(record, { now });
  return { ...memory, poweredOffVms: settled.filter((record) => !(retry && inVain(record))) };
}

interface Circumstances {
  readonly now: Date;
  /** Somebody asks for another try: a guest that did not go down is asked again. */
  readonly retry: boolean;
}

function settle(record: PoweredOffVm, seen: string | undefined): readonly PoweredOffVm[] {
  switch (seen) {
    case undefined:
      return [record];
    case 'poweredOff':
      return [{ ...record, state: 'PoweredOff' }];
    case 'poweredOn':
      return record.state === 'PoweredOff' ? [] : [record];
    default:
      return [];
  }
}

export interface GuestTime {
  readonly now: Date;
  /** Milliseconds that a guest had so far, by a clock that nobody sets; left out, it is the difference of two times of day. */
  readonly guestHadMs?: ((record: PoweredOffVm) => number) | undefined;
}

/** True while its guest may still be on its way down. */
export function isOnItsWay(record: PoweredOffVm, { now, guestHadMs }: GuestTime): boolean {
  const since = new Date(record.since).getTime();
  const had = guestHadMs?.(record) ?? now.getTime() - since;
  return record.state === 'ShuttingDown' && had < new Date(record.until).getTime() - since;
}

/** Once nothing is to be done, a guest that never went down was asked in vain: nothing is owed to it. */
export function forgetVainRequests(memory: HostMemory, plan: HostPlan, time: GuestTime): HostMemory {
  const idle = plan.steps.length === 0 && plan.pending.length === 0 && plan.waiting === undefined;
  if (!idle || memory.poweredOffVms.length === 0) return memory;
  return { ...memory, poweredOffVms: memory.poweredOffVms.filter((record) => record.state === 'PoweredOff' || isOnItsWay(record, time)) };
}
