/** What every step gets: the open doors, the plan it belongs to, and how to refuse. */
import type { JournalEntry } from '../../../api/types.ts';
import type { Bmc } from '../../../ports/bmc.ts';
import type { Downloader } from '../../../ports/download.ts';
import type { EsxiHost } from '../../../ports/esxiHost.ts';
import type { Fact } from '../../fact.ts';
import type { HostMemory } from '../memory.ts';
import type { VsphereDoor } from '../observe/vms.ts';
import type { HostPlan } from '../plan.ts';
import type { HostStep } from '../steps.ts';

export interface ActPorts {
  readonly host: Fact<EsxiHost>;
  readonly bmc: Fact<Bmc> | undefined;
  /** Opened on first use. */
  readonly vsphere: () => Promise<Fact<VsphereDoor>>;
  readonly downloader: Downloader;
  /** Ends the kept connection of a host that is about to go down. */
  readonly forgetConnection: () => void;
  /** Writes memory into the object's status; resolves when the API server has it. */
  readonly persist: (memory: HostMemory) => Promise<void>;
  readonly onStep: (step: HostStep, result: JournalEntry['result'], durationMs: number) => void;
  readonly now: () => Date;
}

export interface ActContext {
  readonly ports: ActPorts;
  readonly plan: HostPlan;
  readonly generation: number;
  readonly maintenanceTimeoutSeconds: number;
  /** How often status tells how far a long step is. */
  readonly progressMs: number;
  readonly bootTime: Date | undefined;
  readonly signal: AbortSignal;
}

/** A step that a fact seen at the last moment forbids, or whose effect was read back and is not there. */
export class StepRefused extends Error {
  override readonly name = 'StepRefused';
  readonly reason: string;
  /** The command went out and may have had a part of its effect: what was noted beforehand stays. */
  readonly written: boolean;
  constructor(reason: string, message: string, { written = false }: { readonly written?: boolean } = {}) {
    super(message);
    this.reason = reason;
    this.written = written;
  }
}

/** The open shell; a plan has no step that needs it while the host is unreachable. */
export function shell(context: ActContext): EsxiHost {
  if (!context.ports.host.known) throw new StepRefused(context.ports.host.because.reason, context.ports.host.because.message);
  return context.ports.host.value;
}
