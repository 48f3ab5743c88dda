/** Simulated hosts on a manual clock, and a few running VMs, for the unit tests of the host world. */
import { type HostProfileOptions, hostProfile } from '../../../simulator/profiles/hostProfiles.ts';
import { ManualClock } from '../../../simulator/world/clock.ts';
import type { SimVmsOfHost } from '../../../simulator/world/contract.ts';
import type { HostWorldOptions } from '../../../simulator/world/hostOptions.ts';
import { HostWorld } from '../../../simulator/world/hostWorld.ts';

export interface TestHost {
  readonly world: HostWorld;
  readonly clock: ManualClock;
  /** Lets whatever is under way come to its end. */
  readonly settle: () => void;
  readonly reboot: () => void;
  /** Clean shutdown, power off, power on. */
  readonly coldCycle: () => void;
}

export function testHost(options: Partial<HostWorldOptions> & { readonly host?: HostProfileOptions } = {}): TestHost {
  const clock = new ManualClock();
  const { host, ...rest } = options;
  const world = new HostWorld({ id: 'host-1', name: 'esx-01', profile: hostProfile(host ?? { tools: 'withMft' }), clock, ...rest });
  const settle = () => clock.runAll();
  return {
    world,
    clock,
    settle,
    reboot: () => {
      world.reboot();
      settle();
    },
    coldCycle: () => {
      world.shutDown();
      settle();
      world.powerOn();
      settle();
    },
  };
}

/** VMs that run on the host until told otherwise. */
export class FewVms implements SimVmsOfHost {
  readonly wentDown: string[] = [];
  readonly #listeners = new Set<() => void>();
  #names: readonly string[];

  constructor(...names: readonly string[]) {
    this.#names = names;
  }

  runningVms() {
    return this.#names.map((name, index) => ({
      name,
      worldId: 100 + index,
      configFile: `/vmfs/volumes/ds1/${name}/${name}.vmx`,
      uuid: '',
    }));
  }

  virtualFunctionOwner() {
    return undefined;
  }

  hostWentDown(hostId: string): void {
    this.wentDown.push(hostId);
    this.#names = [];
  }

  onPowerChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stopAll(): void {
    this.#names = [];
    for (const listener of [...this.#listeners]) {
      listener();
    }
  }
}
