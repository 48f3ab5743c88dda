/**
 * Tells of changes in the inventory. What the operator does to a VM itself is told late, only if it left the VM another than it was, and the
 * later the more often it happens: a change that fails again and again must not wake who backs off from it.
 */
import { isDeepStrictEqual } from 'node:util';
import type { VsphereChange } from '../../ports/vsphere.ts';
import type { ObjectChange } from './inventory.ts';

export interface AnnouncerOptions {
  readonly server: string;
  readonly tell: (change: VsphereChange) => void;
  /** How long after the end of a change of ours its effects are held back. */
  readonly ownChangeMs: number;
}

interface OwnChange {
  underWay: number;
  timer: NodeJS.Timeout | undefined;
  /** The first and the last state that was seen meanwhile. */
  held: ObjectChange | undefined;
  windowMs: number;
  /** In the time of `performance.now()`; undefined while changes of the VM are held back. */
  releasedAt: number | undefined;
}

const LONGEST_WINDOW_MS = 300_000;

export class Announcer {
  readonly #options: AnnouncerOptions;
  readonly #own = new Map<string, OwnChange>();

  constructor(options: AnnouncerOptions) {
    this.#options = options;
  }

  /** Runs a change of a VM by the operator. */
  async during<T>(vmMoRef: string, work: () => Promise<T>): Promise<T> {
    const own = this.#begin(vmMoRef);
    try {
      return await work();
    } finally {
      own.underWay -= 1;
      if (own.underWay === 0) {
        own.timer = setTimeout(() => this.#release(own), own.windowMs).unref();
      }
    }
  }

  announce(changes: readonly ObjectChange[]): void {
    const told = changes.filter((change) => !this.#hold(change));
    if (told.length > 0) this.#options.tell(toChange(this.#options.server, told));
  }

  stop(): void {
    for (const { timer } of this.#own.values()) clearTimeout(timer);
    this.#own.clear();
  }

  #begin(vmMoRef: string): OwnChange {
    const { ownChangeMs } = this.#options;
    const own = this.#own.get(vmMoRef) ?? { underWay: 0, timer: undefined, held: undefined, windowMs: ownChangeMs, releasedAt: undefined };
    this.#own.set(vmMoRef, own);
    if (own.releasedAt !== undefined) {
      const again = performance.now() - own.releasedAt < 2 * own.windowMs;
      own.windowMs = again ? Math.min(2 * own.windowMs, LONGEST_WINDOW_MS) : ownChangeMs;
      own.releasedAt = undefined;
    }
    own.underWay += 1;
    clearTimeout(own.timer);
    return own;
  }

  #hold(change: ObjectChange): boolean {
    const own = change.ref.kind === 'VirtualMachine' ? this.#own.get(change.ref.value) : undefined;
    if (own === undefined || own.releasedAt !== undefined) return false;
    own.held = { ...change, before: own.held === undefined ? change.before : own.held.before };
    return true;
  }

  #release(own: OwnChange): void {
    const { held } = own;
    own.held = undefined;
    own.releasedAt = performance.now();
    if (held !== undefined && !isDeepStrictEqual(held.before, held.after)) this.#options.tell(toChange(this.#options.server, [held]));
  }
}

function toChange(server: string, changes: readonly ObjectChange[]): VsphereChange {
  const vms = changes.filter(({ ref }) => ref.kind === 'VirtualMachine');
  const hosts = changes.filter(({ ref }) => ref.kind === 'HostSystem');
  return {
    server,
    vms: vms.map(({ ref, before, after }) => ({
      moRef: ref.value,
      names: distinct([before?.get('name'), after?.get('name')]),
      instanceUuid: (after ?? before)?.get('config.instanceUuid') ?? '',
    })),
    hosts: hosts.map(({ ref, after }) => ({ moRef: ref.value, name: after?.get('name') ?? '' })),
    others: changes.length > vms.length + hosts.length,
  };
}

function distinct(texts: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(texts.filter((text) => text !== undefined))];
}
