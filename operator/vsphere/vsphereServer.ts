/** `ports/vsphere.ts` on one session: each method is one piece of work with its time limits. */
import { isIP } from 'node:net';
import { isPortError } from '../ports/errors.ts';
import type { Guest, GuestCredentials } from '../ports/guest.ts';
import type { PrivilegesOn } from '../ports/privileges.ts';
import type {
  DrsLevel,
  EvacuationFacts,
  HostManagement,
  RelocationFacts,
  ReservableMemory,
  Vm,
  VmPowerState,
  VmQuery,
  VmReconfigure,
  VmSummary,
  VSphere,
  VsphereHost,
  VsphereNetwork,
} from '../ports/vsphere.ts';
import { setDrsLevel } from './drsOverride.ts';
import { readEvacuationFacts } from './evacuation.ts';
import { findVms } from './findVms.ts';
import { VsphereGuest } from './guestOperations.ts';
import type { TransferSettings } from './guestTransfer.ts';
import { readHostManagement } from './hostManagement.ts';
import { type PciDeviceCache, readHosts } from './hosts.ts';
import type { Announcer } from './inventory/announcer.ts';
import type { Follower } from './inventory/follower.ts';
import { enterMaintenanceMode, exitMaintenanceMode } from './maintenanceMode.ts';
import { readNetworks } from './networks.ts';
import { powerOff, powerOn, shutdownGuest, waitForPowerState } from './power.ts';
import { readMissingPrivileges } from './privileges.ts';
import { readVm, readVmsOfHost } from './readVms.ts';
import { reconfigure } from './reconfigure.ts';
import { readRelocationFacts, relocate } from './relocation.ts';
import { readReservableMemory } from './reservableMemory.ts';
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
  /** For files from and to guests. */
  readonly transfers: TransferSettings;
}

export interface ServerParts {
  readonly session: VsphereSession;
  readonly tasks: TaskSettings;
  readonly follower: Follower;
  readonly announcer: Announcer;
  readonly pciDevices: PciDeviceCache;
}

export class VsphereServer implements VSphere {
  readonly #session: VsphereSession;
  readonly #tasks: TaskSettings;
  readonly #follower: Follower;
  readonly #announcer: Announcer;
  readonly #pciDevices: PciDeviceCache;

  readonly remembered?: VSphere;

  constructor({ session, tasks, follower, announcer, pciDevices }: ServerParts, remembered?: VSphere) {
    this.#session = session;
    this.#tasks = tasks;
    this.#follower = follower;
    this.#announcer = announcer;
    this.#pciDevices = pciDevices;
    if (remembered !== undefined) this.remembered = remembered;
  }

  apiType(signal: AbortSignal): Promise<string> {
    return this.#session.read(signal, (calls) => Promise.resolve(calls.content.apiType));
  }

  async hosts(signal: AbortSignal, address?: string): Promise<readonly VsphereHost[]> {
    const named = address === undefined ? undefined : await this.#hostNamed(address, signal);
    return named === undefined ? await this.#session.read(signal, (calls) => readHosts(calls, this.#pciDevices)) : [named];
  }

  /** Hosts by their references; rejects with VsphereObjectNotFound when one is gone. */
  hostsOf(moRefs: readonly string[], signal: AbortSignal): Promise<readonly VsphereHost[]> {
    const refs = moRefs.map((value) => ({ kind: 'HostSystem', value }));
    return this.#session.read(signal, (calls) => readHosts(calls, this.#pciDevices, refs));
  }

  networksOfHost(hostMoRef: string, signal: AbortSignal): Promise<readonly VsphereNetwork[]> {
    return this.#session.read(signal, (calls) => readNetworks(calls, hostMoRef));
  }

  findVms(query: VmQuery, signal: AbortSignal): Promise<readonly VmSummary[]> {
    // Only the names of all VMs are many: whoever has them in memory need not read them.
    const named = query.name === undefined ? undefined : this.#follower.inSync?.vmsNamed(query.name);
    return this.#session.read(signal, (calls) => findVms(calls, query, named));
  }

  vm(moRef: string, signal: AbortSignal): Promise<Vm> {
    const read = () => this.#session.read(signal, (calls) => readVm(calls, moRef));
    return this.#follower.inSync?.vms.renew(moRef, read) ?? read();
  }

  vmsOfHost(hostMoRef: string, signal: AbortSignal): Promise<readonly Vm[]> {
    return this.#session.read(signal, (calls) => readVmsOfHost(calls, hostMoRef));
  }

  systemId(vmMoRef: string, hostMoRef: string, signal: AbortSignal): Promise<string> {
    return this.#session.read(signal, (calls) => readSystemId(calls, vmMoRef, hostMoRef));
  }

  reservableMemory(vmMoRef: string, hostMoRef: string, signal: AbortSignal): Promise<ReservableMemory> {
    return this.#session.read(signal, (calls) => readReservableMemory(calls, vmMoRef, hostMoRef));
  }

  missingPrivileges(wanted: readonly PrivilegesOn[], signal: AbortSignal): Promise<readonly PrivilegesOn[] | undefined> {
    return this.#session.read(signal, (calls) => readMissingPrivileges(calls, wanted));
  }

  hostManagement(hostMoRef: string, signal: AbortSignal): Promise<HostManagement> {
    return this.#session.read(signal, (calls) => readHostManagement(calls, hostMoRef));
  }

  evacuationFacts(hostMoRef: string, signal: AbortSignal): Promise<EvacuationFacts> {
    return this.#session.read(signal, (calls) => readEvacuationFacts(calls, hostMoRef));
  }

  setDrsLevel(
    vmMoRef: string,
    override: { readonly hostMoRef: string; readonly level: DrsLevel | undefined },
    signal: AbortSignal,
  ): Promise<void> {
    return setDrsLevel(this.#session, vmMoRef, { ...override, options: this.#limits(vmMoRef, signal) });
  }

  enterMaintenanceMode(hostMoRef: string, timeoutSeconds: number, signal: AbortSignal): Promise<void> {
    return enterMaintenanceMode(this.#session, hostMoRef, { timeoutSeconds, signal });
  }

  exitMaintenanceMode(hostMoRef: string, signal: AbortSignal): Promise<void> {
    return exitMaintenanceMode(this.#session, hostMoRef, { timeoutMs: this.#tasks.taskTimeoutMs, signal });
  }

  relocationFacts(vmMoRef: string, hostMoRef: string, signal: AbortSignal): Promise<RelocationFacts> {
    return this.#session.read(signal, (calls) => readRelocationFacts(calls, vmMoRef, hostMoRef));
  }

  relocate(vmMoRef: string, hostMoRef: string, signal: AbortSignal): Promise<void> {
    const options = this.#limits(vmMoRef, signal);
    return this.#announcer.during(vmMoRef, () => relocate(this.#session, vmMoRef, { hostMoRef, options }));
  }

  powerOn(vmMoRef: string, signal: AbortSignal): Promise<void> {
    return this.#announcer.during(vmMoRef, () => powerOn(this.#session, vmMoRef, this.#limits(vmMoRef, signal)));
  }

  powerOff(vmMoRef: string, signal: AbortSignal): Promise<void> {
    return this.#announcer.during(vmMoRef, () => powerOff(this.#session, vmMoRef, this.#limits(vmMoRef, signal)));
  }

  shutdownGuest(vmMoRef: string, signal: AbortSignal): Promise<void> {
    return shutdownGuest(this.#session, vmMoRef, signal);
  }

  waitForPowerState(vmMoRef: string, state: VmPowerState, timeoutMs: number, signal: AbortSignal): Promise<void> {
    return waitForPowerState(this.#session, vmMoRef, { state, timeoutMs, signal });
  }

  reconfigure(vmMoRef: string, change: VmReconfigure, signal: AbortSignal): Promise<void> {
    const options = this.#limits(vmMoRef, signal);
    return this.#announcer.during(vmMoRef, () => reconfigure(this.#session, vmMoRef, { change, options }));
  }

  guest(vmMoRef: string, credentials: GuestCredentials): Guest {
    return new VsphereGuest({ session: this.#session, vmMoRef, credentials }, this.#tasks.transfers);
  }

  /** Where memory knows exactly one host of that name, and it still has it. By IP address it takes a look at all of them. */
  async #hostNamed(address: string, signal: AbortSignal): Promise<VsphereHost | undefined> {
    const [ref, ...others] = isIP(address) === 0 ? (this.#follower.inSync?.hostsNamed(address) ?? []) : [];
    if (ref === undefined || others.length > 0) return undefined;
    const [host] = await unlessGone(this.hostsOf([ref.value], signal));
    return host?.name.toLowerCase() === address.toLowerCase() ? host : undefined;
  }

  #limits(vmMoRef: string, signal: AbortSignal): TaskOptions {
    const { taskTimeoutMs, onTaskProgress } = this.#tasks;
    const { server } = this.#session;
    return { signal, timeoutMs: taskTimeoutMs, onProgress: (percent) => onTaskProgress({ server, vmMoRef, percent }) };
  }
}

async function unlessGone(hosts: Promise<readonly VsphereHost[]>): Promise<readonly VsphereHost[]> {
  try {
    return await hosts;
  } catch (error) {
    if (isPortError(error, 'VsphereObjectNotFound')) return [];
    throw error;
  }
}
