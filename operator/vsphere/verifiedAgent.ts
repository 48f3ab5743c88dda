/**
 * An HTTPS agent whose connections are verified before anything is sent: by a CA bundle, by a pinned certificate, or by
 * the trusted roots of the Node process. There is no way to switch verification off, and nothing process-wide is touched.
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
}

/** Idle connections are given up after this time, well below the idle limits of vCenter's proxy and of ESXi. */
const IDLE_MS = 15_000;

export class VerifiedAgent extends Agent {
  readonly #trust: TlsTrust;
  readonly #connectTimeoutMs: number;

  constructor(options: VerifiedAgentOptions) {
    super({ keepAlive: true, maxFreeSockets: 4, timeout: IDLE_MS });
    this.#trust = options.trust;
    this.#connectTimeoutMs = options.connectTimeoutMs;
  }

  override createConnection(options: AgentOptions & ConnectionOptions, done?: (error: Error | null, stream: Duplex) => void): undefined {
    const pin = this.#trust.certificateFingerprint;
    const socket = connect({
      ...options,
      ...(this.#trust.caBundle === undefined ? {} : { ca: this.#trust.caBundle }),
      // With a pin the certificate itself is what is trusted: it is compared below, before the socket is handed out.
      rejectUnauthorized: pin === undefined,
      timeout: this.#connectTimeoutMs,
    });
    const finish = (error: Error | null) => {
      socket.removeListener('error', finish);
      socket.removeListener('timeout', onTimeout);
      socket.setTimeout(0);
      if (error !== null) {
        socket.once('error', () => undefined).destroy();
      }
      done?.(error, socket);
    };
    const onTimeout = () => finish(new ConnectTimeout(`no TLS connection within ${this.#connectTimeoutMs / 1000} s`));
    socket.once('error', finish);
    socket.once('timeout', onTimeout);
    socket.once('secureConnect', () => finish(pin === undefined ? null : comparePin(socket, pin)));
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
