/** Maintenance mode: entering waits for the running VMs to go, and it outlives a restart. */
import type { Clock } from './clock.ts';
import type { SimVmsOfHost } from './contract.ts';

interface Waiter {
  readonly finish: (entered: boolean) => void;
}

export class HostMaintenance {
  readonly #hostId: string;
  readonly #clock: Clock;
  readonly #changed: () => void;
  #enabled: boolean;
  #waiters: readonly Waiter[] = [];

  constructor(options: { readonly hostId: string; readonly clock: Clock; readonly enabled: boolean; readonly changed: () => void }) {
    this.#hostId = options.hostId;
    this.#clock = options.clock;
    this.#enabled = options.enabled;
    this.#changed = options.changed;
  }

  get enabled(): boolean {
    return this.#enabled;
  }

  get entering(): boolean {
    return this.#waiters.length > 0;
  }

  /** Resolves true once in maintenance mode, false on timeout, on `exit` or when the host goes down. 0 = wait for ever. */
  enter(timeoutSeconds: number, vms: SimVmsOfHost): Promise<boolean> {
    if (this.#enabled) {
      return Promise.resolve(true);
    }
    if (vms.runningVms(this.#hostId).length === 0) {
      this.#set(true);
      return Promise.resolve(true);
    }
    return new Promise((resolve) => this.#wait(timeoutSeconds, vms, resolve));
  }

  exit(): void {
    this.abandon();
    this.#set(false);
  }

  /** Gives up entering: the host went down or the task was cancelled. */
  abandon(): void {
    for (const waiter of this.#waiters) {
      waiter.finish(false);
    }
  }

  #wait(timeoutSeconds: number, vms: SimVmsOfHost, resolve: (entered: boolean) => void): void {
    const stops: (() => void)[] = [];
    const waiter: Waiter = {
      finish: (entered) => {
        this.#waiters = this.#waiters.filter((other) => other !== waiter);
        for (const stop of stops) {
          stop();
        }
        if (entered) {
          this.#set(true);
        }
        resolve(entered);
      },
    };
    this.#waiters = [...this.#waiters, waiter];
    stops.push(
      vms.onPowerChange(() => {
        if (this.#waiters.includes(waiter) && vms.runningVms(this.#hostId).length === 0) {
          waiter.finish(true);
        }
      }),
    );
    if (timeoutSeconds > 0) {
      stops.push(this.#clock.schedule(timeoutSeconds * 1000, () => waiter.finish(false)));
    }
  }

  #set(enabled: boolean): void {
    if (this.#enabled !== enabled) {
      this.#enabled = enabled;
      this.#changed();
    }
  }
}
