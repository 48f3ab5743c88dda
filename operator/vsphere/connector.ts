/** Opens vSphere servers: one shared session for each server, user and way of trusting it. */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { PortError } from '../ports/errors.ts';
import type { OpenOptions, VSphere, VsphereChange, VsphereConnector, VsphereTarget } from '../ports/vsphere.ts';
import { normaliseFingerprint } from '../tls/verifiedAgent.ts';
import type { CallRecord } from './callRunner.ts';
import { Announcer } from './inventory/announcer.ts';
import { Follower } from './inventory/follower.ts';
import type { ObjectChange } from './inventory/inventory.ts';
import { RememberedServer } from './inventory/rememberedServer.ts';
import { VsphereSession } from './session.ts';
import { type TaskProgress, VsphereServer } from './vsphereServer.ts';

export interface VsphereConnectorOptions {
  /** Time for one request, besides what it waits at the server by intention. Default 60 s. */
  readonly requestTimeoutMs?: number;
  /** Time for TCP and TLS to be set up. Default 10 s. */
  readonly connectTimeoutMs?: number;
  /** Time for a task, such as a power-on, to end. Default 10 minutes. */
  readonly taskTimeoutMs?: number;
  /** How long rejected credentials are not sent again. Default 15 minutes, after which ESXi unlocks an account. */
  readonly rejectedCredentialsMs?: number;
  /** A session not used for this time is logged out; vCenter allows a limited number of them. Default 20 minutes. */
  readonly idleMs?: number;
  /** Milliseconds, from any start; for tests. */
  readonly now?: () => number;
  /** Called after each request, with its name and time but never with its content. */
  readonly observe?: (record: CallRecord) => void;
  /** Called while tasks run. */
  readonly onTaskProgress?: (progress: TaskProgress) => void;
  /** Called when something changes in an inventory that somebody reads from memory. */
  readonly onChange?: (change: VsphereChange) => void;
  /** How long after the end of a change of ours its effects are held back from `onChange`. Default 5 s. */
  readonly ownChangeMs?: number;
}

interface Opened {
  readonly target: VsphereTarget;
  readonly session: VsphereSession;
  readonly follower: Follower;
  readonly announcer: Announcer;
  readonly server: VSphere;
}

/** Nothing is sent until the first call of what `open` returns. */
export function createVsphereConnector(options: VsphereConnectorOptions = {}): VsphereConnector {
  const opened = new Map<string, Opened>();
  const now = options.now ?? (() => performance.now());
  const { idleMs = 20 * 60_000, taskTimeoutMs = 10 * 60_000 } = options;
  const { observe = () => undefined, onTaskProgress = () => undefined, onChange = () => undefined } = options;
  const limits = {
    requestTimeoutMs: options.requestTimeoutMs ?? 60_000,
    connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
    rejectedCredentialsMs: options.rejectedCredentialsMs ?? 15 * 60_000,
  };
  let closed = false;

  return {
    open(target: VsphereTarget, { retry }: OpenOptions = {}): VSphere {
      const checked = checkTarget(target);
      if (closed) {
        throw new PortError('Aborted', `the connection to ${checked.server} was closed because the operator stops`);
      }
      const key = keyOf(checked);
      const known = opened.get(key);
      for (const { session, follower } of opened.values()) {
        if (session !== known?.session && now() - Math.max(session.lastUsed, follower.lastAsked) > idleMs) {
          session.logout().catch(() => undefined);
        }
      }
      if (retry !== undefined) known?.session.retryRejected(retry);
      if (known !== undefined) {
        return known.server;
      }
      const created = create(checked);
      opened.set(key, created);
      return created.server;
    },
    async close(): Promise<void> {
      closed = true;
      await Promise.all([...opened.values()].map(end));
      opened.clear();
    },
  };

  function create(target: VsphereTarget): Opened {
    const session: VsphereSession = new VsphereSession({ target, limits, now, observe, onLogin: () => endOutdated(created) });
    const announcer = new Announcer({ server: target.server, tell: onChange, ownChangeMs: options.ownChangeMs ?? 5_000 });
    const onChanges = (changes: readonly ObjectChange[]) => announcer.announce(changes);
    const follower = new Follower({ session, now, idleMs, onChanges });
    const transfers = { trust: target.tls, connectTimeoutMs: limits.connectTimeoutMs, timeoutMs: limits.requestTimeoutMs };
    const tasks = { taskTimeoutMs, onTaskProgress, transfers };
    const parts = { session, tasks, follower, announcer, pciDevices: new Map() };
    const server = new VsphereServer(parts, new RememberedServer(parts));
    const created: Opened = { target, session, follower, announcer, server };
    return created;
  }

  /** A new password was accepted: the old one is none any more, and its session is of no use to anybody. */
  function endOutdated({ target }: Opened): void {
    for (const [key, other] of opened) {
      if (isSameUser(target, other.target) && target.password !== other.target.password) {
        opened.delete(key);
        other.announcer.stop();
        Promise.all([other.follower.stop(), other.session.logout()]).catch(() => undefined);
      }
    }
  }
}

async function end({ session, follower, announcer }: Opened): Promise<void> {
  announcer.stop();
  await Promise.all([follower.stop(), session.close()]);
}

function isSameUser(left: VsphereTarget, right: VsphereTarget): boolean {
  return left.server === right.server && left.username === right.username && isDeepStrictEqual(left.tls, right.tls);
}

/** Changed credentials or trust make another session; the password itself is not kept in the key. */
function keyOf({ server, username, password, tls }: VsphereTarget): string {
  const parts = [server, username, password, tls.caBundle, tls.certificateFingerprint];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

const SERVER = /^(?:[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/;

function checkTarget(target: VsphereTarget): VsphereTarget {
  const server = target.server.trim().toLowerCase();
  if (!SERVER.test(server)) {
    throw new PortError(
      'VsphereUnreachable',
      `vsphere.server ${JSON.stringify(target.server)} is not host or host:port. Remedy: write for example vcenter.example.com`,
    );
  }
  const pin = target.tls.certificateFingerprint;
  const certificateFingerprint = pin === undefined ? undefined : normaliseFingerprint(pin);
  if (certificateFingerprint !== undefined && certificateFingerprint.length !== 64) {
    throw new PortError(
      'VsphereCertificateUntrusted',
      'vsphere.certificateFingerprint is not a SHA-256 fingerprint. Remedy: give 64 hexadecimal digits, with or without colons',
    );
  }
  return { ...target, server, tls: { ...target.tls, certificateFingerprint } };
}
