/** A small simulated site for the tests of its vSphere side: one host with active SR-IOV, its own API, a vCenter, one VM. */
import { connectX6Dx } from '../../../simulator/profiles/adapterModels.ts';
import { type HostProfileOptions, hostProfile } from '../../../simulator/profiles/hostProfiles.ts';
import type { AttachSoapOptions } from '../../../simulator/soap/attachSoap.ts';
import { attachSoap } from '../../../simulator/soap/attachSoap.ts';
import type { SoapEndpoint } from '../../../simulator/soap/soapEndpoint.ts';
import { startVCenter, type VCenter } from '../../../simulator/soap/startVCenter.ts';
import { HostWorld } from '../../../simulator/world/hostWorld.ts';
import { Inventory } from '../../../simulator/world/inventory.ts';
import type { SimVm } from '../../../simulator/world/vm.ts';

export interface SimulatedSite {
  readonly inventory: Inventory;
  readonly host: HostWorld;
  readonly endpoint: SoapEndpoint;
  readonly center: VCenter;
  /** Powered on, with VMware Tools, in the folder `tenant-a`. */
  readonly vm: SimVm;
  /** Address of the first port; it has four virtual functions. */
  readonly physicalFunction: string;
  stop(): Promise<void>;
}

export async function startSite(options: AttachSoapOptions = {}, profile: HostProfileOptions = {}): Promise<SimulatedSite> {
  const inventory = new Inventory();
  const host = new HostWorld({
    id: 'host-1',
    name: 'esx-01.example.com',
    profile: hostProfile(profile),
    adapters: [{ model: connectX6Dx, pciAddress: '0000:86:00.0', parameters: { SRIOV_EN: 1, NUM_OF_VFS: 8 } }],
    moduleOptions: 'max_vfs=4,4',
    biosSriov: true,
  });
  inventory.addHost(host);
  host.attachVms(inventory);
  inventory.addSwitch({ name: 'dvs-01', datacenter: 'dc-01', hostIds: [host.id], portGroups: ['dpg-vlan-7'] });
  const vm = inventory.addVm({
    name: 'db-01',
    hostId: host.id,
    folders: ['tenant-a'],
    powerState: 'poweredOn',
    vmxnet3: ['VM Network'],
  });
  const attached = await attachSoap(inventory, host, options);
  const center = await startVCenter(inventory, options);
  return {
    inventory,
    host,
    endpoint: attached.endpoint,
    center,
    vm,
    physicalFunction: host.physicalFunctions[0]?.address ?? '',
    stop: async () => {
      await Promise.all([attached.stop(), center.stop()]);
      host.stop();
    },
  };
}
