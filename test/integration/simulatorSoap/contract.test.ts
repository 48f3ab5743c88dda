/** The operator's vSphere client against the simulated servers, with the suite that it also passes against govmomi's vcsim. */

import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { XML_STYLES } from '../../simulator/soap/wire/xmlWriter.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import type { SimVm } from '../../simulator/world/vm.ts';
import type { Outsider } from '../../support/vsphereContract/contractWorld.ts';
import { type VsphereContractTarget, vsphereContract } from '../../support/vsphereContract.ts';
import { type SimulatedSite, startSite } from './support/site.ts';

vsphereContract('simulated host', async () => {
  const site = await startSite();
  const { endpoint, host } = site;
  return target(site, {
    server: endpoint.server,
    username: host.username,
    password: host.password,
    certificatePem: endpoint.certificate.certPem,
    certificateFingerprint: endpoint.certificate.fingerprintSha256,
    apiType: 'HostAgent',
    vm: { name: site.vm.name, inventoryPath: `/ha-datacenter/vm/${site.vm.name}` },
    distributedPortGroup: undefined,
    expireSessions: async () => endpoint.service.sessions.expireAll(),
  });
});

vsphereContract('simulated vCenter', async () => centerTarget(await startSite()));

/** The same vCenter in the hand of another server: other prefixes, types everywhere, texts of faults in other places. */
vsphereContract('simulated vCenter in the style of govmomi', async () => {
  const site = await startSite({ style: XML_STYLES.verbose, faultStyle: 'faultCause' });
  return centerTarget(site);
});

type Fixed = 'outsider' | 'hostName' | 'standardPortGroup' | 'physicalFunction' | 'stop';

function target(site: SimulatedSite, own: Omit<VsphereContractTarget, Fixed>): VsphereContractTarget {
  return {
    ...own,
    outsider: outsider(site),
    hostName: site.host.name,
    standardPortGroup: 'VM Network',
    physicalFunction: site.physicalFunction,
    stop: () => site.stop(),
  };
}

function outsider({ inventory, host }: SimulatedSite): Outsider {
  const vmOf = (moRef: string): SimVm => {
    const vm = inventory.vm(Number(moRef.replace('vm-', '')));
    if (vm === undefined) throw new Error(`no VM ${moRef}`);
    return vm;
  };
  return {
    create: async (_like, name) => {
      inventory.addVm({ name, hostId: host.id });
    },
    rename: async (moRef, name) => {
      inventory.editVm(vmOf(moRef), (vm) => {
        vm.name = name;
      });
    },
    remove: async (moRef) => inventory.removeVm(vmOf(moRef)),
  };
}

function centerTarget(site: SimulatedSite): VsphereContractTarget {
  site.inventory.addHost(new HostWorld({ id: 'host-2', name: 'esx-02.example.com', profile: hostProfile({}), adapters: [] }), {
    cluster: 'edge',
  });
  site.inventory.addVm({ name: 'in-cluster', hostId: 'host-2' });
  const { endpoint, username, password } = site.center;
  return target(site, {
    server: endpoint.server,
    username,
    password,
    certificatePem: endpoint.certificate.certPem,
    certificateFingerprint: endpoint.certificate.fingerprintSha256,
    apiType: 'VirtualCenter',
    vm: { name: site.vm.name, inventoryPath: `/dc-01/vm/tenant-a/${site.vm.name}` },
    distributedPortGroup: 'dpg-vlan-7',
    expireSessions: async () => endpoint.service.sessions.expireAll(),
  });
}
