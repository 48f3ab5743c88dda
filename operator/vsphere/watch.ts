/**
 * Waiting for properties to change, by WaitForUpdatesEx instead of polling.
 *
 * Each wait has a property collector of its own: a session's default collector serves one wait at a time.
 */
import { PortError } from '../ports/errors.ts';
import { filterSpec, ObjectProperties, refuseMissing, requireRef, these } from './propertyCollector.ts';
import type { Calls, VsphereSession } from './session.ts';
import type { Ref, XmlNode } from './xmlNode.ts';

export interface Watch<T> {
  /** What to watch: objects and their properties. */
  readonly objects: readonly { readonly ref: Ref; readonly paths: readonly string[] }[];
  /** Looks at the present values, in the order of `objects`; returns undefined to keep waiting. */
  readonly decide: (objects: readonly ObjectProperties[]) => T | undefined;
  readonly timeoutMs: number;
  /** For the error when time is up, for example `PowerOnVM_Task of vm-42`. */
  readonly action: string;
}

/** The server answers at the latest after this time, so that a dead connection is noticed. */
const MAX_WAIT_SECONDS = 25;

/**
 * Resolves with the first thing that `decide` returns. Rejects with CommandTimedOut after `timeoutMs`, with
 * VsphereObjectNotFound when a watched object disappears.
 */
export async function watchUntil<T>(session: VsphereSession, watch: Watch<T>, signal: AbortSignal): Promise<T> {
  const deadline = performance.now() + watch.timeoutMs;
  return await session.read(signal, (calls) => watchOnce(calls, watch, deadline));
}

async function watchOnce<T>(calls: Calls, watch: Watch<T>, deadline: number): Promise<T> {
  const created = await calls.call({ method: 'CreatePropertyCollector', on: calls.content.propertyCollector });
  const collector = requireRef(created, 'CreatePropertyCollector');
  try {
    const requests = watch.objects.map(({ ref, paths }) => ({ type: ref.kind, paths, from: these(ref) }));
    await calls.call({ method: 'CreateFilter', on: collector, args: { spec: filterSpec(requests), partialUpdates: false } });
    return await follow(calls, { collector, watch, deadline });
  } finally {
    // Its filters and a wait that is still pending at the server end with it.
    await calls.discard({ method: 'DestroyPropertyCollector', on: collector });
  }
}

interface Following<T> {
  readonly collector: Ref;
  readonly watch: Watch<T>;
  /** In the time of `performance.now()`. */
  readonly deadline: number;
}

async function follow<T>(calls: Calls, { collector, watch, deadline }: Following<T>): Promise<T> {
  const state = new Map(watch.objects.map(({ ref }) => [ref.value, { ref, values: new Map<string, XmlNode>() }]));
  let version: string | undefined;
  for (;;) {
    const leftMs = deadline - performance.now();
    if (leftMs <= 0) {
      throw new PortError('CommandTimedOut', `${watch.action} did not end within ${watch.timeoutMs / 1000} s`);
    }
    const maxWaitSeconds = Math.min(MAX_WAIT_SECONDS, Math.max(1, Math.ceil(leftMs / 1000)));
    const args = { version, options: { maxWaitSeconds } };
    const answer = await calls.call({ method: 'WaitForUpdatesEx', on: collector, args }, { waitsMs: maxWaitSeconds * 1000 });
    const updates = answer.child('returnval');
    version = updates?.textOf('version') ?? version;
    for (const update of updates?.list('filterSet').flatMap((filter) => filter.list('objectSet')) ?? []) {
      apply(update, state);
    }
    const decided = watch.decide([...state.values()].map(({ ref, values }) => new ObjectProperties(ref, values)));
    if (decided !== undefined) {
      return decided;
    }
  }
}

function apply(update: XmlNode, state: ReadonlyMap<string, { readonly ref: Ref; readonly values: Map<string, XmlNode> }>): void {
  const object = state.get(update.child('obj')?.text ?? '');
  if (object === undefined) {
    return;
  }
  if (update.textOf('kind') === 'leave') {
    const { kind, value } = object.ref;
    throw new PortError('VsphereObjectNotFound', `${kind} ${value} no longer exists`, { detail: { obj: value } });
  }
  refuseMissing(object.ref, update.list('missingSet'));
  for (const change of update.list('changeSet')) {
    const path = change.textOf('name') ?? '';
    const value = change.child('val');
    if (value === undefined) {
      object.values.delete(path);
    } else {
      object.values.set(path, value);
    }
  }
}
