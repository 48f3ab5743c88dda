/** Opens BMCs: the implementation of `ports/bmc.ts` over Redfish. */
import { createHash } from 'node:crypto';
import type { Agent } from 'node:http';
import type { Bmc, BmcConnector, BmcTarget } from '../ports/bmc.ts';
import { isPortError, PortError } from '../ports/errors.ts';
import { createAgent } from './agent.ts';
import { readAttributes, readPending, stageAttributes } from './bios.ts';
import { forceOff, powerOn } from './power.ts';
import { type BmcRequestReport, RedfishClient } from './redfishClient.ts';
import { readSystem } from './systemResource.ts';

export interface BmcConnectorOptions {
  /** Of each HTTP request, milliseconds. BMCs are slow: default 30,000. */
  readonly requestTimeoutMs?: number;
  /**
   * How long rejected credentials are not sent again, milliseconds: default 15 minutes, the usual lock-out. Not for ever, since a BMC that
   * restarts may reject good ones.
   */
  readonly rejectionHoldMs?: number;
  /** Called after each HTTP request, for metrics. */
  readonly onRequest?: (report: BmcRequestReport) => void;
}

interface OpenBmc {
  /** Changes with anything in the target; a hash, since credentials are part of it. */
  readonly version: string;
  readonly agent: Agent;
  readonly bmc: Bmc;
}

/**
 * One BMC per target key, replaced when the target changes. Credentials that a BMC rejected are not sent again until they
 * change or some time has passed: BMCs lock accounts, and a locked account also locks out people.
 */
export function createBmcConnector(options: BmcConnectorOptions = {}): BmcConnector {
  const opened = new Map<string, OpenBmc>();
  return {
    open: (target) => {
      const version = versionOf(target);
      const known = opened.get(target.key);
      if (known?.version === version) {
        return known.bmc;
      }
      known?.agent.destroy();
      const systemUrl = parseSystemUrl(target.systemUrl);
      const agent = createAgent(systemUrl, target.tls);
      const { username, password } = target;
      const { requestTimeoutMs: timeoutMs = 30_000, onRequest = () => undefined } = options;
      const client = new RedfishClient({ systemUrl, agent, username, password, timeoutMs, onRequest });
      const bmc = bmcOf(client, options.rejectionHoldMs ?? 15 * 60_000);
      opened.set(target.key, { version, agent, bmc });
      return bmc;
    },
    close: () => {
      for (const { agent } of opened.values()) {
        agent.destroy();
      }
      opened.clear();
      return Promise.resolve();
    },
  };
}

function bmcOf(client: RedfishClient, rejectionHoldMs: number): Bmc {
  let rejected: { readonly error: PortError; readonly until: number } | undefined;
  const guarded = async <T>(run: () => Promise<T>): Promise<T> => {
    if (rejected !== undefined && performance.now() < rejected.until) {
      throw rejected.error;
    }
    try {
      return await run();
    } catch (error) {
      if (isPortError(error, 'BmcCredentialsRejected') && error.detail['status'] === 401) {
        rejected = { error, until: performance.now() + rejectionHoldMs };
      }
      throw error;
    }
  };
  return {
    system: (signal) =>
      guarded(async () => {
        const { powerState, manufacturer, model, serialNumber, resetTypes } = await readSystem(client, signal);
        return { powerState, manufacturer, model, serialNumber, resetTypes };
      }),
    powerOn: (signal) => guarded(() => powerOn(client, signal)),
    forceOff: (signal) => guarded(() => forceOff(client, signal)),
    biosAttributes: (signal) => guarded(() => readAttributes(client, signal)),
    pendingBiosAttributes: (signal) => guarded(() => readPending(client, signal)),
    stageBiosAttributes: (attributes, signal) => guarded(() => stageAttributes(client, attributes, signal)),
  };
}

/** The messages never repeat the address: it may hold credentials. */
function parseSystemUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new PortError(
      'BmcAddressInvalid',
      'spec.bmc.systemUrl is no http or https URL. Remedy: write it like https://bmc-01.example.com/redfish/v1/Systems/1',
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new PortError(
      'BmcAddressInvalid',
      'spec.bmc.systemUrl contains credentials. Remedy: put them into the Secret of spec.bmc.credentialsSecretRef',
    );
  }
  return url;
}

function versionOf(target: BmcTarget): string {
  const { systemUrl, username, password, tls } = target;
  return createHash('sha256')
    .update(JSON.stringify([systemUrl, username, password, tls.caBundle, tls.certificateFingerprint]))
    .digest('hex');
}
