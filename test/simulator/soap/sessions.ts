/** Log-ins, session cookies and what belongs to a session: its collectors and views. */
import { randomUUID } from 'node:crypto';
import type { ChangeSignal } from './collector/changeSignal.ts';
import type { ContainerSpec } from './collector/containerView.ts';
import { PropertyCollector } from './collector/propertyCollector.ts';
import type { Ref } from './wire/values.ts';

/** Checks a log-in; false also while the account is locked. */
export type CheckLogin = (username: string, password: string) => boolean;

export class Session {
  readonly key = randomUUID();
  /** Quoted, as real servers send it: clients must give it back byte for byte. */
  readonly cookie = `"${randomUUID().replaceAll('-', '')}"`;
  readonly username: string;
  readonly collectors = new Map<string, PropertyCollector>();
  readonly views = new Map<string, ContainerSpec>();
  readonly #changes: ChangeSignal;
  readonly #ended = new AbortController();
  #objects = 0;
  lastUsed = Date.now();

  constructor(username: string, defaultCollector: string, changes: ChangeSignal) {
    this.username = username;
    this.#changes = changes;
    this.collectors.set(defaultCollector, new PropertyCollector(changes));
  }

  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  end(): void {
    this.#ended.abort();
  }

  createCollector(): Ref {
    const own = this.#newRef('PropertyCollector');
    this.collectors.set(own.value, new PropertyCollector(this.#changes));
    return own;
  }

  createView(spec: ContainerSpec): Ref {
    const own = this.#newRef('ContainerView');
    this.views.set(own.value, spec);
    return own;
  }

  /** The collector that a PropertyFilter belongs to. */
  collectorOfFilter(value: string): PropertyCollector | undefined {
    return [...this.collectors.values()].find((collector) => collector.hasFilter(value));
  }

  #newRef(type: string): Ref {
    this.#objects += 1;
    return { type, value: `session[${this.key}]${this.#objects}` };
  }
}

export class Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly #idleMs: number;
  /** Successful and refused log-ins since the start. */
  logins = 0;
  refusedLogins = 0;

  constructor(idleMs: number) {
    this.#idleMs = idleMs;
  }

  get count(): number {
    return this.#sessions.size;
  }

  all(): readonly Session[] {
    return [...this.#sessions.values()];
  }

  add(session: Session): void {
    this.#sessions.set(session.cookie, session);
    this.logins += 1;
  }

  /** The live session of a `Cookie` header. */
  find(cookieHeader: string | undefined): Session | undefined {
    const value = /(?:^|;)\s*vmware_soap_session=([^;]*)/.exec(cookieHeader ?? '')?.[1];
    const session = value === undefined ? undefined : this.#sessions.get(value.trim());
    if (session !== undefined && Date.now() - session.lastUsed > this.#idleMs) {
      this.end(session);
      return undefined;
    }
    if (session !== undefined) {
      session.lastUsed = Date.now();
    }
    return session;
  }

  end(session: Session): void {
    this.#sessions.delete(session.cookie);
    session.end();
  }

  /** All sessions are gone at once, as when hostd restarts or an administrator ends them. */
  expireAll(): void {
    for (const session of this.all()) {
      this.end(session);
    }
  }
}
