/** Time for the simulated worlds: the real clock for servers, a manual one for tests that must not wait. */

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `task` once, `milliseconds` from now; returns a cancel. */
  schedule(milliseconds: number, task: () => void): () => void;
}

export const realClock: Clock = {
  now: () => Date.now(),
  schedule(milliseconds, task) {
    // Not held: a forgotten world must never keep the process alive.
    const timer = setTimeout(task, milliseconds).unref();
    return () => clearTimeout(timer);
  },
};

interface Appointment {
  readonly at: number;
  readonly task: () => void;
}

/** Stands still until told; runs what falls due in the order of its time. */
export class ManualClock implements Clock {
  #now: number;
  #appointments: Appointment[] = [];

  constructor(start = Date.UTC(2026, 0, 1)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  /** Appointments that wait. */
  get pending(): number {
    return this.#appointments.length;
  }

  schedule(milliseconds: number, task: () => void): () => void {
    const appointment = { at: this.#now + Math.max(0, milliseconds), task };
    this.#appointments.push(appointment);
    return () => {
      this.#appointments = this.#appointments.filter((other) => other !== appointment);
    };
  }

  advance(milliseconds: number): void {
    const until = this.#now + milliseconds;
    for (let next = this.#next(until); next !== undefined; next = this.#next(until)) {
      this.#run(next);
    }
    this.#now = until;
  }

  /** Jumps from one appointment to the next until none is left. */
  runAll(): void {
    for (let next = this.#next(Number.POSITIVE_INFINITY); next !== undefined; next = this.#next(Number.POSITIVE_INFINITY)) {
      this.#run(next);
    }
  }

  #next(until: number): Appointment | undefined {
    let earliest: Appointment | undefined;
    for (const appointment of this.#appointments) {
      if (appointment.at <= until && (earliest === undefined || appointment.at < earliest.at)) {
        earliest = appointment;
      }
    }
    return earliest;
  }

  #run(appointment: Appointment): void {
    this.#appointments = this.#appointments.filter((other) => other !== appointment);
    this.#now = Math.max(this.#now, appointment.at);
    appointment.task();
  }
}
