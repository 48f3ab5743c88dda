/** `ports/vsphere.ts` on one session: each method is one piece of work with its time limits. */
import type {
  EvacuationFacts,
  Vm,
  VmPowerState,
  VmQuery,
  VmReconfigure,
  VmSummary,
  VSphere,
  VsphereHost,
  VsphereNetwork,
} from '../ports/vsphere.ts';
import { readEvacuationFacts } from './evacuation.ts';
import { findVms } from './findVms.ts';
import { type PciDeviceCache, readHosts } from './hosts.ts';
import { enterMaintenanceMode, exitMaintenanceMode } from './maintenanceMode.ts';
import { readNetworks } from './networks.ts';
import { powerOff, powerOn, shutdownGuest, waitForPowerState } from './power.ts';
import { readVm, readVmsOfHost } from './readVms.ts';
import { reconfigure } from './reconfigure.ts';
import type { VsphereSession } from './session.ts';
import { readSystemId } from './systemId.ts';
import type { TaskOptions } from './tasks.ts';

/** How far a task on a VM is, in percent, as the server reports it; not every task does. */
export interface TaskProgress {
  readonly server: string;
  readonly vmMoRef: string;
  readonly percent: number;
}

export interface TaskSettings {
  readonly taskTimeoutMs: number;
  readonly onTaskProgress: (progress: TaskProgress) => void;
}

export class VsphereServer implements VSphere {
  readonly #session: VsphereSession;
  readonly #tasks: TaskSettings;
  readonly #pciDevices: PciDeviceCache = new Map();

  constructor(session: VsphereSession, tasks: TaskSettings) {
    this.#session = session;
    this.#tasks = tasks;
  }

  apiType(signal: AbortSignal): Promise<string> {
    return this.#session.read(signal, (calls) => Promise.resolve(calls.content.apiType));
  }

  hosts(signal: AbortSignal): Promise<readonly VsphereHost[]> {
    return this.#session.read(signal, (calls) => readHosts(calls, this.#pciDevices));
  }

  networksOfHost(hostMoRef: string, signal: AbortSignal): Promise<readonly VsphereNetwork[]> {
    return this.#session.read(signal, (calls) => readNetworks(calls, hostMoRef));
  }

  findVms(query: VmQuery, signal: AbortSignal): Promise<readonly VmSummary[]> {
    return this.#session.read(signal, (calls) => findVms(calls, query));
  }

  vm(moRef: string, signal: AbortSignal): Promise<Vm> {
    return this.#session.read(signal, (calls) => readVm(calls, moRef));
  }

  vmsOfHost(hostMoRef: string, signal: AbortSignal): Promise<readonly Vm[]> {
    return this.#session.read(signal, (calls) => readVmsOfHost(calls, hostMoRef));
  }

  systemId(vmMoRef: string, hostMoRef: string, signal: AbortSignal): Promise<string> {
    return this.#session.read(signal, (calls) => readSystemId(calls, vmMoRef, hostMoRef));
  }

  evacuationFacts(hostMoRef: string, signal: AbortSignal): Promise<EvacuationFacts> {
    return this.#session.read(signal, (calls) => readEvacuationFacts(calls, hostMoRef));
  }

  enterMaintenanceMode(hostMoRef: string, timeoutSeconds: number, signal: AbortSignal): Promise<void> {
    return enterMaintenanceMode(this.#session, hostMoRef, { timeoutSeconds, signal });
  }

  exitMaintenanceMode(hostMoRef: string, signal: AbortSignal): Promise<void> {
    return exitMaintenanceMode(this.#session, hostMoRef, { timeoutMs: this.#tasks.taskTimeoutMs, signal });
  }

  powerOn(vmMoRef: string, signal: AbortSignal): Promise<void> {
    return powerOn(this.#session, vmMoRef, this.#limits(vmMoRef, signal));
  }

  powerOff(vmMoRef: string, signal: AbortSignal): Promise<void> {
    return powerOff(this.#session, vmMoRef, this.#limits(vmMoRef, signal));
  }

  shutdownGuest(vmMoRef: string, signal: AbortSignal): Promise<void> {
    return shutdownGuest(this.#session, vmMoRef, signal);
  }

  waitForPowerState(vmMoRef: string, state: VmPowerState, timeoutMs: number, signal: AbortSignal): Promise<void> {
    return waitForPowerState(this.#session, vmMoRef, { state, timeoutMs, signal });
  }

  reconfigure(vmMoRef: string, change: VmReconfigure, signal: AbortSignal): Promise<void> {
    return reconfigure(this.#session, vmMoRef, { change, options: this.#limits(vmMoRef, signal) });
  }

  #limits(vmMoRef: string, signal: AbortSignal): TaskOptions {
    const { taskTimeoutMs, onTaskProgress } = this.#tasks;
    const { server } = this.#session;
    return { signal, timeoutMs: taskTimeoutMs, onProgress: (percent) => onTaskProgress({ server, vmMoRef, percent }) };
  }
}
