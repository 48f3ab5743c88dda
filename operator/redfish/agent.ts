/** Connections to a BMC. */
import { Agent } from 'node:http';
import type { TlsTrust } from '../ports/bmc.ts';
import { VerifiedAgent } from '../tls/verifiedAgent.ts';

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Plain http only because the URL says so. Otherwise verified: by fingerprint (BMCs sign their own certificates, and name them after
 * nothing), by CA bundle, or by the system's roots. Connections are not kept: between two reconciles a BMC would close them, and it has
 * few to give.
 */
export function createAgent(url: URL, trust: TlsTrust): Agent {
  return url.protocol === 'http:' ? new Agent({ keepAlive: false }) : new VerifiedAgent({ trust, connectTimeoutMs: CONNECT_TIMEOUT_MS });
}
