/** sshd of one simulated host on a loopback port: exec requests only. It is gone while the host is not up. */
import { createServer, type Server as NetServer, type Socket } from 'node:net';
import ssh2, { type Connection, type Session } from 'ssh2';
import type { HostWorld } from '../world/hostWorld.ts';
import { type HostKey, sharedHostKey } from './hostKeys.ts';
import { authenticate } from './sshAuth.ts';
import { runExec } from './sshExec.ts';

/** What ESXi 8.0.2 offers (FIPS): no Curve25519, no Ed25519. */
const ALGORITHMS: ssh2.Algorithms = {
  kex: ['ecdh-sha2-nistp256', 'ecdh-sha2-nistp384', 'ecdh-sha2-nistp521', 'diffie-hellman-group14-sha256', 'diffie-hellman-group16-sha512'],
  cipher: ['aes256-gcm@openssh.com', 'aes128-gcm@openssh.com', 'aes256-ctr', 'aes192-ctr', 'aes128-ctr'],
  hmac: ['hmac-sha2-256', 'hmac-sha2-512'],
};
const DEFAULT_MAX_SESSIONS = 10;

export interface SshEndpoint {
  readonly address: string;
  readonly port: number;
  readonly hostKeyFingerprint: string;
  /** Connections that are open now. */
  readonly connections: () => number;
  readonly stop: () => Promise<void>;
}

export async function startSshServer(
  world: HostWorld,
  options: { readonly hostKey?: HostKey; readonly address?: string } = {},
): Promise<SshEndpoint> {
  const hostKey = options.hostKey ?? sharedHostKey();
  const address = options.address ?? '127.0.0.1';
  const sockets = new Set<Socket>();
  const protocol = new ssh2.Server(
    { hostKeys: [hostKey.privateKey], algorithms: ALGORITHMS, ident: 'OpenSSH_8.8' },
    (connection, { port }) => {
      const drop = () => [...sockets].find((socket) => socket.remotePort === port)?.destroy();
      serve(connection, world, drop);
    },
  );
  const listener = createServer((socket) => {
    sockets.add(socket);
    // Small packets both ways: without this each command waits for delayed acknowledgements.
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    if (world.sshListening) {
      protocol.injectSocket(socket);
    } else {
      // The port stays ours while the host is down; whoever knocks is refused at once.
      socket.resetAndDestroy();
    }
  });
  const unsubscribe = world.onChange(() => {
    if (!world.sshListening) {
      closeAll(sockets);
    }
  });
  const port = await listen(listener, address);
  return {
    address,
    port,
    hostKeyFingerprint: hostKey.fingerprint,
    connections: () => sockets.size,
    stop: async () => {
      unsubscribe();
      closeAll(sockets);
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}

function closeAll(sockets: ReadonlySet<Socket>): void {
  for (const socket of sockets) {
    socket.destroy();
  }
}

function listen(listener: NetServer, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(0, address, () => {
      const bound = listener.address();
      resolve(typeof bound === 'object' && bound !== null ? bound.port : 0);
    });
  });
}

function serve(connection: Connection, world: HostWorld, drop: () => void): void {
  let open = 0;
  connection.on('error', () => undefined);
  authenticate(connection, world);
  connection.on('session', (accept, reject) => {
    const most = world.misbehaviours.active('maxSessions1') === undefined ? DEFAULT_MAX_SESSIONS : 1;
    if (open >= most) {
      reject();
      return;
    }
    open += 1;
    const session = accept();
    session.once('close', () => {
      open -= 1;
    });
    serveSession(session, world, drop);
  });
}

function serveSession(session: Session, world: HostWorld, drop: () => void): void {
  session.on('exec', (accept, _reject, info) => {
    const channel = accept();
    runExec(world, info.command, channel, drop).catch((error: unknown) => {
      // A fault of the simulator itself: make it visible in the test's output.
      channel.stderr.write(`simulator: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      channel.exit(70);
      channel.end();
    });
  });
}
