/**
 * PCI functions that a host gives to VMs as a whole: configured (in memory), saved (state.tgz) and active (since the last boot, or at once
 * where that was asked for). A power cut loses what was not saved, as with module options.
 */
import type { SimPassthrough } from './contract.ts';
import type { HostWorld } from './hostWorld.ts';

export type PassthroughRefusal = { readonly kind: 'already' } | { readonly kind: 'usedBy'; readonly vswitch: string };

export class HostPassthrough implements SimPassthrough {
  #configured: ReadonlySet<string>;
  #saved: ReadonlySet<string>;
  #active: ReadonlySet<string>;

  constructor(addresses: readonly string[] = []) {
    this.#configured = new Set(addresses);
    this.#saved = this.#configured;
    this.#active = this.#configured;
  }

  enabled(address: string): boolean {
    return this.#configured.has(address);
  }

  active(address: string): boolean {
    return this.#active.has(address);
  }

  set(address: string, { enabled, applied = false }: { readonly enabled: boolean; readonly applied?: boolean }): void {
    this.#configured = withOrWithout(this.#configured, address, enabled);
    if (applied) this.#active = withOrWithout(this.#active, address, enabled);
  }

  /** `esxcli hardware pci pcipassthru set`, without -a: in effect from the next boot on. Undefined: done. */
  configure(world: HostWorld, address: string, enabled: boolean): PassthroughRefusal | undefined {
    if (this.enabled(address) === enabled) return { kind: 'already' };
    const uplink = world.functions.find(({ port, driver }) => port.address === address && driver !== undefined)?.port.vmnic ?? '';
    const [vswitch] = Object.entries(world.vswitches).find(([, uplinks]) => uplinks.includes(uplink)) ?? [];
    if (enabled && vswitch !== undefined) return { kind: 'usedBy', vswitch };
    this.set(address, { enabled });
    world.counters.passthroughSets += 1;
    return undefined;
  }

  save(): void {
    this.#saved = this.#configured;
  }

  /** `reverted`: the old boot bank has the configuration of the boot before. `lost`: ESXi forgets all of it, as some releases do. */
  boot({ reverted, lost }: { readonly reverted: boolean; readonly lost: boolean }): void {
    if (reverted) this.#saved = this.#active;
    if (lost) this.#saved = new Set();
    this.#configured = this.#saved;
    this.#active = this.#saved;
  }
}

function withOrWithout(set: ReadonlySet<string>, address: string, wanted: boolean): ReadonlySet<string> {
  const others = [...set].filter((other) => other !== address);
  return new Set(wanted ? [...others, address] : others);
}
