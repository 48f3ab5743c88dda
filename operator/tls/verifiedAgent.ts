/**
 * HTTPS connections that are verified before a single byte of a request, credentials included, is sent: by a CA bundle, by a pinned
 * certificate, or by the trusted roots of the process. There is no way to switch verification off, and nothing process-wide is touched.
 */
import { Agent, type AgentOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import type { TlsTrust } from '../ports/bmc.ts';

/** The certificate is not the one that was pinned. */
export class CertificateMismatch extends Error {
  override readonly name = 'CertificateMismatch';
  readonly presented: string;

  constructor(presented: string) {
    super(`the server presented a certificate with the SHA-256 fingerprint ${presented}`);
    this.presented = presented;
  }
}

/** A server that accepts connections but does not finish the handshake in time. */
export class ConnectTimeout extends Error {
  override readonly name = 'ConnectTimeout';
}

export interface VerifiedAgentOptions {
  readonly trust: TlsTrust;
  /** For TCP and TLS together. */
  readonly connectTimeoutMs: number;
  /** How long a connection is kept for the next request. Undefined: each request has a connection of its own. */
  readonly idleMs?: number;
}

export class VerifiedAgent extends Agent {
  readonly #trust: TlsTrust;
  readonly #connectTimeoutMs: number;
  /** Sockets that are not handed out yet: the base class does not know them. */
  readonly #connecting = new Set<TLSSocket>();

  constructor({ trust, connectTimeoutMs, idleMs }: VerifiedAgentOptions) {
    super(idleMs === undefined ? { keepAlive: false } : { keepAlive: true, maxFreeSockets: 4, timeout: idleMs });
    this.#trust = trust;
    this.#connectTimeoutMs = connectTimeoutMs;
  }

  override createConnection(options: AgentOptions & ConnectionOptions, done?: (error: Error | null, stream: Duplex) => void): undefined {
    const { caBundle, certificateFingerprint: pin } = this.#trust;
    const socket = connect({
      ...options,
      ...(caBundle === undefined ? {} : { ca: caBundle }),
      // With a pin alone the certificate itself is what is trusted: it is compared below. With a CA bundle as well both must hold.
      rejectUnauthorized: pin === undefined || caBundle !== undefined,
      // The idle time of the agent is not for sockets in use.
      timeout: 0,
    });
    this.#connecting.add(socket);
    const finish = (error: Error | null) => {
      clearTimeout(timer);
      this.#connecting.delete(socket);
      socket.removeListener('error', finish);
      if (error !== null) {
        socket.once('error', () => undefined).destroy();
      }
      done?.(error, socket);
    };
    const onTimeout = () => finish(new ConnectTimeout(`no TLS connection within ${this.#connectTimeoutMs / 1000} s`));
    const timer = setTimeout(onTimeout, this.#connectTimeoutMs);
    socket.once('error', finish);
    socket.once('secureConnect', () => finish(pin === undefined ? null : comparePin(socket, pin)));
  }

  /** Ends connections that are still being made, too. */
  override destroy(): void {
    for (const socket of this.#connecting) {
      socket.destroy(new Error('the connector was closed'));
    }
    super.destroy();
  }
}

function comparePin(socket: TLSSocket, pin: string): Error | null {
  const presented = socket.getPeerX509Certificate()?.fingerprint256 ?? 'none';
  return normaliseFingerprint(presented) === normaliseFingerprint(pin) ? null : new CertificateMismatch(presented);
}

/** 64 lower-case hexadecimal digits from any usual spelling. */
export function normaliseFingerprint(fingerprint: string): string {
  return fingerprint.replaceAll(/[^0-9a-f]/gi, '').toLowerCase();
}
