// Restart permits as Lease objects, one a slot: who has the slot may be unavailable. `kubectl get leases` shows who.
import { GROUP, VERSION } from '../api/group.ts';
import type { SriovHost } from '../api/types.ts';
import type { Logger } from '../engine/log.ts';
import { type PermitAnswer, type PermitHolder, type Permits, StaleObject } from '../ports/cluster.ts';
import type { KubeClient } from './client.ts';
import { isKubeError } from './kubeError.ts';
import { microTime } from './microTime.ts';
import { read } from './read.ts';
import { collectionPath, LEASES, objectPath } from './resource.ts';

export interface PermitsOptions {
  readonly client: KubeClient;
  /** Of the Lease objects. */
  readonly namespace: string;
  /** How many hosts may be unavailable at the same time; at least 1. */
  readonly limit: number;
  readonly log: Logger;
}

interface PermitLease {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly uid?: string; readonly resourceVersion?: string };
  readonly spec?: { readonly holderIdentity?: string; readonly acquireTime?: string; readonly renewTime?: string };
}

const PREFIX = 'sriov-restart-permit-';
const ATTEMPTS = 5;
/** A permit in use is renewed by every look, but written no more often than this. */
const RENEW_MS = 30_000;

export class KubePermits implements Permits {
  readonly #options: PermitsOptions;
  /** Holders by the last list; undefined until there was one. */
  #listed: ReadonlySet<string> | undefined;
  /** Taken by this process and not given back: a list that was under way meanwhile may not have them. */
  readonly #taken = new Set<string>();
  readonly #waiting = new Set<string>();
  readonly #listeners: ((key: string) => void)[] = [];

  constructor(options: PermitsOptions) {
    this.#options = options;
  }

  /** Called with `namespace/name` of the host that has waited longest, when a permit becomes free. */
  onFree(listener: (key: string) => void): void {
    this.#listeners.push(listener);
  }

  async acquire(host: SriovHost, signal: AbortSignal): Promise<PermitAnswer> {
    const answer = await this.#acquire(identityOf(host), signal);
    if (answer.granted) this.#waiting.delete(keyOf(host));
    else this.#waiting.add(keyOf(host));
    return answer;
  }

  async mayHold(host: SriovHost, signal: AbortSignal): Promise<boolean> {
    if (this.#listed === undefined) await this.#held(signal);
    const identity = identityOf(host);
    return this.#taken.has(identity) || this.#listed?.has(identity) === true;
  }

  async release(host: SriovHost, signal: AbortSignal): Promise<void> {
    const identity = identityOf(host);
    for (let attempt = 1; ; attempt += 1) {
      const mine = (await this.#held(signal)).filter((lease) => holderOf(lease) === identity);
      const freed = await Promise.all(mine.map((lease) => this.#write(lease, '', signal)));
      if (freed.every(Boolean)) break;
      if (attempt === ATTEMPTS) throw new StaleObject(`the restart permit of ${keyOf(host)} changes all the time and was not given back`);
    }
    this.#taken.delete(identity);
    this.#listed = new Set([...(this.#listed ?? [])].filter((other) => other !== identity));
    this.#waiting.delete(keyOf(host));
    this.#wakeNext();
  }

  /** It may be the one that was told of a free permit: then the next one has to be told. */
  withdraw(key: string): void {
    if (this.#waiting.delete(key)) this.#wakeNext();
  }

  /**
   * A slot is taken by create or by update of the version that was seen free, so only one gets it. Counting again afterwards keeps
   * the limit also while it is being lowered, or differs between replicas: who is one too many steps back before doing anything.
   */
  async #acquire(identity: string, signal: AbortSignal): Promise<PermitAnswer> {
    const { limit } = this.#options;
    for (let attempt = 1; ; attempt += 1) {
      const held = await this.#held(signal);
      const mine = held.find((lease) => holderOf(lease) === identity);
      if (mine !== undefined) return await this.#renew(mine, { held, identity }, signal);
      const others = held.length < limit ? held : await this.#withoutGone(held, signal);
      const name = freeSlot(others, limit);
      if (name === undefined || attempt > ATTEMPTS) return this.#answer(false, others);
      if (!(await this.#take(name, identity, signal))) continue;
      const now = await this.#held(signal);
      if (now.length <= limit)
        return this.#answer(
          true,
          now.filter((lease) => holderOf(lease) !== identity),
        );
      await this.#giveBack(
        now.filter((lease) => holderOf(lease) === identity),
        identity,
        signal,
      );
    }
  }

  async #renew(
    mine: PermitLease,
    { held, identity }: { readonly held: readonly PermitLease[]; readonly identity: string },
    signal: AbortSignal,
  ): Promise<PermitAnswer> {
    this.#taken.add(identity);
    const age = Date.now() - new Date(mine.spec?.renewTime ?? 0).getTime();
    // Somebody else's write in between changes nothing: the next look renews again.
    if (!(age < RENEW_MS)) await this.#write(mine, identity, signal);
    return this.#answer(
      true,
      held.filter((lease) => holderOf(lease) !== identity),
    );
  }

  async #take(name: string, identity: string, signal: AbortSignal): Promise<boolean> {
    const { client, namespace } = this.#options;
    const existing = await read<PermitLease & { metadata: { namespace: string; uid: string } }>(
      client,
      objectPath(LEASES, { namespace, name }),
      signal,
    );
    if (existing !== undefined && holderOf(existing) !== '') return false;
    // Noted before the answer is there: one that gets lost may have taken the slot all the same.
    this.#taken.add(identity);
    return await this.#write(existing ?? { metadata: { name } }, identity, signal);
  }

  async #giveBack(leases: readonly PermitLease[], identity: string, signal: AbortSignal): Promise<void> {
    for (const lease of leases) await this.#write(lease, '', signal);
    this.#taken.delete(identity);
  }

  /** Creates the Lease where it has no version yet. False when it is not as it was seen. */
  async #write(lease: PermitLease, holder: string, signal: AbortSignal): Promise<boolean> {
    const { client, namespace } = this.#options;
    const { name, resourceVersion } = lease.metadata;
    const now = microTime();
    const since = holderOf(lease) === holder ? { acquireTime: lease.spec?.acquireTime ?? now } : { acquireTime: now };
    const spec = { holderIdentity: holder, renewTime: now, ...(holder === '' ? {} : since) };
    const body = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { ...lease.metadata, namespace }, spec };
    const create = resourceVersion === undefined;
    const path = create ? collectionPath(LEASES, namespace) : objectPath(LEASES, { namespace, name });
    try {
      await client.request({ method: create ? 'POST' : 'PUT', path, body, writes: 'Lease', signal });
      return true;
    } catch (error) {
      if (isKubeError(error, 409)) return false;
      throw error;
    }
  }

  /** All permits in use, as the API server has them now (a list without a version is read from etcd). */
  async #held(signal: AbortSignal): Promise<readonly PermitLease[]> {
    const { client, namespace } = this.#options;
    const { items } = await client.request<{ readonly items: readonly PermitLease[] }>({
      method: 'GET',
      path: collectionPath(LEASES, namespace),
      signal,
    });
    const held = items.filter((lease) => lease.metadata.name.startsWith(PREFIX) && holderOf(lease) !== '');
    this.#listed = new Set(held.map(holderOf));
    return held;
  }

  /** Frees the permits of hosts whose object no longer exists: nobody would ever give them back. */
  async #withoutGone(held: readonly PermitLease[], signal: AbortSignal): Promise<readonly PermitLease[]> {
    const left: PermitLease[] = [];
    for (const lease of held) {
      const gone = await this.#isGone(holderOf(lease), signal);
      if (gone && (await this.#write(lease, '', signal))) {
        this.#options.log.warn('freed the restart permit of a host whose object is gone', { holder: holderOf(lease) });
        this.#taken.delete(holderOf(lease));
      } else left.push(lease);
    }
    return left;
  }

  async #isGone(identity: string, signal: AbortSignal): Promise<boolean> {
    const [namespace = '', name = '', uid = ''] = identity.split('/');
    if (namespace === '' || name === '' || uid === '') return false;
    const resource = { group: GROUP, version: VERSION, plural: 'sriovhosts', kind: 'SriovHost' };
    try {
      const host = await read<SriovHost>(this.#options.client, objectPath(resource, { namespace, name }), signal);
      return host?.metadata.uid !== uid;
    } catch (error) {
      // A namespace that this installation may not read: its hosts are somebody else's business.
      if (isKubeError(error, 403)) return false;
      throw error;
    }
  }

  #answer(granted: boolean, others: readonly PermitLease[]): PermitAnswer {
    const holders = others.map(toHolder).sort((a, b) => (a.host < b.host ? -1 : 1));
    return { granted, limit: this.#options.limit, holders };
  }

  /** It keeps its place until it has a permit or wants none. */
  #wakeNext(): void {
    const [next] = this.#waiting;
    if (next === undefined) return;
    for (const listener of this.#listeners) listener(next);
  }
}

/** The lowest slot under the limit that nobody has; undefined when the limit is reached. */
function freeSlot(held: readonly PermitLease[], limit: number): string | undefined {
  if (held.length >= limit) return undefined;
  const names = new Set(held.map(({ metadata }) => metadata.name));
  return Array.from({ length: limit }, (_, slot) => `${PREFIX}${slot}`).find((name) => !names.has(name));
}

function toHolder(lease: PermitLease): PermitHolder {
  const host = holderOf(lease).split('/').slice(0, 2).join('/');
  return { host, since: lease.spec?.acquireTime ?? '', renewed: lease.spec?.renewTime ?? '' };
}

function holderOf({ spec }: PermitLease): string {
  return spec?.holderIdentity ?? '';
}

function keyOf({ metadata }: SriovHost): string {
  return `${metadata.namespace}/${metadata.name}`;
}

/** The UID keeps a host that was deleted and created again from inheriting. */
function identityOf(host: SriovHost): string {
  return `${keyOf(host)}/${host.metadata.uid}`;
}
