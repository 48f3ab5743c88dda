/** Connections to a BMC whose certificate was verified before a single byte of the request, credentials included, was sent. */
import { Agent as HttpAgent } from 'node:http';
import { type AgentOptions, Agent as HttpsAgent } from 'node:https';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import type { TlsTrust } from '../ports/bmc.ts';

/** The server showed another certificate than the pinned one. */
export class FingerprintMismatch extends Error {
  override readonly name = 'FingerprintMismatch';
  /** 64 hexadecimal digits. */
  readonly presented: string;

  constructor(presented: string) {
    super(`the certificate has the SHA-256 fingerprint ${presented}`);
    this.presented = presented;
  }
}

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Plain http only because the URL says so. With a fingerprint, the certificate itself is what is trusted (BMCs sign their own,
 * and name them after nothing); with a CA bundle as well, both must hold. With neither, the system's roots decide. Connections are not
 * kept: between two reconciles a BMC would close them, and it has few to give.
 */
export function createAgent(url: URL, trust: TlsTrust): HttpAgent {
  return url.protocol === 'http:' ? new HttpAgent({ keepAlive: false }) : new VerifiedAgent(trust);
}

class VerifiedAgent extends HttpsAgent {
  readonly #trust: TlsTrust;
  /** Sockets that are not handed out yet. */
  readonly #connecting = new Set<TLSSocket>();

  constructor(trust: TlsTrust) {
    super({ keepAlive: false });
    this.#trust = trust;
  }

  override createConnection(
    options: AgentOptions & ConnectionOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const { caBundle, certificateFingerprint: pin } = this.#trust;
    const socket = connect({
      ...options,
      ...(caBundle === undefined ? {} : { ca: caBundle }),
      // With a pin alone the check is below, and stricter: this one certificate, before the socket is handed out.
      rejectUnauthorized: pin === undefined || caBundle !== undefined,
    });
    this.#connecting.add(socket);
    const finish = (error: Error | null) => {
      clearTimeout(timer);
      this.#connecting.delete(socket);
      socket.removeListener('error', finish);
      if (error !== null) {
        socket.once('error', () => undefined).destroy();
      }
      callback?.(error, socket);
    };
    const timer = setTimeout(() => finish(new Error(`no TLS connection within ${CONNECT_TIMEOUT_MS / 1000} s`)), CONNECT_TIMEOUT_MS);
    socket.once('error', finish);
    socket.once('secureConnect', () => finish(pin === undefined ? null : comparePin(socket, pin)));
    return undefined;
  }

  override destroy(): void {
    for (const socket of this.#connecting) {
      socket.destroy(new Error('the connector was closed'));
    }
    super.destroy();
  }
}

function comparePin(socket: TLSSocket, pin: string): Error | null {
  const presented = normalize(socket.getPeerX509Certificate()?.fingerprint256 ?? '');
  return presented === normalize(pin) ? null : new FingerprintMismatch(presented);
}

function normalize(fingerprint: string): string {
  return fingerprint.replaceAll(/[^0-9a-f]/gi, '').toLowerCase();
}
