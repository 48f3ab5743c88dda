/** Physical functions that are given away whole (HostPciPassthruSystem.UpdatePassthruConfig). */
import type { SimPassthrough } from './contract.ts';

interface Setting {
  readonly enabled: boolean;
  readonly requestedAt: number;
  /** In effect without a restart (capability deviceRebindWithoutRebootSupported, API 7.0). */
  readonly applied: boolean;
}

export class InventoryPassthrough {
  readonly #settings = new Map<string, Setting>();
  readonly #hosts = new Map<string, SimPassthrough>();

  /** A host with a shell keeps its configuration itself: both ways change the same thing. */
  keptBy(hostId: string, passthrough: SimPassthrough | undefined): void {
    if (passthrough !== undefined) this.#hosts.set(hostId, passthrough);
  }

  /** `now` and boot times in milliseconds since the epoch. */
  set(hostId: string, address: string, setting: { readonly enabled: boolean; readonly applied: boolean; readonly now: number }): void {
    this.#hosts.get(hostId)?.set(address, setting);
    this.#settings.set(`${hostId} ${address}`, { enabled: setting.enabled, applied: setting.applied, requestedAt: setting.now });
  }

  enabled(hostId: string, address: string): boolean {
    const own = this.#hosts.get(hostId);
    return own === undefined ? (this.#settings.get(`${hostId} ${address}`)?.enabled ?? false) : own.enabled(address);
  }

  active(hostId: string, address: string, bootedAt: number): boolean {
    const own = this.#hosts.get(hostId);
    if (own !== undefined) return own.active(address);
    const setting = this.#settings.get(`${hostId} ${address}`);
    if (setting === undefined) {
      return false;
    }
    const inEffect = setting.applied || bootedAt > setting.requestedAt;
    return inEffect ? setting.enabled : !setting.enabled;
  }
}
