/** Power of a host: on, shutting down, off, booting; and which of these ways is clean. */
import type { Clock } from './clock.ts';
import type { HostCounters } from './hostCounters.ts';
import type { Misbehaviours } from './hostMisbehaviour.ts';
import type { HostDurations } from './hostOptions.ts';

export type PowerState = 'on' | 'shuttingDown' | 'off' | 'booting';
export type ResetKind = 'warm' | 'cold';

/** What the rest of the host does at each point of a restart. */
export interface PowerHooks {
  /** The kernel stops: VMs, sessions and RAM disks are gone. `clean` = the configuration was saved before. */
  wentDown(clean: boolean): void;
  /** Hardware came out of reset. */
  reset(kind: ResetKind): void;
  /** Boot was cut short before the kernel was up. */
  bootInterrupted(): void;
  booted(): void;
  changed(): void;
}

export class HostPower {
  readonly #clock: Clock;
  readonly #durations: HostDurations;
  readonly #counters: HostCounters;
  readonly #misbehaviours: Misbehaviours;
  readonly #hooks: PowerHooks;
  #state: PowerState;
  #bootedAt: number;
  #cancel: () => void = () => undefined;

  constructor(
    parts: {
      readonly clock: Clock;
      readonly counters: HostCounters;
      readonly misbehaviours: Misbehaviours;
      readonly durations: HostDurations;
    },
    start: { readonly on: boolean; readonly uptimeMs: number },
    hooks: PowerHooks,
  ) {
    this.#clock = parts.clock;
    this.#counters = parts.counters;
    this.#misbehaviours = parts.misbehaviours;
    this.#durations = parts.durations;
    this.#hooks = hooks;
    this.#state = start.on ? 'on' : 'off';
    this.#bootedAt = parts.clock.now() - start.uptimeMs;
  }

  get state(): PowerState {
    return this.#state;
  }

  /** When the running (or last) kernel came up, milliseconds since the epoch. */
  get bootedAt(): number {
    return this.#bootedAt;
  }

  /** Clean shutdown, then a warm boot. */
  reboot(): void {
    this.#shutDown(() => this.#boot('warm'));
  }

  /** Clean shutdown, then off. */
  shutDown(): void {
    if (this.#state === 'on' && this.#misbehaviours.take('cleanShutdownHangs') !== undefined) {
      this.#to('shuttingDown');
    } else {
      this.#shutDown(() => this.#to('off'));
    }
  }

  /** Reset without a shutdown: as unclean as a power cut, but the cards stay powered. */
  forceRestart(): void {
    if (this.#state !== 'off') {
      this.#drop();
      this.#boot('warm');
    }
  }

  forceOff(): void {
    if (this.#state !== 'off') {
      this.#drop();
      this.#to('off');
    }
  }

  powerOn(): void {
    if (this.#state === 'off') {
      this.#boot('cold');
    }
  }

  /** Ends whatever was scheduled: the world is over. */
  stop(): void {
    this.#cancel();
  }

  #shutDown(then: () => void): void {
    if (this.#state !== 'on') {
      return;
    }
    this.#to('shuttingDown');
    this.#later(this.#durations.shutdown, () => {
      this.#hooks.wentDown(true);
      then();
    });
  }

  #drop(): void {
    const booting = this.#state === 'booting';
    this.#cancel();
    if (booting) {
      this.#hooks.bootInterrupted();
    } else {
      this.#hooks.wentDown(false);
    }
  }

  #boot(kind: ResetKind): void {
    this.#counters.restarts.push({ at: new Date(this.#clock.now()), kind });
    this.#hooks.reset(kind);
    this.#to('booting');
    if (this.#misbehaviours.take('rebootDoesNotComeBack') !== undefined) {
      return;
    }
    this.#later(this.#durations.boot, () => {
      this.#bootedAt = this.#clock.now();
      this.#hooks.booted();
      this.#to('on');
    });
  }

  #later(milliseconds: number, task: () => void): void {
    this.#cancel = this.#clock.schedule(milliseconds, task);
  }

  #to(state: PowerState): void {
    this.#state = state;
    this.#hooks.changed();
  }
}
