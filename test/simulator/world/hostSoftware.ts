/** VIBs: what runs, and what the other boot bank has staged for the next boot. */
import type { HostFiles } from './hostFiles.ts';
import type { Misbehaviours } from './hostMisbehaviour.ts';
import type { HostProfile, SimVib } from './hostOptions.ts';
import { decodePayload } from './payload.ts';

export interface VibChange {
  readonly installed: readonly SimVib[];
  readonly removed: readonly SimVib[];
  readonly skipped: readonly SimVib[];
  readonly rebootRequired: boolean;
}

/** `error` is the name that esxcli prints in brackets; `lines` what stands below it. */
export type VibResult =
  | { readonly ok: true; readonly change: VibChange }
  | { readonly ok: false; readonly error: string; readonly lines: readonly string[] };

/** `MEL_bootbank_nmst_4.22.1.11-1OEM.703.0.0.18434556`. */
export function vibId(vib: SimVib): string {
  return `${vib.vendor}_bootbank_${vib.name}_${vib.version}`;
}

export class HostSoftware {
  readonly #release: string;
  #running: readonly SimVib[];
  #staged: readonly SimVib[] | undefined;

  constructor(profile: HostProfile) {
    this.#running = profile.vibs;
    this.#release = profile.esxi.version;
  }

  get running(): readonly SimVib[] {
    return this.#running;
  }

  /** The image that waits for a reboot; undefined when there is none. */
  get staged(): readonly SimVib[] | undefined {
    return this.#staged;
  }

  /** What will run after the next boot. */
  get afterReboot(): readonly SimVib[] {
    return this.#staged ?? this.#running;
  }

  get rebootPending(): boolean {
    return this.#staged !== undefined;
  }

  has(name: string): boolean {
    return this.#running.some((vib) => vib.name === name);
  }

  version(name: string): string | undefined {
    return this.#running.find((vib) => vib.name === name)?.version;
  }

  /** `esxcli software vib install`: an equal version is skipped, a lower one is a downgrade and goes through. */
  install(
    source: { readonly kind: 'vib' | 'depot'; readonly location: string },
    files: HostFiles,
    misbehaviours: Misbehaviours,
  ): VibResult {
    const failure = misbehaviours.take('vibInstallFails');
    if (failure !== undefined) {
      return { ok: false, error: failure.error, lines: failure.lines ?? [`VIB ${source.location} could not be installed.`] };
    }
    const content = files.read(source.location);
    const payload = content === undefined ? undefined : decodePayload(content);
    if (content === undefined) {
      return missing(source);
    }
    if (payload?.kind !== source.kind) {
      return { ok: false, error: 'VibFormatError', lines: [`('${source.location}', 'Could not parse the file.')`] };
    }
    const unfit = payload.vibs.find((vib) => vib.esxi !== undefined && !vib.esxi.some((release) => this.#release.startsWith(release)));
    if (unfit !== undefined) {
      const needs = `esx-version >= ${unfit.esxi?.[0] ?? ''}.0`;
      return {
        ok: false,
        error: 'DependencyError',
        lines: [`VIB ${vibId(unfit)} requires ${needs} but the requirement cannot be satisfied within the ImageProfile.`],
      };
    }
    const unsigned = payload.vibs.find((vib) => vib.acceptanceLevel === 'CommunitySupported');
    if (unsigned !== undefined) {
      const level = 'acceptance level is community, which is not compliant with the ImageProfile acceptance level partner';
      const remedy = "To change the host acceptance level, use the 'esxcli software acceptance set' command.";
      return { ok: false, error: 'AcceptanceConfigError', lines: [`VIB ${vibId(unsigned)}'s ${level}`, remedy] };
    }
    return { ok: true, change: this.#stage(payload.vibs) };
  }

  remove(name: string): VibResult {
    const vib = this.afterReboot.find((other) => other.name === name);
    if (vib === undefined) {
      return { ok: false, error: 'NoMatchError', lines: [`No VIB matching VIB search specification '${name}'.`, `id = ${name}`] };
    }
    this.#staged = this.afterReboot.filter((other) => other !== vib);
    return { ok: true, change: { installed: [], removed: [vib], skipped: [], rebootRequired: true } };
  }

  /** `reverted`: the boot fell back to the old boot bank. */
  boot(reverted: boolean): void {
    if (!reverted && this.#staged !== undefined) {
      this.#running = this.#staged;
    }
    this.#staged = undefined;
  }

  #stage(vibs: readonly SimVib[]): VibChange {
    const before = this.afterReboot;
    const same = (vib: SimVib) => before.some((other) => other.name === vib.name && other.version === vib.version);
    const installed = vibs.filter((vib) => !same(vib));
    const removed = before.filter((other) => installed.some((vib) => vib.name === other.name));
    if (installed.length > 0) {
      this.#staged = [...before.filter((other) => !removed.includes(other)), ...installed];
    }
    return { installed, removed, skipped: vibs.filter(same), rebootRequired: installed.length > 0 };
  }
}

// The texts of the two download errors are ours: only their names are known.
function missing(source: { readonly kind: 'vib' | 'depot'; readonly location: string }): VibResult {
  const error = source.kind === 'vib' ? 'VibDownloadError' : 'MetadataDownloadError';
  return { ok: false, error, lines: [`('${source.location}', '', '[Errno 2] No such file or directory')`] };
}
