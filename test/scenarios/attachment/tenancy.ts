/** Who may use a host, and for which VMs. */
import { attachmentManifest, namespaceManifest } from '../../support/lab/manifests.ts';
import type { Scenario, Stage } from '../scenario.ts';
import { untilAttachment } from '../untilAttachment.ts';
import { reach, ready, remove, running, says, shutDown, spec, untouched, vmOf, works, world } from './parts.ts';

const basis = { kind: 'attachment', world, vms: [running] } as const;
const selector = { ...spec, attachments: { from: 'Selector', namespaceSelector: { matchLabels: { 'example.com/tenant': 'blue' } } } };
const tenantA = { ...spec, attachments: { from: 'Same', vmPaths: ['/dc-01/vm/tenant-a/**'] } };

/** Attaches from a namespace of its own, with these labels. */
async function attachFrom({ lab, namespace, host }: Stage, labels: Readonly<Record<string, string>>): Promise<void> {
  const tenant = `${namespace}-tenant`;
  const hostRef = { name: host.world.name, namespace };
  const manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: tenant, labels } };
  await lab.apply(
    manifest,
    attachmentManifest({ namespace: tenant, name: 'db-01', host: host.world.name, spec: { ...shutDown, hostRef } }),
  );
}

/** The attachment of a neighbour without any label. */
const applyFromNeighbour = async (stage: Stage): Promise<void> => await attachFrom(stage, {});

export const TENANCY: readonly Scenario[] = [
  {
    ...basis,
    name: 'host-of-neighbour',
    why: 'a host of another namespace that opens itself to all',
    spec: { ...spec, attachments: { from: 'All' } },
    play: applyFromNeighbour,
    expect: { ...ready, attachments: { 'host-of-neighbour-tenant/db-01': 'Succeeded' }, vmPowerOffs: 1 },
    verify: (stage) => works(vmOf(stage)),
  },
  {
    ...basis,
    name: 'host-closed-to-neighbour',
    why: 'a host of another namespace that does not: nothing is read about the VM',
    spec,
    play: applyFromNeighbour,
    expect: { ...ready, attachments: { 'host-closed-to-neighbour-tenant/db-01': 'HostNotAllowed' } },
    verify: (stage) => {
      untouched(vmOf(stage));
      says({ ...stage, namespace: 'host-closed-to-neighbour-tenant' }, /attachments\.from/);
      if (stage.soap.service.sessions.logins > 0) throw new Error('the vSphere server was asked');
    },
  },
  {
    ...basis,
    name: 'host-selects-namespace',
    why: 'a namespace with the label that the host selects',
    spec: selector,
    play: async (stage) => await attachFrom(stage, { 'example.com/tenant': 'blue' }),
    expect: { ...ready, attachments: { 'host-selects-namespace-tenant/db-01': 'Succeeded' }, vmPowerOffs: 1 },
    verify: (stage) => works(vmOf(stage)),
  },
  {
    ...basis,
    name: 'host-selects-another',
    why: 'a namespace without it is let in once it gets the label',
    spec: selector,
    play: async (stage) => {
      const tenant = `${stage.namespace}-tenant`;
      await attachFrom(stage, { 'example.com/tenant': 'red' });
      await untilAttachment({ lab: stage.lab, key: `${tenant}/db-01`, reason: 'HostNotAllowed' });
      untouched(vmOf(stage));
      const labels = { 'example.com/tenant': 'blue' };
      await stage.lab.apply({ ...namespaceManifest(tenant), metadata: { name: tenant, labels } });
    },
    expect: { ...ready, attachments: { 'host-selects-another-tenant/db-01': 'Succeeded' }, vmPowerOffs: 1 },
    verify: (stage) => works(vmOf(stage)),
  },
  {
    ...basis,
    name: 'vm-path-open',
    why: 'of two VMs of one name only one is where the host is open: that one is meant',
    spec: tenantA,
    vcenter: true,
    vms: [
      { ...running, folders: ['tenant-b'] },
      { ...running, folders: ['tenant-a', 'databases'] },
    ],
    attachments: { 'db-01': shutDown },
    expect: { ...ready, attachments: { 'db-01': 'Succeeded' }, vmPowerOffs: 1 },
    verify: (stage) => {
      untouched(vmOf(stage));
      works(vmOf(stage, 1));
    },
  },
  {
    ...basis,
    name: 'vm-path-closed',
    why: 'a VM elsewhere, by whatever it is named, and one that does not exist get the same answer',
    spec: tenantA,
    vcenter: true,
    vms: [{ ...running, folders: ['tenant-b'] }],
    attachments: {
      'db-01': shutDown,
      ghost: shutDown,
      'by-path': { ...shutDown, vm: { inventoryPath: '/dc-01/vm/tenant-b/db-01' } },
    },
    play: async (stage) => {
      await stage.applyAttachment('by-moref', { ...shutDown, vm: { moRef: `vm-${vmOf(stage).number}` } });
    },
    expect: {
      ...ready,
      attachments: { 'db-01': 'VmNotAllowed', ghost: 'VmNotAllowed', 'by-path': 'VmNotAllowed', 'by-moref': 'VmNotAllowed' },
    },
    verify: (stage) => untouched(vmOf(stage)),
  },
  {
    ...basis,
    name: 'vm-path-lost',
    why: 'a VM that leaves the open folder is reported, not touched; deletion still takes the card out',
    spec: tenantA,
    vcenter: true,
    vms: [{ ...running, folders: ['tenant-a'] }],
    attachments: { 'db-01': shutDown },
    play: async (stage) => {
      await reach(stage, 'Succeeded');
      await stage.applyHost({ attachments: { from: 'Same', vmPaths: ['/dc-01/vm/tenant-b/**'] } });
      await reach(stage, 'VmNotAllowed');
      works(vmOf(stage));
      await remove(stage);
    },
    expect: { ...ready, vmPowerOffs: 2 },
    verify: ({ vms: [vm] }) => {
      if (vm?.powerState !== 'poweredOn' || vm.memoryLockedToMax) throw new Error('the VM is not as it was');
    },
  },
];
