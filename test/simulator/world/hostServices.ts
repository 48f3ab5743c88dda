/** Services of a running host: sshd, which a boot may leave stopped, and hostd, which answers some time after the kernel is up. */
import type { Clock } from './clock.ts';
import type { Misbehaviours } from './hostMisbehaviour.ts';
import type { HostDurations } from './hostOptions.ts';

interface ServicesHost {
  readonly clock: Clock;
  readonly misbehaviours: Misbehaviours;
  readonly durations: HostDurations;
}

export class HostServices {
  readonly #host: ServicesHost;
  #ssh = true;
  #hostdReadyAt = 0;

  constructor(host: ServicesHost) {
    this.#host = host;
  }

  get ssh(): boolean {
    return this.#ssh;
  }

  get hostd(): boolean {
    return this.#host.clock.now() >= this.#hostdReadyAt;
  }

  startSsh(): void {
    this.#ssh = true;
  }

  boot(): void {
    const { clock, misbehaviours, durations } = this.#host;
    this.#ssh = misbehaviours.take('sshServiceNotStartedAfterReboot') === undefined;
    this.#hostdReadyAt = clock.now() + durations.hostd + (misbehaviours.take('hostdNotReady')?.milliseconds ?? 0);
  }
}
