/**
 * Keeps the inventory of a server in memory up to date: one container view, one property filter and one long poll for everybody who shares the
 * session. Begins when somebody asks for the inventory, ends when nobody has asked for a while or the server lets nobody in.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isPortError } from '../../ports/errors.ts';
import { filterSpec, requireRef, through } from '../propertyCollector.ts';
import type { Calls, VsphereSession } from '../session.ts';
import type { Ref } from '../xmlNode.ts';
import { Inventory, type ObjectChange } from './inventory.ts';
import { type ObjectUpdate, updateSet } from './objectUpdates.ts';
import { watchedKinds } from './watchedProperties.ts';

export interface FollowerOptions {
  readonly session: VsphereSession;
  readonly now: () => number;
  /** Without a question for this time, it ends and logs out. */
  readonly idleMs: number;
  /** What is different in the inventory since it was in sync the last time. */
  readonly onChanges: (changes: readonly ObjectChange[]) => void;
}

/** The server answers at the latest after this time: two requests a minute for each server, however many objects there are. */
const MAX_WAIT_SECONDS = 30;
/** Objects in one answer; 100 is also the most that vCenter gives. */
const PAGE_SIZE = 100;
/** Between attempts, growing from the one to the other. */
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 60_000;
/** How long a question waits for the first synchronisation before it goes to the server itself. */
const PATIENCE_MS = 30_000;

export class Follower {
  readonly #options: FollowerOptions;
  readonly #inventory = new Inventory();
  readonly #stopping = new AbortController();
  #lastAsked = Number.NEGATIVE_INFINITY;
  #wasInSync = false;
  #running: Promise<void> | undefined;
  /** Until the first attempt has succeeded or failed. */
  #starting: PromiseWithResolvers<void> | undefined;
  /** No new start before this time, after the server let nobody in. */
  #notBefore = Number.NEGATIVE_INFINITY;

  constructor(options: FollowerOptions) {
    this.#options = options;
  }

  /** When somebody asked for the inventory the last time, in the time of `now`. */
  get lastAsked(): number {
    return this.#lastAsked;
  }

  /** The inventory where it is in sync now; asks nothing and starts nothing. */
  get inSync(): Inventory | undefined {
    return this.#inventory.inSync ? this.#inventory : undefined;
  }

  /** The inventory in sync; undefined where it cannot be had for now, and the server is to be asked instead. */
  async current(signal: AbortSignal): Promise<Inventory | undefined> {
    this.#lastAsked = this.#options.now();
    if (this.#inventory.inSync) return this.#inventory;
    this.#start();
    if (this.#starting !== undefined) {
      const { promise } = this.#starting;
      const enough = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
      await Promise.race([promise, new Promise<void>((resolve) => enough.addEventListener('abort', () => resolve(), { once: true }))]);
    }
    return this.inSync;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  #start(): void {
    if (this.#running !== undefined || this.#stopping.signal.aborted || this.#options.now() < this.#notBefore) return;
    this.#starting = Promise.withResolvers();
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      this.#ready(false);
    });
  }

  #ready(inSync: boolean): void {
    this.#inventory.inSync = inSync;
    this.#starting?.resolve();
    this.#starting = undefined;
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let delay = FIRST_DELAY_MS;
    while (!signal.aborted) {
      try {
        await this.#options.session.read(signal, (calls) => this.#follow(calls, () => (delay = FIRST_DELAY_MS)));
        if (this.#isIdle(this.#options.session.lastUsed)) await this.#options.session.logout();
        return;
      } catch (error) {
        this.#ready(false);
        if (isPortError(error) && error.terminal) {
          this.#notBefore = this.#options.now() + LONGEST_DELAY_MS;
          return;
        }
      }
      if (this.#isIdle()) return;
      await sleep(delay * (0.75 + Math.random() / 2), undefined, { signal, ref: false }).catch(() => undefined);
      delay = Math.min(2 * delay, LONGEST_DELAY_MS);
    }
  }

  #isIdle(since = this.#lastAsked): boolean {
    return this.#options.now() - since > this.#options.idleMs;
  }

  /** Resolves when nobody has asked for long enough. */
  async #follow(calls: Calls, onSync: () => void): Promise<void> {
    this.#inventory.inSync = false;
    this.#inventory.rootFolder = calls.content.rootFolder.value;
    const kinds = watchedKinds(calls.content.apiType);
    const args = { container: calls.content.rootFolder, type: kinds.map(({ type }) => type), recursive: true };
    const view = requireRef(
      await calls.call({ method: 'CreateContainerView', on: calls.content.viewManager, args }),
      'CreateContainerView',
    );
    try {
      // Of its own: a session's default collector serves one wait at a time.
      const created = await calls.call({ method: 'CreatePropertyCollector', on: calls.content.propertyCollector });
      const collector = requireRef(created, 'CreatePropertyCollector');
      try {
        const [first, ...others] = kinds.map((kind) => ({ ...kind, from: [] }));
        const from = through({ ...view, kind: 'ContainerView' }, 'view');
        const spec = filterSpec(first === undefined ? others : [{ ...first, from }, ...others]);
        await calls.call({ method: 'CreateFilter', on: collector, args: { spec, partialUpdates: false } });
        await this.#wait(calls, collector, onSync);
      } finally {
        await calls.discard({ method: 'DestroyPropertyCollector', on: collector });
      }
    } finally {
      await calls.discard({ method: 'DestroyView', on: view });
    }
  }

  async #wait(calls: Calls, collector: Ref, onSync: () => void): Promise<void> {
    let version: string | undefined;
    let firstPages: ObjectUpdate[] | undefined = [];
    while (!this.#isIdle()) {
      const args = { version, options: { maxWaitSeconds: MAX_WAIT_SECONDS, maxObjectUpdates: PAGE_SIZE } };
      const answer = await calls.call({ method: 'WaitForUpdatesEx', on: collector, args }, { waitsMs: MAX_WAIT_SECONDS * 1000 });
      const set = updateSet(answer);
      version = set.version ?? version;
      if (firstPages === undefined) {
        this.#announce(this.#inventory.update(set.updates));
        continue;
      }
      firstPages.push(...set.updates);
      if (set.truncated) continue;
      const changes = this.#inventory.replace(firstPages);
      firstPages = undefined;
      // At the very first start everybody looks anyway.
      if (this.#wasInSync) this.#announce(changes);
      this.#wasInSync = true;
      this.#ready(true);
      onSync();
    }
  }

  #announce(changes: readonly ObjectChange[]): void {
    if (changes.length > 0) this.#options.onChanges(changes);
  }
}
