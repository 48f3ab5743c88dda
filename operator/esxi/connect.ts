/** Opens one SSH connection: reaches the host, checks its key, logs in. */
import { connect as connectSocket } from 'node:net';
import ssh2 from 'ssh2';
import { isPortError, PortError } from '../ports/errors.ts';
import type { EsxiCredentials } from '../ports/esxiHost.ts';
import { algorithms, type HostKeyFamily } from './algorithms.ts';
import { type Authentication, authentication } from './authentication.ts';
import { requireUsableKey } from './clientKey.ts';
import { Connection } from './connection.ts';
import { accepts, fingerprintOf, type HostKeyPolicy, hostKeyRefused } from './hostKey.ts';
import type { Timeouts } from './timeouts.ts';

export interface ConnectRequest {
  readonly address: string;
  readonly port: number;
  readonly credentials: EsxiCredentials;
  readonly policy: HostKeyPolicy;
  readonly timeouts: Timeouts;
}

/**
 * Rejects with HostUnreachable, HostKeyUnknown, HostKeyMismatch, CredentialsRejected or Aborted.
 *
 * A host with an ECDSA and an RSA key shows the ECDSA one; if that is not pinned, the RSA one may be. So a mismatch is
 * followed by a second handshake that asks for RSA only. Nothing secret is sent unless a pinned key was shown.
 */
export async function connect(request: ConnectRequest, signal: AbortSignal): Promise<Connection> {
  const { username, password, privateKey } = request.credentials;
  if (password === undefined && privateKey === undefined) {
    throw new PortError('CredentialsRejected', `the Secret holds neither password nor ssh-privatekey for user ${username}`);
  }
  if (privateKey !== undefined) requireUsableKey(privateKey);
  try {
    return await logIn(request, ['ecdsa', 'rsa'], signal);
  } catch (error) {
    if (!isPortError(error, 'HostKeyMismatch') || error.detail['family'] !== 'ecdsa') throw error;
    return logIn(request, ['rsa'], signal).catch((second: unknown) => {
      throw isPortError(second, 'HostKeyMismatch', 'HostUnreachable') ? error : second;
    });
  }
}

function logIn(request: ConnectRequest, families: readonly HostKeyFamily[], signal: AbortSignal): Promise<Connection> {
  const { address, port, credentials, policy, timeouts } = request;
  const host = `${address}:${port}`;
  const { promise, resolve, reject } = Promise.withResolvers<Connection>();
  if (signal.aborted) return Promise.reject(aborted(host, signal));

  const client = new ssh2.Client();
  const socket = connectSocket({ host: address, port, noDelay: true });
  const fail = (error: PortError): void => {
    reject(error);
    socket.destroy();
  };
  const auth = authentication(credentials, () => fail(auth.rejection(host)));
  const onAbort = (): void => fail(aborted(host, signal));
  signal.addEventListener('abort', onAbort, { once: true });

  let accepted: string | undefined;
  // Called again at each key re-exchange, where only the same key will do.
  const hostVerifier = (key: Buffer): boolean => {
    const fingerprint = fingerprintOf(key);
    if (accepted === undefined ? accepts(policy, fingerprint) : accepted === fingerprint) {
      accepted = fingerprint;
      return true;
    }
    fail(hostKeyRefused(host, policy, key));
    return false;
  };

  client.on('ready', () => resolve(new Connection({ client, socket, host, hostKeyFingerprint: accepted ?? '', execMs: timeouts.execMs })));
  client.on('error', (error) => fail(connectFailure(host, error, auth)));
  client.on('close', () => fail(new PortError('HostUnreachable', `${host} closed the connection before the log-in was complete`)));
  try {
    client.connect({
      sock: socket,
      username: credentials.username,
      hostVerifier,
      authHandler: auth.handler,
      algorithms: algorithms(families),
      readyTimeout: timeouts.connectMs,
      keepaliveInterval: timeouts.keepaliveMs,
      keepaliveCountMax: 3,
    });
  } catch (error) {
    fail(new PortError('HostUnreachable', `cannot begin an SSH connection to ${host}`, { cause: error }));
  }
  return promise.finally(() => signal.removeEventListener('abort', onAbort));
}

const SOCKET_ERRORS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'it refuses connections; is the SSH service (TSM-SSH) running, and set to start with the host?',
  ENOTFOUND: 'the name cannot be resolved',
  EAI_AGAIN: 'the name cannot be resolved at the moment',
  EHOSTUNREACH: 'there is no route to it, or it is down',
  ENETUNREACH: 'there is no route to its network',
  ETIMEDOUT: 'it does not answer',
  ECONNRESET: 'it cut the connection',
};

function connectFailure(host: string, error: Error, auth: Authentication): PortError {
  const level = 'level' in error ? error.level : undefined;
  const code = 'code' in error ? error.code : undefined;
  if (auth.credentialsSent() && (level === 'client-authentication' || /authentication/i.test(error.message))) return auth.rejection(host);
  if (level === 'client-timeout') {
    return new PortError('HostUnreachable', `${host} did not complete the SSH log-in in time`, { cause: error });
  }
  if (typeof code === 'string') {
    return new PortError('HostUnreachable', `cannot reach ${host}: ${SOCKET_ERRORS[code] ?? code}`, { cause: error });
  }
  return new PortError('HostUnreachable', `the SSH handshake with ${host} failed: ${error.message}`, { cause: error });
}

function aborted(host: string, signal: AbortSignal): PortError {
  return new PortError('Aborted', `connecting to ${host} was given up`, { cause: signal.reason });
}
