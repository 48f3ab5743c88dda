/** A vSphere server whose inventory is read from memory: what a look at an attachment at rest costs its server nothing with. */
import { isPortError } from '../../ports/errors.ts';
import type { EvacuationFacts, Vm, VmQuery, VmSummary, VsphereHost, VsphereNetwork } from '../../ports/vsphere.ts';
import { type ServerParts, VsphereServer } from '../vsphereServer.ts';
import type { Follower } from './follower.ts';

export class RememberedServer extends VsphereServer {
  readonly #follower: Follower;

  constructor(parts: ServerParts) {
    super(parts);
    this.#follower = parts.follower;
  }

  override async hosts(signal: AbortSignal): Promise<readonly VsphereHost[]> {
    const inventory = await this.#follower.current(signal);
    if (inventory === undefined) return await super.hosts(signal);
    const moRefs = inventory.refs('HostSystem').map(({ value }) => value);
    try {
      return await inventory.hosts.readAll(moRefs, async (missing) => {
        const hosts = await this.hostsOf(missing, signal);
        return new Map(hosts.map((host) => [host.moRef, host]));
      });
    } catch (error) {
      // One is gone since.
      if (isPortError(error, 'VsphereObjectNotFound')) return await super.hosts(signal);
      throw error;
    }
  }

  override async networksOfHost(hostMoRef: string, signal: AbortSignal): Promise<readonly VsphereNetwork[]> {
    const inventory = await this.#follower.current(signal);
    const read = () => super.networksOfHost(hostMoRef, signal);
    return inventory?.has('HostSystem', hostMoRef) ? await inventory.networks.read(hostMoRef, read) : await read();
  }

  override async findVms(query: VmQuery, signal: AbortSignal): Promise<readonly VmSummary[]> {
    const inventory = await this.#follower.current(signal);
    return inventory?.findVms(query) ?? (await super.findVms(query, signal));
  }

  override async vm(moRef: string, signal: AbortSignal): Promise<Vm> {
    const inventory = await this.#follower.current(signal);
    const known = inventory?.vms.known(moRef);
    return known ?? (await super.vm(moRef, signal));
  }

  override async evacuationFacts(hostMoRef: string, signal: AbortSignal): Promise<EvacuationFacts> {
    const inventory = await this.#follower.current(signal);
    const read = () => super.evacuationFacts(hostMoRef, signal);
    return inventory?.has('HostSystem', hostMoRef) ? await inventory.clusters.read(hostMoRef, read) : await read();
  }

  override async vmsOfHost(hostMoRef: string, signal: AbortSignal): Promise<readonly Vm[]> {
    const inventory = await this.#follower.current(signal);
    const read = () => super.vmsOfHost(hostMoRef, signal);
    return inventory?.has('HostSystem', hostMoRef) ? await inventory.vmsOfHost.read(hostMoRef, read) : await read();
  }
}
