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

export async function lookFromHere(host: SriovHost, manifests: readonly Manifest[], io: Io): Promise<DirectPlan> {
  const attachments = await readAttachments(manifests, host.metadata.namespace);
  const esxi = createEsxiConnector({
    log: { debug: () => undefined, warn: () => undefined, info: () => undefined },
  });
  const bmc = createBmcConnector();
  const vsphere = createVsphereConnector();
  try {
    const ports = {
      secrets: createCredentials(manifests, io),
      esxi,
      bmc,
      vsphere,
      attachments,
      now: io.now,
    };
    return await planDirectly(host, ports, io.signal);
  } finally {
    await Promise.allSettled([esxi.close(), bmc.close(), vsphere.close()]);
  }
}
