/** Physical functions that are given away whole (HostPciPassthruSystem.UpdatePassthruConfig). */

interface Setting {
  readonly enabled: boolean;
  readonly requestedAt: number;
  /** In effect without a restart (capability deviceRebindWithoutRebootSupported, API 7.0). */
  readonly applied: boolean;
}

export class InventoryPassthrough {
  readonly #settings = new Map<string, Setting>();

  /** `now` and boot times in milliseconds since the epoch. */
  set(hostId: string, address: string, setting: { readonly enabled: boolean; readonly applied: boolean; readonly now: number }): void {
    this.#settings.set(`${hostId} ${address}`, { enabled: setting.enabled, applied: setting.applied, requestedAt: setting.now });
  }

  enabled(hostId: string, address: string): boolean {
    return this.#settings.get(`${hostId} ${address}`)?.enabled ?? false;
  }

  active(hostId: string, address: string, bootedAt: number): boolean {
    const setting = this.#settings.get(`${hostId} ${address}`);
    if (setting === undefined) {
      return false;
    }
    const inEffect = setting.applied || bootedAt > setting.requestedAt;
    return inEffect ? setting.enabled : !setting.enabled;
  }
}
