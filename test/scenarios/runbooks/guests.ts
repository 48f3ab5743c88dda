/** Runbooks of guests: what keeps a VM from being a Subnet Manager is put right inside of it, one thing after the other. */
import { addManagerGuest, NVIDIA_OPENSM } from '../../simulator/guest/guestKit.ts';
import { GUEST_PASSWORD } from '../../simulator/guest/simGuest.ts';
import { simOpensm } from '../../simulator/guest/simOpensm.ts';
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
  await reach(stage, 'OpensmNotFound', 'sm-01');
  guest.programs.set('/usr/sbin/opensm', simOpensm({ ...NVIDIA_OPENSM, virtualization: false }));
  await nudge(stage, 'sm-01');
  await reach(stage, 'OpensmLacksVirtualization', 'sm-01');
  guest.programs.set('/usr/sbin/opensm', simOpensm(NVIDIA_OPENSM));
  await nudge(stage, 'sm-01');
}

export const RUNBOOK_GUESTS: readonly Scenario[] = [
  {
    name: 'runbook-subnet-manager',
    kind: 'attachment',
    why: 'no Secret, an account that may not, no OpenSM, the wrong OpenSM: each is said, and with the last one put right the VM is master',
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
