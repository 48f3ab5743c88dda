/** The connectors of a direct plan. Loaded only when one is asked for: SSH and SOAP take long to load. */
import type { SriovHost } from '../../api/types.ts';
import { createEsxiConnector } from '../../esxi/connector.ts';
import { createBmcConnector } from '../../redfish/connector.ts';
import { createVsphereConnector } from '../../vsphere/connector.ts';
import type { Io } from '../io.ts';
import type { Manifest } from '../manifests.ts';
import { createCredentials } from './credentials.ts';
import { type DirectPlan, planDirectly } from './directPlan.ts';
import { readAttachments } from './readHost.ts';

export interface LookFromHere extends DirectPlan {
  /** Values of the Secrets that were used: they must not get into a file. */
  readonly secretValues: readonly string[];
}

export async function lookFromHere(host: SriovHost, manifests: readonly Manifest[], io: Io): Promise<LookFromHere> {
  const attachments = await readAttachments(manifests, host.metadata.namespace);
  const esxi = createEsxiConnector({
    log: { debug: () => undefined, warn: () => undefined, info: () => undefined },
  });
  const bmc = createBmcConnector();
  const vsphere = createVsphereConnector();
  const credentials = createCredentials(manifests, io);
  const secretValues = new Set<string>();
  const secrets: typeof credentials = {
    secret: async (namespace, name) => {
      const found = await credentials.secret(namespace, name);
      for (const [key, value] of Object.entries(found?.data ?? {})) if (key !== 'username') secretValues.add(value);
      return found;
    },
  };
  try {
    const ports = {
      secrets,
      esxi,
      bmc,
      vsphere,
      attachments,
      now: io.now,
    };
    return { ...(await planDirectly(host, ports, io.signal)), secretValues: [...secretValues] };
  } finally {
    await Promise.allSettled([esxi.close(), bmc.close(), vsphere.close()]);
  }
}
