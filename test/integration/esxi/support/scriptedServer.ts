/** A small SSH server for the connector's tests: records every log-in attempt, and runs a script for each command. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import ssh2, { type AuthContext, type Connection, type PublicKeyAuthContext, type ServerChannel, type Session } from 'ssh2';
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
  /** Accept when all rounds are answered and the first answer was right; default: when the last answer is right. */
  readonly acceptAfterRounds?: boolean;
  /** Default: any free port. */
  readonly port?: number;
  /** Channels at the same time; more are refused, as sshd does with MaxSessions. */
  readonly maxSessions?: number;
  readonly onCommand?: (command: string, io: CommandIo) => void;
}

export interface LoginAttempt {
  readonly method: string;
  readonly answers: readonly string[];
  readonly keyAlgorithm: string | undefined;
}

export interface ScriptedServer {
  readonly port: number;
  readonly attempts: readonly LoginAttempt[];
  readonly commands: readonly string[];
  readonly connections: () => number;
  /** The most commands that ran at the same time. */
  readonly mostAtOnce: () => number;
  script: ServerScript;
  cutAll(): void;
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

  const server = new ssh2.Server({ hostKeys: [...first.hostKeys] }, (client) => {
    connections += 1;
    const script = state.script;
    const socket = socketOf(client);
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    client.on('error', () => undefined);
    client.on('authentication', (context) => authenticate(context, script, attempts));
    client.on('session', (accept, reject) => {
      if (atOnce >= (script.maxSessions ?? Number.POSITIVE_INFINITY)) return reject();
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
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return state;
}

function authenticate(context: AuthContext, script: ServerScript, attempts: LoginAttempt[]): void {
  const offers = script.offers ?? ['keyboard-interactive', 'password', 'publickey'];
  const refuse = (): void => context.reject([...offers]);
  if (context.method === 'none' || !offers.includes(context.method as OfferedMethod)) return refuse();
  if (context.method === 'password') {
    attempts.push({ method: 'password', answers: [context.password], keyAlgorithm: undefined });
    return context.password === script.password && context.username === (script.username ?? 'root') ? context.accept() : refuse();
  }
  if (context.method === 'keyboard-interactive') {
    return ask(0);
  }
  if (context.method === 'publickey') return key(context);
  return refuse();

  function ask(round: number): void {
    const rounds = script.rounds ?? [[{ prompt: 'Password: ', echo: false }]];
    const prompts = rounds[round];
    if (context.method !== 'keyboard-interactive') return;
    if (prompts === undefined) return script.acceptAfterRounds === true ? context.accept() : refuse();
    context.prompt([...prompts], (answers) => {
      attempts.push({ method: 'keyboard-interactive', answers, keyAlgorithm: undefined });
      if (script.acceptAfterRounds !== true && answers[0] === script.password && round === rounds.length - 1) context.accept();
      else ask(round + 1);
    });
  }

  function key(publicKey: PublicKeyAuthContext): void {
    const known = (script.publicKeys ?? []).find((data) => data.equals(publicKey.key.data));
    if (known === undefined) {
      attempts.push({ method: 'publickey', answers: [], keyAlgorithm: publicKey.key.algo });
      return refuse();
    }
    if (publicKey.signature === undefined || publicKey.blob === undefined) return context.accept();
    const parsed = ssh2.utils.parseKey(known);
    if (parsed instanceof Error) return refuse();
    attempts.push({ method: 'publickey', answers: [], keyAlgorithm: publicKey.key.algo });
    return parsed.verify(publicKey.blob, publicKey.signature, publicKey.hashAlgo) === true ? context.accept() : refuse();
  }
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
