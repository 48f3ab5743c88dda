/** A small SSH server for the connector's tests: records every log-in attempt, and runs a script for each command. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import ssh2, {
  type AuthContext,
  type Connection,
  type KeyboardAuthContext,
  type PublicKeyAuthContext,
  type ServerChannel,
  type Session,
} from 'ssh2';
import { COMMAND_PREFIX } from '../../../../operator/esxi/connection.ts';

export type OfferedMethod = 'keyboard-interactive' | 'password' | 'publickey';

export interface CommandIo {
  readonly channel: ServerChannel;
  /** Sends the exit status and closes the channel. */
  exit(code: number): void;
  /** Resets the TCP connection. */
  cut(): void;
}

export interface ServerScript {
  readonly hostKeys: readonly string[];
  readonly username?: string;
  readonly password?: string;
  readonly publicKeys?: readonly Buffer[];
  readonly offers?: readonly OfferedMethod[];
  /** Prompts of keyboard-interactive, one array per round; default one round with `Password:`. */
  readonly rounds?: readonly (readonly { prompt: string; echo: boolean }[])[];
  /** Default: any free port. */
  readonly port?: number;
  /** Channels at the same time; more are refused, as sshd does with MaxSessions. */
  readonly maxSessions?: number;
  readonly onCommand?: (command: string, io: CommandIo) => void;
}

export interface LoginAttempt {
  readonly method: string;
  readonly answers: readonly string[];
  /** Of a signature by an RSA key. */
  readonly hash: string | undefined;
}

export interface ScriptedServer {
  readonly port: number;
  readonly attempts: readonly LoginAttempt[];
  readonly commands: readonly string[];
  readonly connections: () => number;
  /** The most commands that ran at the same time. */
  readonly mostAtOnce: () => number;
  script: ServerScript;
  /** Resets every connection. */
  cutAll(): void;
  /** Resolves when no connection is open. */
  allClosed(): Promise<void>;
  /** From now on, connections that are open get no further channel; new ones do. */
  refuseSessionsOfOpenConnections(): void;
  /** Reads and answers nothing any more, without closing anything. */
  freeze(): void;
  close(): Promise<void>;
}

const OWN_TESTS_RUN = (_command: string, io: CommandIo): void => io.exit(0);

export async function startScriptedServer(first: ServerScript): Promise<ScriptedServer> {
  const attempts: LoginAttempt[] = [];
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let atOnce = 0;
  let mostAtOnce = 0;
  let refusedUpTo = 0;

  const server = new ssh2.Server({ hostKeys: [...first.hostKeys] }, (client) => {
    connections += 1;
    const script = state.script;
    const socket = socketOf(client);
    const generation = connections;
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.once('close', () => sockets.delete(socket));
    client.on('error', () => undefined);
    client.on('authentication', (context) => authenticate(context, script, attempts));
    client.on('session', (accept, reject) => {
      if (generation <= refusedUpTo || atOnce >= (script.maxSessions ?? Number.POSITIVE_INFINITY)) return reject();
      atOnce += 1;
      mostAtOnce = Math.max(mostAtOnce, atOnce);
      const session: Session = accept();
      session.once('close', () => {
        atOnce -= 1;
      });
      return session.on('exec', (acceptExec, _reject, info) => {
        const command = info.command.startsWith(COMMAND_PREFIX)
          ? info.command.slice(COMMAND_PREFIX.length)
          : `without prefix: ${info.command}`;
        commands.push(command);
        const channel = acceptExec();
        const exit = (code: number): void => {
          channel.exit(code);
          channel.end();
        };
        (state.script.onCommand ?? OWN_TESTS_RUN)(command, { channel, exit, cut: () => socket.resetAndDestroy() });
      });
    });
  });
  server.listen(first.port ?? 0, '127.0.0.1');
  await once(server, 'listening');

  const state: ScriptedServer = {
    port: (server.address() as AddressInfo).port,
    attempts,
    commands,
    script: first,
    connections: () => connections,
    mostAtOnce: () => mostAtOnce,
    cutAll: () => {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    allClosed: async () => {
      await Promise.all([...sockets].map((socket) => once(socket, 'close')));
    },
    refuseSessionsOfOpenConnections: () => {
      refusedUpTo = connections;
    },
    freeze: () => {
      for (const socket of sockets) socket.pause();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return state;
}

function authenticate(context: AuthContext, script: ServerScript, attempts: LoginAttempt[]): void {
  const offers: readonly string[] = script.offers ?? ['keyboard-interactive', 'password', 'publickey'];
  const decide = (accepted: boolean): void => (accepted ? context.accept() : context.reject([...offers] as OfferedMethod[]));
  const rightUser = context.username === (script.username ?? 'root');
  if (!offers.includes(context.method)) {
    decide(false);
  } else if (context.method === 'password') {
    attempts.push({ method: 'password', answers: [context.password], hash: undefined });
    decide(rightUser && context.password === script.password);
  } else if (context.method === 'keyboard-interactive') {
    askInRounds(context, script, { attempts, decide });
  } else if (context.method === 'publickey') {
    checkKey(context, script, { attempts, decide });
  }
}

interface Verdict {
  readonly attempts: LoginAttempt[];
  readonly decide: (accepted: boolean) => void;
}

function askInRounds(context: KeyboardAuthContext, script: ServerScript, { attempts, decide }: Verdict): void {
  const rounds = script.rounds ?? [[{ prompt: 'Password: ', echo: false }]];
  const ask = (round: number): void => {
    const prompts = rounds[round] ?? [];
    context.prompt([...prompts], (answers) => {
      attempts.push({ method: 'keyboard-interactive', answers, hash: undefined });
      if (round + 1 < rounds.length) ask(round + 1);
      else decide(attempts.some((attempt) => attempt.answers[0] === script.password));
    });
  };
  ask(0);
}

function checkKey(context: PublicKeyAuthContext, script: ServerScript, { attempts, decide }: Verdict): void {
  const known = (script.publicKeys ?? []).find((data) => data.equals(context.key.data));
  if (known !== undefined && context.signature === undefined) {
    context.accept();
    return;
  }
  attempts.push({ method: 'publickey', answers: [], hash: context.hashAlgo });
  const parsed = known === undefined ? undefined : ssh2.utils.parseKey(known);
  const { blob, signature } = context;
  const verifiable = parsed !== undefined && !(parsed instanceof Error) && blob !== undefined && signature !== undefined;
  decide(verifiable && parsed.verify(blob, signature, context.hashAlgo));
}

/** ssh2 gives no way to cut a connection; its protocol state holds the socket. */
function socketOf(client: Connection): Socket {
  const socket: unknown = Reflect.get(client, '_sock');
  if (socket === null || typeof socket !== 'object' || !('resetAndDestroy' in socket)) throw new Error('ssh2 changed: no _sock');
  return socket as Socket;
}

export interface SilentServer {
  readonly port: number;
  readonly connected: Promise<unknown>;
  close(): void;
}

/** Accepts TCP connections and never says a word. */
export async function startSilentServer(): Promise<SilentServer> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
  });
  const connected = once(server, 'connection');
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    connected,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
