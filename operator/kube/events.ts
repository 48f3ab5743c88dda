// Events of events.k8s.io/v1: repeats become a series, floods are cut, and nothing ever fails because of them.
import { createHash } from 'node:crypto';
import type { Fields, Logger } from '../engine/log.ts';
import type { EventInput } from '../ports/cluster.ts';
import type { KubeClient } from './client.ts';
import { startDeadline } from './deadline.ts';
import { type EventBody, eventBody, type Regarding, seriesPatch } from './eventBody.ts';
import { isKubeError } from './kubeError.ts';
import { collectionPath, EVENTS, objectPath } from './resource.ts';

export interface EventRecorderOptions {
  readonly client: KubeClient;
  /** A qualified name, for example `sriov.esxi.io/operator`. */
  readonly reportingController: string;
  /** At most 128 characters. */
  readonly reportingInstance: string;
  readonly log: Logger;
  /** Applied to every note: the last line of defence against a secret in it. */
  readonly redact?: (text: string) => string;
  readonly now?: () => number;
}

export interface EventRecorder {
  /** Returns at once and never throws. */
  record(regarding: Regarding, event: EventInput): void;
  /** Resolves when what was recorded so far is written or given up, after five seconds at the latest. */
  flush(): Promise<void>;
}

interface Series {
  readonly name: string;
  readonly namespace: string;
  /** How often it happened, and how often the server knows of. */
  count: number;
  written: number;
  lastSeen: number;
  lastWrite: number;
}

/** client-go: a repeat within six minutes belongs to the series; a long series is written every half hour. */
const SERIES_GAP_MS = 360_000;
const SERIES_WRITE_MS = 1_800_000;
/** client-go's spam filter: per object 25 at once, then one in five minutes. */
const BURST = 25;
const REFILL_MS = 300_000;
const LONGEST_BACKLOG = 1_000;
const TIMEOUT_MS = 10_000;
const FLUSH_MS = 5_000;

export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  return new Recorder(options);
}

class Recorder implements EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #now: () => number;
  readonly #series = new Map<string, Series>();
  readonly #buckets = new Map<string, { tokens: number; at: number }>();
  readonly #signal = new AbortController().signal;
  #backlog = 0;
  #tail: Promise<void> = Promise.resolve();

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  record(regarding: Regarding, event: EventInput): void {
    try {
      this.#record(regarding, { ...event, note: this.#options.redact?.(event.note) ?? event.note });
    } catch (error) {
      this.#drop('an event could not be recorded', { reason: event.reason, error });
    }
  }

  async flush(): Promise<void> {
    const limit = startDeadline(this.#signal, FLUSH_MS);
    const late = new Promise<void>((resolve) => limit.signal.addEventListener('abort', () => resolve(), { once: true }));
    await Promise.race([this.#tail, late]);
    limit.clear();
  }

  #record(regarding: Regarding, event: EventInput): void {
    const now = this.#now();
    this.#endSeries(now);
    const id = JSON.stringify([regarding.metadata.uid, event.reason, event.action, event.type, event.note]);
    const known = this.#series.get(id);
    if (known !== undefined) {
      known.count += 1;
      known.lastSeen = now;
      // The second one makes it a series at once; from then on it is written rarely.
      if (known.written === 1 || now - known.lastWrite > SERIES_WRITE_MS) this.#writeSeries(known);
      return;
    }
    if (!this.#takeToken(regarding.metadata.uid, now)) {
      this.#options.log.debug('too many events about one object; this one is only logged', { reason: event.reason, note: event.note });
      return;
    }
    const body = eventBody({ regarding, event, now: new Date(now), id: hash(`${id}${now}`), ...this.#reporter() });
    this.#series.set(id, { ...body.metadata, count: 1, written: 1, lastSeen: now, lastWrite: now });
    this.#enqueue(() => this.#create(id, body));
  }

  async #create(id: string, body: EventBody): Promise<void> {
    const path = collectionPath(EVENTS, body.metadata.namespace);
    try {
      await this.#options.client.request({ method: 'POST', path, body, writes: 'Event', signal: this.#signal, timeoutMs: TIMEOUT_MS });
    } catch (error) {
      // Without the event there is nothing that a series could be added to.
      this.#series.delete(id);
      throw error;
    }
  }

  #writeSeries(series: Series): void {
    const { count, lastSeen } = series;
    series.written = count;
    series.lastWrite = this.#now();
    this.#enqueue(async () => {
      await this.#options.client.request({
        method: 'PATCH',
        path: objectPath(EVENTS, series),
        contentType: 'application/merge-patch+json',
        body: seriesPatch(count, new Date(lastSeen)),
        writes: 'Event',
        signal: this.#signal,
        timeoutMs: TIMEOUT_MS,
      });
    });
  }

  /** A series that has gone quiet gets its last count, and the memory back. */
  #endSeries(now: number): void {
    for (const [id, series] of this.#series) {
      if (now - series.lastSeen <= SERIES_GAP_MS) continue;
      this.#series.delete(id);
      if (series.count > series.written) this.#writeSeries(series);
    }
    for (const [uid, bucket] of this.#buckets) if (now - bucket.at > BURST * REFILL_MS) this.#buckets.delete(uid);
  }

  #takeToken(uid: string, now: number): boolean {
    const bucket = this.#buckets.get(uid) ?? { tokens: BURST, at: now };
    const tokens = Math.min(BURST, bucket.tokens + (now - bucket.at) / REFILL_MS);
    this.#buckets.set(uid, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
    return tokens >= 1;
  }

  #enqueue(write: () => Promise<void>): void {
    if (this.#backlog >= LONGEST_BACKLOG) {
      this.#drop('too many events wait to be written; one was dropped', {});
      return;
    }
    this.#backlog += 1;
    // One after another: the patch of a series must not overtake its event.
    this.#tail = this.#tail
      .then(write)
      .catch((error: unknown) => {
        if (!isKubeError(error, 404)) this.#drop('an event could not be written', { error });
      })
      .finally(() => {
        this.#backlog -= 1;
      });
  }

  #reporter(): { reportingController: string; reportingInstance: string } {
    const { reportingController, reportingInstance } = this.#options;
    return { reportingController, reportingInstance: reportingInstance.slice(0, 128) };
  }

  #drop(message: string, fields: Fields): void {
    this.#options.log.warn(message, fields);
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
