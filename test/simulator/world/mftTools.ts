/** MFT on a host: the mst kernel module, device names, and what mlxconfig and flint do to the cards. */
import type { FirmwareAdapter } from './firmwareAdapter.ts';
import type { Assignment, SetProblem } from './firmwareConfig.ts';
import type { HostCounters } from './hostCounters.ts';
import type { Misbehaviours } from './hostMisbehaviour.ts';
import type { HostPassthrough } from './hostPassthrough.ts';
import type { HostSoftware } from './hostSoftware.ts';
import type { FirmwareImage } from './payload.ts';

/** What the tools need of their host. */
interface MftHost {
  readonly software: HostSoftware;
  readonly adapters: readonly FirmwareAdapter[];
  readonly counters: HostCounters;
  readonly misbehaviours: Misbehaviours;
  readonly passthrough: HostPassthrough;
}

export interface MstDevice {
  /** `mt4119_pciconf0`; the second function of a chip is `mt4119_pciconf0.1`. */
  readonly name: string;
  readonly adapter: FirmwareAdapter;
  readonly port: number;
}

/** What mlxconfig says will activate the new values. */
export type SetOutcome =
  | { readonly kind: 'done'; readonly activation: 'reboot' | 'powerCycle' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'refused'; readonly problem: SetProblem };

export type BurnOutcome = { readonly kind: 'done' | 'failedHalfWay' | 'busy' } | { readonly kind: 'psidMismatch'; readonly device: string };

export class MftTools {
  readonly #host: MftHost;
  #loaded = false;
  #running = 0;

  constructor(host: MftHost) {
    this.#host = host;
  }

  /** The binaries are there: the mft VIB runs. */
  get installed(): boolean {
    return this.#host.software.has('mft');
  }

  get version(): string {
    return this.#host.software.version('mft') ?? '';
  }

  get loaded(): boolean {
    return this.#loaded;
  }

  /** `mst start`; needs the module of the nmst VIB. */
  start(): 'loaded' | 'already' | 'noModule' {
    if (this.#loaded) {
      return 'already';
    }
    if (!this.#host.software.has('nmst')) {
      return 'noModule';
    }
    this.#loaded = true;
    return 'loaded';
  }

  unload(): void {
    this.#loaded = false;
  }

  /** Empty while the module is not loaded. Numbered per device id, in the order of enumeration. */
  devices(): readonly MstDevice[] {
    const counts = new Map<number, number>();
    const ordered = [...this.#host.adapters].sort((left, right) =>
      (left.ports[0]?.address ?? '').localeCompare(right.ports[0]?.address ?? ''),
    );
    return this.#loaded
      ? ordered.flatMap((adapter) => {
          const index = counts.get(adapter.model.deviceId) ?? 0;
          counts.set(adapter.model.deviceId, index + 1);
          const name = `mt${adapter.model.deviceId}_pciconf${index}`;
          const hides = this.#host.misbehaviours.active('passthroughHidesMst') !== undefined;
          const visible = adapter.ports.filter(({ address }) => !(hides && this.#host.passthrough.active(address)));
          return visible.map((port) => ({
            name: port.number === 1 ? name : `${name}.${port.number - 1}`,
            adapter,
            port: port.number,
          }));
        })
      : [];
  }

  /** What `-d` takes: the name that mst status prints, or a PCI address. */
  device(name: string): MstDevice | undefined {
    return this.devices().find((device) => device.name === name || addressOf(device) === name || addressOf(device) === `0000:${name}`);
  }

  /** Runs one command; counts it when it is MFT's and another one is running (they disturb each other, known issue 3500568). */
  async during<T>(isMft: boolean, run: () => Promise<T>): Promise<T> {
    if (!isMft) {
      return await run();
    }
    this.#host.counters.overlappingMftCalls += this.#running > 0 ? 1 : 0;
    this.#running += 1;
    try {
      return await run();
    } finally {
      this.#running -= 1;
    }
  }

  /** Whether this access meets a busy device. */
  takeBusy(adapter: FirmwareAdapter | undefined, access: 'query' | 'write'): boolean {
    const meant = (address: string | undefined) =>
      address === undefined || adapter?.ports.some((port) => port.address === address) === true;
    const hits = (busy: { readonly adapter?: string; readonly queryToo?: boolean }) =>
      meant(busy.adapter) && (access === 'write' || (busy.queryToo ?? busy.adapter === undefined));
    return this.#host.misbehaviours.take('deviceBusy', hits) !== undefined;
  }

  /** `mlxconfig set`, in two steps because the tool asks in between. */
  set(adapter: FirmwareAdapter, assignments: readonly Assignment[]): SetOutcome {
    const problem = adapter.config.check(assignments);
    if (problem !== undefined) {
      return { kind: 'refused', problem };
    }
    if (this.takeBusy(adapter, 'write')) {
      return { kind: 'busy' };
    }
    adapter.config.store(assignments);
    this.#host.counters.firmwareSets += 1;
    return { kind: 'done', activation: adapter.needsColdCycle ? 'powerCycle' : 'reboot' };
  }

  /** `flint -y b`: burns whatever it is given, newer, same or older, if the PSID fits. */
  burn(adapter: FirmwareAdapter, image: FirmwareImage): BurnOutcome {
    if (this.takeBusy(adapter, 'write')) {
      return { kind: 'busy' };
    }
    if (image.psid !== adapter.psid) {
      return { kind: 'psidMismatch', device: adapter.psid };
    }
    this.#host.counters.burns += 1;
    if (this.#host.misbehaviours.take('burnFailsHalfWay') !== undefined) {
      return { kind: 'failedHalfWay' };
    }
    adapter.flash(image.version);
    return { kind: 'done' };
  }
}

function addressOf(device: MstDevice): string | undefined {
  return device.adapter.ports.find((port) => port.number === device.port)?.address;
}
