/** Runbooks of guests: what keeps a VM from being a Subnet Manager is put right inside of it, one thing after the other. */
import { addManagerGuest, NVIDIA_OPENSM } from '../../simulator/guest/guestKit.ts';
import { GUEST_PASSWORD } from '../../simulator/guest/simGuest.ts';
import { simOpensm, simSminfo } from '../../simulator/guest/simOpensm.ts';
import { connectX6Vpi } from '../../simulator/profiles/adapterModels.ts';
import { secretManifest } from '../../support/lab/manifests.ts';
import { annotate, nudge, PF, reach, ready, vmOf } from '../attachment/parts.ts';
import type { Scenario, Stage } from '../scenario.ts';

const ib = { LINK_TYPE_P1: 1, LINK_TYPE_P2: 1, ADVANCED_PCI_SETTINGS: 1, FORCE_ETH_PCI_SUBCLASS: 1 };
const ports = [{ number: 1, linkType: 'InfiniBand', vfs: 0, subnet: 'fabric-a' }];

async function story(stage: Stage): Promise<void> {
  const { lab, namespace, host } = stage;
  for (const { address } of host.world.physicalFunctions) lab.vsphere.inventory.guests.cable(host.world.id, address, namespace);
  const accounts = { root: { password: GUEST_PASSWORD, uid: 0 }, ada: { password: 'user-secret', uid: 1000 } };
  const guest = addManagerGuest(lab.vsphere.inventory, vmOf(stage), { accounts });
  guest.programs.delete('/usr/sbin/opensm');
  await reach(stage, 'GuestCredentialsMissing', 'sm-01');
  await lab.apply(secretManifest(namespace, 'guest', { username: 'ada', password: 'user-secret' }));
  await reach(stage, 'GuestPermissionDenied', 'sm-01');
  await lab.apply(secretManifest(namespace, 'guest', { username: 'root', password: GUEST_PASSWORD }));
  await annotate(stage, 'sriov.esxi.io/retry=1', 'sm-01');
  const withDriver = guest.ports;
  guest.ports = () => [];
  await reach(stage, 'GuestPortNotFound', 'sm-01');
  guest.ports = withDriver;
  await nudge(stage, 'sm-01');
  await reach(stage, 'OpensmNotFound', 'sm-01');
  guest.programs.set('/usr/sbin/opensm', simOpensm({ ...NVIDIA_OPENSM, virtualization: false }));
  await nudge(stage, 'sm-01');
  await reach(stage, 'OpensmLacksVirtualization', 'sm-01');
  guest.programs.set('/usr/sbin/opensm', simOpensm(NVIDIA_OPENSM));
  const sminfo = simSminfo(lab.vsphere.inventory.guests.fabric);
  guest.programs.set('/usr/sbin/sminfo', () => ({ exitCode: 255, output: 'sminfo: iberror: failed: query\n' }));
  await nudge(stage, 'sm-01');
  await reach(stage, 'SubnetManagerStarting', 'sm-01');
  guest.programs.set('/usr/sbin/sminfo', sminfo);
}

export const RUNBOOK_GUESTS: readonly Scenario[] = [
  {
    name: 'runbook-subnet-manager',
    kind: 'attachment',
    why: 'no Secret, an account that may not, no driver, no OpenSM, the wrong OpenSM, a fabric that does not answer yet: each is said, and in the end the VM is master',
    world: {
      profile: { esxi: '7.0u3', tools: 'withMft' },
      adapters: [{ model: connectX6Vpi, parameters: { SRIOV_EN: 1, NUM_OF_VFS: 4, ...ib } }],
      passthrough: [PF],
    },
    spec: { adapters: [{ name: 'fabric0', selector: { pciAddress: PF }, ports }] },
    vms: [{ name: 'sm-01' }],
    attachments: {
      'sm-01': {
        guest: { credentialsSecretRef: { name: 'guest' } },
        powerPolicy: { powerOn: true },
        function: { kind: 'Physical', adapter: 'fabric0', port: 1 },
        network: undefined,
        subnetManager: { priority: 3 },
      },
    },
    play: story,
    expect: { ...ready, attachments: { 'sm-01': 'Succeeded' } },
  },
];
