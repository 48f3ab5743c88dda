/** BIOS attributes: current, and pending until the next POST. */
import type { BiosProfile } from './hostOptions.ts';

export type BiosValue = string | number | boolean;

export class HostBios {
  readonly #profile: BiosProfile;
  #current: Readonly<Record<string, BiosValue>>;
  #pending: Readonly<Record<string, BiosValue>> = {};

  constructor(profile: BiosProfile, sriov: boolean | undefined) {
    this.#profile = profile;
    const override = sriov === undefined ? {} : { [profile.sriovAttribute]: sriov ? profile.sriovEnabledValue : 'Disabled' };
    this.#current = { ...profile.attributes, ...override };
  }

  get current(): Readonly<Record<string, BiosValue>> {
    return this.#current;
  }

  get pending(): Readonly<Record<string, BiosValue>> {
    return this.#pending;
  }

  get sriovEnabled(): boolean {
    return this.#current[this.#profile.sriovAttribute] === this.#profile.sriovEnabledValue;
  }

  /** Names that this BIOS does not know; when there are any, nothing is staged. */
  stage(attributes: Readonly<Record<string, BiosValue>>): readonly string[] {
    const unknown = Object.keys(attributes).filter((name) => !(name in this.#current));
    if (unknown.length === 0) {
      this.#pending = { ...this.#pending, ...attributes };
    }
    return unknown;
  }

  /** `ignored`: what was staged is dropped. */
  post(ignored: boolean): void {
    this.#current = ignored ? this.#current : { ...this.#current, ...this.#pending };
    this.#pending = {};
  }
}
