/** One fleet per test file, and the operator's SSH connector on its hosts. */
import { afterAll } from '@jest/globals';
import { createEsxiConnector } from '../../../../operator/esxi/connector.ts';
import type { EsxiConnector, EsxiHost, EsxiTarget } from '../../../../operator/ports/esxiHost.ts';
import { type AddHostOptions, type SimHost, startFleet } from '../../../simulator/fleet.ts';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined };

export interface HostUnderTest {
  readonly sim: SimHost;
  readonly connector: EsxiConnector;
  /** Opens anew: a connection ends with each restart. */
  open(change?: Partial<EsxiTarget>): Promise<EsxiHost>;
}

/** Call once at the top of a test file. */
export async function testFleet(): Promise<(options?: Partial<AddHostOptions>) => Promise<HostUnderTest>> {
  const fleet = await startFleet();
  const connectors: EsxiConnector[] = [];
  afterAll(async () => {
    await Promise.all(connectors.map((connector) => connector.close()));
    await fleet.stop();
  });
  return async (options = {}) => {
    const sim = await fleet.addHost({ name: `esx-${fleet.hosts.length + 1}`, ...options });
    const connector = createEsxiConnector({ log: silent });
    connectors.push(connector);
    return { sim, connector, open: (change) => connector.open({ ...targetOf(sim), ...change }, AbortSignal.timeout(10_000)) };
  };
}

export function targetOf({ world, ssh }: SimHost): EsxiTarget {
  return {
    key: `default/${world.name}`,
    address: ssh.address,
    port: ssh.port,
    credentials: { username: ssh.username, password: ssh.password, privateKey: undefined },
    hostKeyFingerprints: [ssh.hostKeyFingerprint],
    trustOnFirstUse: false,
  };
}

/** Resolves once the host is up and its sshd listens again. */
export function backUp({ world }: SimHost): Promise<void> {
  return new Promise((resolve) => {
    const stop = world.onChange(() => {
      if (world.sshListening) {
        stop();
        resolve();
      }
    });
  });
}
