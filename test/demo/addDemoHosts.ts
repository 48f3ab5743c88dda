/** Brings the table's hosts and VMs to life, and tells what a user would have to know to write objects for them. */
import { storeFirmware } from '../simulator/depot.ts';
import type { SimHost } from '../simulator/fleet.ts';
import { addLinuxGuest, addManagerGuest } from '../simulator/guest/guestKit.ts';
import { GUEST_PASSWORD } from '../simulator/guest/simGuest.ts';
import type { SoapEndpoint } from '../simulator/soap/soapEndpoint.ts';
import type { Lab } from '../support/lab/lab.ts';
import { type DemoHost, RESTART_DURATIONS } from './fleetTable.ts';

/** Values for the placeholders of one host's files, by name. */
export type Values = Readonly<Record<string, string>>;

export interface RunningHost {
  readonly demo: DemoHost;
  readonly sim: SimHost;
  readonly values: Values;
}

export async function addDemoHosts(lab: Lab, table: readonly DemoHost[]): Promise<readonly RunningHost[]> {
  const running: RunningHost[] = [];
  for (const demo of table) {
    const sim = await lab.fleet.addHost({ ...demo.simulated, durations: RESTART_DURATIONS });
    for (const { shutdownMs, guest, ...vm } of demo.vms) {
      const added = lab.vsphere.inventory.addVm({ ...vm, hostId: sim.world.id });
      if (shutdownMs !== undefined) added.guestShutdown = shutdownMs;
      if (guest === 'SubnetManager') addManagerGuest(lab.vsphere.inventory, added);
      if (guest === 'Linux') addLinuxGuest(lab.vsphere.inventory, added);
    }
    running.push({ demo, sim, values: { ...valuesOf(sim, lab.vsphere.endpointOf(sim)), ...storeImage(sim, demo.image) } });
  }
  return running;
}

function storeImage(sim: SimHost, image: DemoHost['image']): Values {
  return image === undefined ? {} : { IMAGE_SHA256: storeFirmware(sim.world.files, image.path, image).sha256 };
}

function valuesOf({ ssh, bmc, world }: SimHost, soap: SoapEndpoint): Values {
  const own = {
    ADDRESS: ssh.address,
    SSH_PORT: String(ssh.port),
    USERNAME: ssh.username,
    PASSWORD: ssh.password,
    HOST_KEY: ssh.hostKeyFingerprint,
    VSPHERE_SERVER: soap.server,
    VSPHERE_CERTIFICATE: soap.certificate.fingerprintSha256,
    GUEST_PASSWORD,
    ADAPTER_MAC: world.adapters[0]?.ports[0]?.macAddress ?? '',
  };
  if (bmc === undefined) return own;
  return {
    ...own,
    BMC_URL: bmc.systemUrl,
    BMC_USERNAME: bmc.username,
    BMC_PASSWORD: bmc.password,
    BMC_CERTIFICATE: bmc.certificateFingerprint ?? '',
  };
}
