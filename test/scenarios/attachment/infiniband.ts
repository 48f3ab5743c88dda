/** InfiniBand attachments: the Subnet Manager in its VM, and the links that become Active by it. */
import { findCondition } from '../../../operator/api/conditions.ts';
import { addLinuxGuest, addManagerGuest, DISTRIBUTION_OPENSM } from '../../simulator/guest/guestKit.ts';
import { GUEST_PASSWORD, type SimGuest } from '../../simulator/guest/simGuest.ts';
import { connectX6Vpi } from '../../simulator/profiles/adapterModels.ts';
import { secretManifest } from '../../support/lab/manifests.ts';
import type { Scenario, Stage } from '../scenario.ts';
import { keyOf, nudge, PF, reach, ready, statusOf, vmOf } from './parts.ts';

/** Both ports are InfiniBand; the first is passed through, the second has virtual functions. */
const world = {
  profile: { esxi: '7.0u3', tools: 'withMft' },
  adapters: [
    {
      model: connectX6Vpi,
      parameters: { SRIOV_EN: 1, NUM_OF_VFS: 4, LINK_TYPE_P1: 1, LINK_TYPE_P2: 1, ADVANCED_PCI_SETTINGS: 1, FORCE_ETH_PCI_SUBCLASS: 1 },
    },
  ],
  // The driver counts only the functions that it has.
  moduleOptions: 'max_vfs=4',
  passthrough: [PF],
} as const;
const ports = [
  { number: 1, linkType: 'InfiniBand', vfs: 0, subnet: 'fabric-a' },
  { number: 2, linkType: 'InfiniBand', vfs: 4, subnet: 'fabric-a' },
];
const spec = { adapters: [{ name: 'fabric0', selector: { pciAddress: PF }, ports }] };
const guest = { guest: { credentialsSecretRef: { name: 'guest' } } };
const powerOn = { powerPolicy: { powerOn: true } };
const manager = {
  ...guest,
  ...powerOn,
  function: { kind: 'Physical', adapter: 'fabric0', port: 1 },
  network: undefined,
  subnetManager: { priority: 3 },
};
const client = { ...guest, ...powerOn, function: { adapter: 'fabric0', port: 2 } };
const both = { world, spec, vms: [{ name: 'sm-01' }, { name: 'hpc-01' }], attachments: { 'sm-01': manager, 'hpc-01': client } } as const;
const CONFIG = '/etc/opensm.conf';

function guests(options: Parameters<typeof addManagerGuest>[2] = {}, password: string = GUEST_PASSWORD) {
  return async (stage: Stage): Promise<void> => {
    const { inventory } = stage.lab.vsphere;
    cable(stage);
    addManagerGuest(inventory, vmOf(stage), options);
    if (stage.vms.length > 1) addLinuxGuest(inventory, vmOf(stage, 1));
    await stage.lab.apply(secretManifest(stage.namespace, 'guest', { username: 'root', password }));
  };
}

/** A subnet of this scenario alone: the fleet is shared by all. */
function cable({ lab, namespace, host }: Stage): void {
  for (const { address } of host.world.physicalFunctions) lab.vsphere.inventory.guests.cable(host.world.id, address, namespace);
}

function inside(stage: Stage, index = 0): SimGuest {
  const found = stage.lab.vsphere.inventory.guests.of(vmOf(stage, index));
  if (found === undefined) throw new Error('the VM has no guest');
  return found;
}

/** Until a condition of an attachment says this, for example `LinkActive=True LinkUp`. */
async function until(stage: Stage, name: string, verdict: string): Promise<void> {
  const [type = ''] = verdict.split('=');
  const holds = (object: Parameters<Parameters<typeof stage.lab.observer.until<'SriovVmAttachment'>>[2]>[0]): boolean => {
    const found = findCondition(object?.status?.conditions, type);
    return `${type}=${found?.status} ${found?.reason}` === verdict;
  };
  await stage.lab.observer.until('SriovVmAttachment', keyOf(stage, name), holds, { timeoutMs: 90_000, what: verdict });
}

function runningOpensm(stage: Stage): readonly string[] {
  const alive = inside(stage)
    .processes()
    .filter(({ name, exitCode }) => name === 'opensm' && exitCode === undefined);
  return alive.map(({ commandLine }) => commandLine);
}

function mustRun(stage: Stage, count: number): void {
  const running = runningOpensm(stage);
  if (running.length !== count) throw new Error(`${running.length} OpenSM run, not ${count}: ${running.join('; ')}`);
}

export const ATTACHMENT_INFINIBAND: readonly Scenario[] = [
  {
    name: 'subnet-manager',
    kind: 'attachment',
    why: 'one port as a whole for the VM with OpenSM, one for virtual functions: the VM becomes master with virtualization, and the link of the function Active',
    ...both,
    prepare: guests(),
    expect: { ...ready, attachments: { 'sm-01': 'Succeeded', 'hpc-01': 'Succeeded' } },
    verify: async (stage) => {
      await until(stage, 'sm-01', 'SubnetManagerReady=True SubnetManagerMaster');
      await until(stage, 'hpc-01', 'LinkActive=True LinkUp');
      await until(stage, 'hpc-01', 'SubnetManagerReady=True SubnetManagerMaster');
      const { subnetManager } = statusOf(stage, 'sm-01');
      const { device, link } = statusOf(stage, 'hpc-01');
      if (subnetManager?.state !== 'Master' || subnetManager.priority !== 3)
        throw new Error(`the Subnet Manager is ${JSON.stringify(subnetManager)}`);
      if (device?.guid === undefined || device.guid !== link?.guid)
        throw new Error(`GUID ${device?.guid} of the card is not ${link?.guid} of the link`);
      if (!/^virt_enabled 2$/m.test(inside(stage).read(CONFIG) ?? '')) throw new Error('virt_enabled 2 is not in the configuration');
      mustRun(stage, 1);
      const told = JSON.stringify([statusOf(stage, 'sm-01'), statusOf(stage, 'hpc-01')]) + (await stage.lab.operator.log());
      if (told.includes(GUEST_PASSWORD)) throw new Error('the password of the guest is in a status or in the log');
    },
  },
  {
    name: 'opensm-of-distribution',
    kind: 'attachment',
    why: 'the OpenSM of a Linux distribution would ignore virt_enabled and say so nowhere: it is recognised, and nothing is written',
    ...both,
    prepare: guests({ opensm: DISTRIBUTION_OPENSM }),
    expect: { ...ready, attachments: { 'sm-01': 'OpensmLacksVirtualization', 'hpc-01': 'Succeeded' } },
    verify: async (stage) => {
      await until(stage, 'hpc-01', 'LinkActive=False LinkDown');
      await until(stage, 'hpc-01', 'SubnetManagerReady=False SubnetManagerAbsent');
      if (inside(stage).read(CONFIG) !== undefined) throw new Error('a configuration was written');
      mustRun(stage, 0);
    },
  },
  {
    name: 'guest-password-wrong',
    kind: 'attachment',
    why: 'a wrong password of the guest is tried once and not for ever; the corrected Secret is noticed',
    ...both,
    vms: [{ name: 'sm-01' }],
    attachments: { 'sm-01': manager },
    prepare: guests({}, 'wrong'),
    play: async (stage) => {
      await reach(stage, 'GuestCredentialsRejected', 'sm-01');
      for (let look = 0; look < 3; look += 1) await nudge(stage, 'sm-01');
      if (inside(stage).rejectedLogins !== 1) throw new Error(`the guest refused ${inside(stage).rejectedLogins} log-ins`);
      await stage.lab.apply(secretManifest(stage.namespace, 'guest', { username: 'root', password: GUEST_PASSWORD }));
    },
    expect: { ...ready, attachments: { 'sm-01': 'Succeeded' } },
  },
  {
    name: 'guest-tools-silent',
    kind: 'attachment',
    why: 'without VMware Tools nothing can be done in the guest: said so, and gone on with when they run',
    ...both,
    vms: [{ name: 'sm-01', toolsInstalled: false }],
    attachments: { 'sm-01': manager },
    prepare: guests(),
    play: async (stage) => {
      await reach(stage, 'GuestUnreachable', 'sm-01');
      stage.lab.vsphere.inventory.editVm(vmOf(stage), (vm) => (vm.toolsInstalled = true));
    },
    expect: { ...ready, attachments: { 'sm-01': 'Succeeded' } },
    verify: (stage) => mustRun(stage, 1),
  },
  {
    name: 'subnet-manager-killed',
    kind: 'attachment',
    why: 'an OpenSM that is gone is started again at the next look, with the configuration as it is',
    ...both,
    vms: [{ name: 'sm-01' }],
    attachments: { 'sm-01': manager },
    prepare: guests({ systemd: false }),
    play: async (stage) => {
      await until(stage, 'sm-01', 'SubnetManagerReady=True SubnetManagerMaster');
      const before = runningOpensm(stage);
      for (const { pid, name } of inside(stage).processes()) if (name === 'opensm') inside(stage).kill(pid);
      mustRun(stage, 0);
      await nudge(stage, 'sm-01');
      const deadline = performance.now() + 20_000;
      while (runningOpensm(stage).join() !== before.join() && performance.now() < deadline)
        await new Promise((resolve) => setTimeout(resolve, 50));
      mustRun(stage, 1);
    },
    expect: { ...ready, attachments: { 'sm-01': 'Succeeded' } },
    verify: (stage) => {
      const written = (statusOf(stage, 'sm-01').journal ?? []).filter(({ action }) => action === 'ConfigureSubnetManager');
      if (written.length !== 1) throw new Error(`the configuration was written ${written.length} times`);
    },
  },
  {
    name: 'subnet-manager-absent',
    kind: 'attachment',
    why: 'a virtual function on a subnet that nobody manages: its card is as declared, its link is not, and the conditions say both',
    world,
    spec,
    vms: [{ name: 'hpc-01' }],
    attachments: { 'hpc-01': client },
    prepare: async (stage) => {
      cable(stage);
      addLinuxGuest(stage.lab.vsphere.inventory, vmOf(stage));
      await stage.lab.apply(secretManifest(stage.namespace, 'guest', { username: 'root', password: GUEST_PASSWORD }));
    },
    expect: { ...ready, attachments: { 'hpc-01': 'Succeeded' } },
    verify: async (stage) => {
      await until(stage, 'hpc-01', 'LinkActive=False LinkDown');
      await until(stage, 'hpc-01', 'SubnetManagerReady=False SubnetManagerAbsent');
      const message = findCondition(statusOf(stage, 'hpc-01').conditions, 'SubnetManagerReady')?.message ?? '';
      if (!/function.kind Physical.*spec.subnetManager/.test(message)) throw new Error(`no remedy in '${message}'`);
    },
  },
  {
    name: 'opensm-config-kept',
    kind: 'attachment',
    why: 'a configuration that a user wrote stays as it is, but for the two keys that count',
    ...both,
    vms: [{ name: 'sm-01' }],
    attachments: { 'sm-01': manager },
    prepare: guests({ files: { [CONFIG]: '# ours since 2019\nlmc 2\nvirt_enabled 0\nsm_priority 9\n' } }),
    expect: { ...ready, attachments: { 'sm-01': 'Succeeded' } },
    verify: (stage) => {
      const content = inside(stage).read(CONFIG);
      if (content !== '# ours since 2019\nlmc 2\nvirt_enabled 2\nsm_priority 3\n')
        throw new Error(`the configuration is ${JSON.stringify(content)}`);
    },
  },
];
