/** Opens vSphere servers: one shared session for each server, user and way of trusting it. */
import { createHash } from 'node:crypto';
import { PortError } from '../ports/errors.ts';
import type { VSphere, VsphereConnector, VsphereTarget } from '../ports/vsphere.ts';
import type { CallRecord } from './callRunner.ts';
import { VsphereSession } from './session.ts';
import { normaliseFingerprint } from './verifiedAgent.ts';
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
}

interface Opened {
  readonly session: VsphereSession;
  readonly server: VsphereServer;
}

/** Nothing is sent until the first call of what `open` returns. */
export function createVsphereConnector(options: VsphereConnectorOptions = {}): VsphereConnector {
  const opened = new Map<string, Opened>();
  const now = options.now ?? (() => performance.now());
  const { idleMs = 20 * 60_000, taskTimeoutMs = 10 * 60_000, observe = () => undefined, onTaskProgress = () => undefined } = options;
  const limits = {
    requestTimeoutMs: options.requestTimeoutMs ?? 60_000,
    connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
    rejectedCredentialsMs: options.rejectedCredentialsMs ?? 15 * 60_000,
  };
  let closed = false;

  return {
    open(target: VsphereTarget): VSphere {
      const checked = checkTarget(target);
      if (closed) {
        throw new PortError('Aborted', `the connection to ${checked.server} was closed because the operator stops`);
      }
      const key = keyOf(checked);
      const known = opened.get(key);
      for (const { session } of opened.values()) {
        if (session !== known?.session && now() - session.lastUsed > idleMs) {
          session.logout().catch(() => undefined);
        }
      }
      if (known !== undefined) {
        return known.server;
      }
      const session = new VsphereSession({ target: checked, limits, now, observe });
      const server = new VsphereServer(session, { taskTimeoutMs, onTaskProgress });
      opened.set(key, { session, server });
      return server;
    },
    async close(): Promise<void> {
      closed = true;
      await Promise.all([...opened.values()].map(({ session }) => session.close()));
      opened.clear();
    },
  };
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
