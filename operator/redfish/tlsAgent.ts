/** Connections to a BMC whose certificate was verified before a single byte of the request, credentials included, was sent. */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import type { TlsTrust } from '../ports/bmc.ts';

/** The server showed another certificate than the pinned one. */
export class FingerprintMismatch extends Error {
  override readonly name = 'FingerprintMismatch';
  readonly seen: string;

  constructor(seen: string) {
    super(`the certificate has the SHA-256 fingerprint ${seen}`);
    this.seen = seen;
  }
}

/** One connection at a time: BMCs serve few, and closing each keeps none busy between reconciles. */
const AGENT_OPTIONS = { keepAlive: false, maxSockets: 1 } as const;

/**
 * Plain http only because the URL says so. With a fingerprint, the certificate itself is what is trusted (BMCs sign their
 * own, and name them after nothing); with a CA bundle too, both must hold. Without either, the system's roots decide.
 */
export function createAgent(url: URL, trust: TlsTrust): HttpAgent {
  if (url.protocol === 'http:') {
    return new HttpAgent(AGENT_OPTIONS);
  }
  return trust.certificateFingerprint === undefined
    ? new HttpsAgent({ ...AGENT_OPTIONS, rejectUnauthorized: true, ...caOf(trust) })
    : new PinnedAgent(url, { trust, fingerprint: normalize(trust.certificateFingerprint) });
}

class PinnedAgent extends HttpsAgent {
  readonly #url: URL;
  readonly #pin: { readonly trust: TlsTrust; readonly fingerprint: string };

  constructor(url: URL, pin: { readonly trust: TlsTrust; readonly fingerprint: string }) {
    super(AGENT_OPTIONS);
    this.#url = url;
    this.#pin = pin;
  }

  /** Hands the socket out only after the check, so that nothing can be written to a wrong server. */
  override createConnection(_options: unknown, callback?: (error: Error | null, stream: Duplex) => void): undefined {
    const host = this.#url.hostname.replace(/^\[|\]$/g, '');
    const socket = connect({
      host,
      port: Number(this.#url.port === '' ? 443 : this.#url.port),
      ...(isIP(host) === 0 ? { servername: host } : {}),
      // The pin stands for the chain unless a CA bundle asks for both.
      rejectUnauthorized: this.#pin.trust.caBundle !== undefined,
      ...caOf(this.#pin.trust),
    });
    const fail = (error: Error) => callback?.(error, socket);
    socket.once('error', fail);
    socket.once('secureConnect', () => {
      socket.off('error', fail);
      const seen = fingerprintOf(socket);
      if (seen === this.#pin.fingerprint) {
        callback?.(null, socket);
      } else {
        socket.destroy();
        fail(new FingerprintMismatch(seen));
      }
    });
    return undefined;
  }
}

function caOf(trust: TlsTrust): { readonly ca?: string } {
  return trust.caBundle === undefined ? {} : { ca: trust.caBundle };
}

function fingerprintOf(socket: TLSSocket & Socket): string {
  return normalize(socket.getPeerCertificate().fingerprint256 ?? '');
}

function normalize(fingerprint: string): string {
  return fingerprint.replaceAll(':', '').toLowerCase();
}
