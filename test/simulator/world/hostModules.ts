/**
 * Options of VMkernel modules in their three states: configured (in memory), saved (state.tgz, written by auto-backup.sh and
 * by a clean shutdown) and loaded (read by the driver at boot). A power cut loses what was not saved (KB 313072).
 */

export class HostModules {
  #configured: ReadonlyMap<string, string>;
  #saved: ReadonlyMap<string, string>;
  #loaded: ReadonlyMap<string, string>;

  constructor(options: Readonly<Record<string, string>>) {
    this.#configured = new Map(Object.entries(options));
    this.#saved = this.#configured;
    this.#loaded = this.#configured;
  }

  configured(module: string): string {
    return this.#configured.get(module) ?? '';
  }

  loaded(module: string): string {
    return this.#loaded.get(module) ?? '';
  }

  saved(module: string): string {
    return this.#saved.get(module) ?? '';
  }

  /** Replaces the whole option string and validates nothing: the driver does that when it loads. */
  set(module: string, options: string): void {
    this.#configured = new Map([...this.#configured, [module, options]]);
  }

  save(): void {
    this.#saved = this.#configured;
  }

  /** `reverted`: the old boot bank was used, which has the options of the boot before. */
  boot(reverted: boolean): void {
    if (reverted) {
      this.#saved = this.#loaded;
    }
    this.#configured = this.#saved;
    this.#loaded = this.#saved;
  }
}

/** Entries of `max_vfs=8,0,4` in an option string; empty when it is not there. */
export function maxVfsOf(options: string): readonly number[] {
  const option = options.split(/\s+/).find((word) => word.startsWith('max_vfs='));
  const list = option?.slice('max_vfs='.length) ?? '';
  return list === '' ? [] : list.split(',').map((entry) => Number.parseInt(entry, 10) || 0);
}
