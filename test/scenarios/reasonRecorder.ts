/** What the objects of a scenario said on their way: each reason in their status, and which of them gave way to Ready. */
import { findCondition } from '../../operator/api/conditions.ts';
import type { SriovHost, SriovVmAttachment } from '../../operator/api/types.ts';
import type { Observer } from '../support/lab/observer.ts';

type Seen = SriovHost | SriovVmAttachment;

export class ReasonRecorder {
  /** `Kind/Reason` of every condition, problem and warning that any object had at any time. */
  readonly said = new Set<string>();
  /** Those that were gone from an object, or stood for what is as declared, when it was Ready. */
  readonly solved = new Set<string>();
  readonly #versions = new Map<string, string>();
  readonly #open = new Map<string, Set<string>>();

  /** Records every version of the objects in these namespaces. Returns an unsubscribe. */
  follow(observer: Observer, isOurs: (namespace: string) => boolean): () => void {
    const look = (): void => {
      for (const kind of ['SriovHost', 'SriovVmAttachment'] as const) {
        for (const object of observer.list(kind)) if (isOurs(object.metadata.namespace)) this.#record(kind, object);
      }
    };
    look();
    return observer.onChange(look);
  }

  #record(kind: string, object: Seen): void {
    const { namespace, name, uid, resourceVersion } = object.metadata;
    // By name: some runbooks say to delete an object and to create it anew.
    const key = `${kind} ${namespace}/${name}`;
    const version = `${uid} ${resourceVersion}`;
    if (this.#versions.get(key) === version) return;
    this.#versions.set(key, version);
    const conditions = object.status?.conditions ?? [];
    const open = this.#open.get(key) ?? new Set();
    this.#open.set(key, open);
    const now = new Set(reasonsOf(object).map((reason) => `${kind}/${reason}`));
    for (const word of now) {
      this.said.add(word);
      open.add(word);
    }
    const ready = findCondition(conditions, 'Ready');
    if (ready?.status !== 'True' || ready.observedGeneration !== object.metadata.generation) return;
    for (const word of open) if (!now.has(word)) this.solved.add(word);
  }
}

function reasonsOf({ status = {} }: Seen): readonly string[] {
  const problems = 'adapters' in status || 'software' in status ? [...(status.adapters ?? []), ...(status.software ?? [])] : [];
  const warnings = 'warnings' in status ? (status.warnings ?? []) : [];
  const spoken = [...(status.conditions ?? []), ...warnings, ...problems.flatMap(({ problem = [] }) => problem)];
  return spoken.map(({ reason }) => reason);
}
