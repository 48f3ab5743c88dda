/** What it takes to give a host more virtual functions: the change of its spec, and what the operator's own planner makes of it. Pure. */
import type { Problem, SriovHost, SriovVmAttachment } from '../../api/types.ts';
import { readMemory } from '../../controllers/sriovHost/memory.ts';
import { planHost } from '../../controllers/sriovHost/plan.ts';
import { attachmentsOf } from '../statusView.ts';
import { observationOfStatus } from './observationOfStatus.ts';
import type { HostRoom, PortRoom } from './room.ts';

export interface PortChange {
  readonly adapter: string;
  readonly port: number;
  readonly from: number;
  readonly to: number;
  /** More than NUM_OF_VFS now: whether the card allows it is seen when it is set. */
  readonly beyondFirmware: boolean;
}

export interface Growth {
  readonly changes: readonly PortChange[];
  readonly restarts: number;
  /** Kinds of the planned steps, in order. */
  readonly steps: readonly string[];
  /** VMs with virtual functions of this host that run now. */
  readonly runningVms: readonly string[];
  /** What the plan would wait for. */
  readonly waitsFor?: string;
}

/** Undefined when `more` cannot be had. `within`: only as far as the firmware is set already, or up to the limit. */
export function grow(room: HostRoom, more: number, within: 'firmware' | 'limit'): readonly PortChange[] | undefined {
  const changes: PortChange[] = [];
  let left = more;
  for (const port of room.ports) {
    const added = Math.min(left, port[within] - port.declared);
    if (added <= 0) continue;
    const to = port.declared + added;
    changes.push({ adapter: port.adapter, port: port.port, from: port.declared, to, beyondFirmware: to > port.firmware });
    left -= added;
  }
  return left > 0 ? undefined : changes;
}

/** Virtual functions that could be added. */
export function spare(ports: readonly PortRoom[], within: 'firmware' | 'limit'): number {
  return ports.reduce((sum, port) => sum + port[within] - port.declared, 0);
}

export interface Situation {
  readonly attachments: readonly SriovVmAttachment[];
  readonly now: Date;
}

/** Of a host that is as declared. */
export function planGrowth(host: SriovHost, changes: readonly PortChange[], { attachments, now }: Situation): Growth {
  const running = attachmentsOf(host, attachments).filter(({ status }) => status?.vm?.powerState === 'poweredOn');
  const runningVms = [...new Set(running.map(({ status }) => status?.vm?.name ?? ''))].sort();
  const { generation, name, namespace } = host.metadata;
  const plan = planHost({
    spec: withChanges(host, changes),
    generation: generation + 1,
    object: { name, namespace },
    annotations: {},
    observation: observationOfStatus(host, runningVms, now),
    memory: { ...readMemory(host, false), restartCount: 0, approval: undefined },
    now,
  });
  return {
    changes,
    restarts: plan.restarts,
    steps: [...plan.steps, ...plan.expected].map(({ kind }) => kind),
    runningVms,
    ...(plan.blocked === undefined ? {} : { waitsFor: waitsFor(plan.blocked, name) }),
  };
}

/** The plan does not exist yet, so there is no hash to approve. */
function waitsFor({ reason, message }: Problem, name: string): string {
  if (reason === 'ApprovalRequired') return 'an approval: spec.disruption.approval is Required';
  return `${reason}: ${message.replaceAll('<name>', name)}`;
}

/** spec.adapters[].firmwareVfs, where it is declared, goes up with the ports: it must not be less. */
export function withChanges({ spec }: SriovHost, changes: readonly PortChange[]): SriovHost['spec'] {
  const adapters = spec.adapters.map((adapter) => {
    const wanted = (number: number, vfs: number): number =>
      changes.find((change) => change.adapter === adapter.name && change.port === number)?.to ?? vfs;
    const ports = adapter.ports.map((port) => ({ ...port, vfs: wanted(port.number, port.vfs) }));
    const most = Math.max(...ports.map(({ vfs }) => vfs));
    return { ...adapter, ports, ...(adapter.firmwareVfs === undefined ? {} : { firmwareVfs: Math.max(adapter.firmwareVfs, most) }) };
  });
  return { ...spec, adapters };
}
