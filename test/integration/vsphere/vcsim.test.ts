// operator/vsphere against govmomi's simulator, as a vCenter and as a standalone host.
import { startOutsider } from '../../support/vcsim/outsider.ts';
import { startProxy } from '../../support/vcsim/startProxy.ts';
import { startVcsim } from '../../support/vcsim/startVcsim.ts';
import { type VsphereContractTarget, vsphereContract } from '../../support/vsphereContract.ts';

const PHYSICAL_FUNCTION = '0000:3b:00.0';

async function target(mode: 'vpx' | 'esx'): Promise<VsphereContractTarget> {
  const vcsim = await startVcsim({ mode, physicalFunction: PHYSICAL_FUNCTION });
  const proxy = await startProxy(vcsim);
  const names =
    mode === 'vpx'
      ? { hostName: 'DC0_H0', vm: { name: 'DC0_H0_VM0', inventoryPath: '/DC0/vm/DC0_H0_VM0' }, distributedPortGroup: 'DC0_DVPG0' }
      : {
          hostName: 'localhost.localdomain',
          vm: { name: 'ha-host_VM0', inventoryPath: '/ha-datacenter/vm/ha-host_VM0' },
          distributedPortGroup: undefined,
        };
  return {
    ...names,
    server: proxy.server,
    username: vcsim.username,
    password: vcsim.password,
    certificatePem: proxy.certificatePem,
    certificateFingerprint: proxy.certificateFingerprint,
    apiType: mode === 'vpx' ? 'VirtualCenter' : 'HostAgent',
    standardPortGroup: 'VM Network',
    physicalFunction: PHYSICAL_FUNCTION,
    silentClusters: true,
    // Straight at the server: the sessions that the proxy forgets are not those of others.
    outsider: await startOutsider({
      server: vcsim.server,
      certificatePem: vcsim.certificatePem,
      username: vcsim.username,
      password: vcsim.password,
      sessionManager: mode === 'vpx' ? 'SessionManager' : 'ha-sessionmgr',
      propertyCollector: mode === 'vpx' ? 'propertyCollector' : 'ha-property-collector',
    }),
    expireSessions: () => Promise.resolve(proxy.expireSessions()),
    stop: async () => {
      await proxy.stop();
      await vcsim.stop();
    },
  };
}

vsphereContract('vcsim as vCenter', () => target('vpx'));
vsphereContract('vcsim as standalone ESXi', () => target('esx'));
