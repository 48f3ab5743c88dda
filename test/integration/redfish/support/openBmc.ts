/** A simulated host with a BMC, and our client opened on it; both end with the test. */
import { afterEach } from '@jest/globals';
import type { Bmc, BmcTarget } from '../../../../operator/ports/bmc.ts';
import { createBmcConnector } from '../../../../operator/redfish/connector.ts';
import { type HostProfileOptions, hostProfile } from '../../../simulator/profiles/hostProfiles.ts';
import type { RedfishOptions } from '../../../simulator/redfish/redfishOptions.ts';
import { type BmcEndpoint, startRedfishServer } from '../../../simulator/redfish/redfishServer.ts';
import { ManualClock } from '../../../simulator/world/clock.ts';
import type { HostWorldOptions } from '../../../simulator/world/hostOptions.ts';
import { HostWorld } from '../../../simulator/world/hostWorld.ts';

export interface BmcCase {
  readonly redfish?: RedfishOptions;
  readonly profile?: HostProfileOptions;
  readonly world?: Partial<HostWorldOptions>;
  readonly target?: (endpoint: BmcEndpoint) => Partial<BmcTarget>;
  readonly requestTimeoutMs?: number;
  readonly rejectionHoldMs?: number;
}

export interface BmcUnderTest {
  readonly world: HostWorld;
  readonly clock: ManualClock;
  readonly endpoint: BmcEndpoint;
  readonly bmc: Bmc;
  readonly signal: AbortSignal;
}

const cleanups: (() => Promise<void>)[] = [];

/** Call at the top of a test file. */
export function closeBmcsAfterEach(): void {
  afterEach(async () => {
    await Promise.all(cleanups.splice(0).map((cleanup) => cleanup()));
  });
}

export async function openBmc(options: BmcCase = {}): Promise<BmcUnderTest> {
  const clock = new ManualClock();
  const world = new HostWorld({ id: 'host-1', name: 'esx-01', profile: hostProfile(options.profile), clock, ...options.world });
  const endpoint = await startRedfishServer(world, options.redfish);
  const connector = createBmcConnector({
    requestTimeoutMs: options.requestTimeoutMs ?? 5_000,
    ...(options.rejectionHoldMs === undefined ? {} : { rejectionHoldMs: options.rejectionHoldMs }),
  });
  cleanups.push(async () => {
    await connector.close();
    await endpoint.stop();
  });
  const bmc = connector.open({ ...targetOf(endpoint), ...options.target?.(endpoint) });
  return { world, clock, endpoint, bmc, signal: new AbortController().signal };
}

export function targetOf(endpoint: BmcEndpoint): BmcTarget {
  return {
    key: 'default/esx-01',
    systemUrl: endpoint.systemUrl,
    username: endpoint.username,
    password: endpoint.password,
    tls: { caBundle: undefined, certificateFingerprint: endpoint.certificateFingerprint },
  };
}
