// Leader election on a Lease object, after client-go's leaderelection: only our own clock counts, never a time in the object.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../engine/log.ts';
import type { KubeClient } from './client.ts';
import { isKubeError } from './kubeError.ts';
import { microTime } from './microTime.ts';
import { collectionPath, LEASES, objectPath } from './resource.ts';

export interface LeaseOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly name: string;
  /** Unique per process; default host name and a random part. */
  readonly identity: string;
  readonly log: Logger;
  /** How long others respect a holder that is silent. Default 15 s. */
  readonly durationMs?: number;
  /** A holder that could not renew for this long gives up. Default 10 s; must be shorter than the duration. */
  readonly renewDeadlineMs?: number;
  /** Pause between two attempts, up to 1.2 times as long by chance. Default 2 s. */
  readonly retryMs?: number;
  /** An attempt failed; for a metric. */
  readonly onError?: (operation: 'acquire' | 'renew' | 'release') => void;
}

/** The same shape as the engine's `HeldLease`. */
export interface HeldLease {
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

interface LeaseObject {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly resourceVersion?: string; readonly uid?: string };
  readonly spec?: LeaseSpec;
}

interface LeaseSpec {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
}

/** A new identity for this process: what `kubectl get lease` shows as the holder. */
export function newIdentity(hostname: string): string {
  return `${hostname}_${randomUUID()}`;
}

/**
 * A candidate. Leader election does not guarantee a single leader: a holder that was frozen may write once more, so
 * every write must be safe without it. It only keeps two from working against each other in the normal case.
 */
export class KubeLease {
  readonly #options: Required<LeaseOptions>;
  /** The record as last seen, and when we saw it change: that is when its duration began for us. */
  #seen: { readonly lease: LeaseObject; readonly version: string; readonly at: number } | undefined;
  /** When our last successful renewal began; undefined while the lease is not ours. */
  #renewed: number | undefined;

  constructor(options: LeaseOptions) {
    this.#options = { durationMs: 15_000, renewDeadlineMs: 10_000, retryMs: 2_000, onError: () => undefined, ...options };
    const { durationMs, renewDeadlineMs, retryMs } = this.#options;
    if (!(durationMs > renewDeadlineMs && renewDeadlineMs > retryMs * 1.2)) {
      throw new RangeError(`lease times: duration ${durationMs} > renew deadline ${renewDeadlineMs} > 1.2 * retry ${retryMs} must hold`);
    }
  }

  /** Resolves when we hold it; rejects when the signal aborts first. */
  async acquire(signal: AbortSignal): Promise<HeldLease> {
    const { log, name, identity } = this.#options;
    for (;;) {
      signal.throwIfAborted();
      const started = performance.now();
      if (await this.#try(signal).catch((error: unknown) => this.#failed('acquire', error))) {
        log.info('the lease is ours', { lease: name, identity });
        return this.#hold(started);
      }
      await this.#pause(signal);
    }
  }

  /**
   * True once it was ours and is so no longer, other than by release. By the clock: a process that was frozen gets to the answers
   * that came meanwhile before it gets to its timers, so before `lost` aborts.
   */
  lapsed(): boolean {
    return this.#renewed !== undefined && performance.now() - this.#renewed >= this.#options.renewDeadlineMs;
  }

  #hold(since: number): HeldLease {
    const lost = new AbortController();
    const stop = new AbortController();
    this.#renewed = since;
    const ended = this.#renew(lost, stop.signal, since);
    const release = async () => {
      stop.abort(new Error('the lease is being released'));
      await ended;
      if (lost.signal.aborted) return;
      this.#renewed = undefined;
      await this.#release();
    };
    return { lost: lost.signal, release };
  }

  async #renew(lost: AbortController, stop: AbortSignal, since: number): Promise<void> {
    const { renewDeadlineMs, name, log } = this.#options;
    let renewed = since;
    while (!stop.aborted) {
      await this.#pause(stop).catch(() => undefined);
      if (stop.aborted) return;
      const started = performance.now();
      // The attempt must not outlive the deadline, even when the server hangs. Time we slept through counts too.
      const left = renewDeadlineMs - (started - renewed);
      const attempt = left <= 0 ? false : await this.#tryWithin(left, stop);
      if (attempt) this.#renewed = renewed = started;
      else if (!stop.aborted && (this.#lostToOther() || performance.now() - renewed >= renewDeadlineMs)) {
        log.error('the lease is lost', { lease: name, holder: this.#seen?.lease.spec?.holderIdentity });
        this.#renewed = Number.NEGATIVE_INFINITY;
        lost.abort(new Error(`the lease ${name} could not be renewed`));
        return;
      }
    }
  }

  async #tryWithin(ms: number, stop: AbortSignal): Promise<boolean> {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(new Error('renew deadline')), ms);
    const onStop = () => limit.abort(stop.reason);
    stop.addEventListener('abort', onStop, { once: true });
    try {
      return await this.#try(limit.signal);
    } catch (error) {
      return stop.aborted ? false : this.#failed('renew', error);
    } finally {
      clearTimeout(timer);
      stop.removeEventListener('abort', onStop);
    }
  }

  #lostToOther(): boolean {
    const holder = this.#seen?.lease.spec?.holderIdentity ?? '';
    return holder !== '' && holder !== this.#options.identity;
  }

  /** One attempt to take or renew it; false when somebody else has it. */
  async #try(signal: AbortSignal): Promise<boolean> {
    const { identity, durationMs } = this.#options;
    const lease = await this.#read(signal);
    if (lease === undefined) return await this.#write('POST', { holderIdentity: identity, leaseTransitions: 0 }, signal);
    const spec = lease.spec ?? {};
    const mine = spec.holderIdentity === identity;
    const silent = performance.now() - (this.#seen?.at ?? performance.now());
    const free = (spec.holderIdentity ?? '') === '' || silent > Math.max(durationMs, (spec.leaseDurationSeconds ?? 0) * 1_000);
    if (!mine && !free) return false;
    const transitions = (spec.leaseTransitions ?? 0) + (mine ? 0 : 1);
    const acquireTime = mine && spec.acquireTime !== undefined ? { acquireTime: spec.acquireTime } : {};
    return await this.#write('PUT', { holderIdentity: identity, leaseTransitions: transitions, ...acquireTime }, signal);
  }

  async #read(signal: AbortSignal): Promise<LeaseObject | undefined> {
    const { client, namespace, name } = this.#options;
    try {
      const lease = await client.request<LeaseObject>({
        method: 'GET',
        path: objectPath(LEASES, { namespace, name }),
        urgent: true,
        signal,
      });
      this.#remember(lease);
      return lease;
    } catch (error) {
      if (isKubeError(error, 404)) return undefined;
      throw error;
    }
  }

  /** False when somebody else was faster. */
  async #write(method: 'POST' | 'PUT', spec: LeaseSpec, signal: AbortSignal): Promise<boolean> {
    const { client, namespace, name, durationMs } = this.#options;
    const now = microTime();
    const times = { leaseDurationSeconds: Math.ceil(durationMs / 1_000), renewTime: now, acquireTime: spec.acquireTime ?? now };
    const metadata = method === 'POST' ? { name, namespace } : (this.#seen?.lease.metadata ?? { name, namespace });
    const path = method === 'POST' ? collectionPath(LEASES, namespace) : objectPath(LEASES, { namespace, name });
    const body = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec: { ...times, ...spec } };
    try {
      this.#remember(await client.request<LeaseObject>({ method, path, body, writes: 'Lease', urgent: true, signal }));
      return true;
    } catch (error) {
      if (isKubeError(error, 409)) return false;
      throw error;
    }
  }

  /** As client-go does it: without a holder, and with a duration so short that nobody waits for it. */
  async #release(): Promise<void> {
    const { client, namespace, name, identity, renewDeadlineMs, log } = this.#options;
    const signal = AbortSignal.timeout(renewDeadlineMs / 2);
    try {
      const lease = await this.#read(signal);
      if (lease?.spec?.holderIdentity !== identity) return;
      const spec = { ...lease.spec, holderIdentity: '', leaseDurationSeconds: 1, renewTime: microTime() };
      const body = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: lease.metadata, spec };
      await client.request({ method: 'PUT', path: objectPath(LEASES, { namespace, name }), body, writes: 'Lease', urgent: true, signal });
      log.info('the lease is released', { lease: name });
    } catch (error) {
      this.#options.onError('release');
      log.warn('the lease could not be released; it expires by itself', { lease: name, error });
    }
  }

  #remember(lease: LeaseObject): void {
    const version = lease.metadata.resourceVersion ?? '';
    if (this.#seen?.version !== version) this.#seen = { lease, version, at: performance.now() };
  }

  #failed(what: 'acquire' | 'renew', error: unknown): false {
    this.#options.onError(what);
    this.#options.log.warn(`could not ${what} the lease; trying again`, { lease: this.#options.name, error });
    return false;
  }

  async #pause(signal: AbortSignal): Promise<void> {
    await sleep(this.#options.retryMs * (1 + 0.2 * Math.random()), undefined, { signal });
  }
}
