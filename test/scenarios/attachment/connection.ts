/** The way to the vSphere server: sessions, log-ins, certificates, connections that break at the worst moment. */
import { SimFault } from '../../simulator/world/vmFault.ts';
import { secretManifest } from '../../support/lab/manifests.ts';
import type { Scenario, Stage } from '../scenario.ts';
import { annotate, cardsOf, nudge, reach, ready, running, says, shutDown, spec, untouched, vmOf, works, world } from './parts.ts';

function vcenterOf({ vcenter }: Stage): NonNullable<Stage['vcenter']> {
  if (vcenter === undefined) throw new Error('the scenario has no vCenter');
  return vcenter;
}

const basis = { kind: 'attachment', world, spec, vcenter: true, vms: [running], attachments: { 'db-01': shutDown } } as const;

/** A call whose connection breaks: what comes of it is the same as without. */
function broken(name: string, why: string, row: { readonly kind: 'dropBefore' | 'dropAfter'; readonly method: RegExp }): Scenario {
  return {
    ...basis,
    name,
    why,
    prepare: (stage) => vcenterOf(stage).endpoint.service.misbehaviours.add({ ...row, times: 1 }),
    expect: { ...ready, attachments: { 'db-01': 'Succeeded' }, vmPowerOffs: 1 },
    verify: (stage) => works(vmOf(stage)),
  };
}

/** The right to add and remove devices is missing. */
const NO_DEVICES = { kind: 'denied', method: /^ReconfigVM_Task$/, privilegeId: 'VirtualMachine.Config.AddRemoveDevice' } as const;

export const CONNECTION: readonly Scenario[] = [
  broken('lost-before-reconfigure', 'the connection breaks before the change is made: it is made', {
    kind: 'dropBefore',
    method: /^ReconfigVM_Task$/,
  }),
  broken('lost-after-reconfigure', 'the connection breaks after the change was made: there is one card and not two', {
    kind: 'dropAfter',
    method: /^ReconfigVM_Task$/,
  }),
  broken('lost-after-power-on', 'the connection breaks after the VM was powered on: it is not powered off again', {
    kind: 'dropAfter',
    method: /^PowerOnVM_Task$/,
  }),
  {
    ...basis,
    name: 'session-expired',
    why: 'the session ends between power-off and change: the operator logs in again and goes on',
    prepare: (stage) => {
      const { sessions } = vcenterOf(stage).endpoint.service;
      stage.lab.vsphere.inventory.hooks.beforeNext('shutdownGuest', () => sessions.expireAll(), vmOf(stage));
    },
    expect: { ...ready, attachments: { 'db-01': 'Succeeded' }, vmPowerOffs: 1 },
    verify: (stage) => {
      works(vmOf(stage));
      if (vcenterOf(stage).endpoint.service.sessions.logins < 2) throw new Error('the session did not expire');
    },
  },
  {
    ...basis,
    name: 'vcenter-away',
    why: 'a vCenter that is away is asked again until it is back',
    prepare: (stage) => vcenterOf(stage).endpoint.service.misbehaviours.add({ kind: 'httpError', status: 503 }),
    play: async (stage) => {
      await reach(stage, 'VsphereUnreachable');
      untouched(vmOf(stage));
      vcenterOf(stage).endpoint.service.misbehaviours.remove('httpError');
    },
    expect: { ...ready, attachments: { 'db-01': 'Succeeded' }, vmPowerOffs: 1 },
  },
  {
    ...basis,
    name: 'vcenter-wrong-password',
    why: 'a wrong password is tried once, however many attachments there are; the right one is tried at once',
    prepare: async (stage) =>
      await stage.lab.apply(secretManifest(stage.namespace, 'vcenter', { username: vcenterOf(stage).username, password: 'wrong' })),
    vms: [running, ...[2, 3, 4, 5, 6, 7].map((number) => ({ name: `db-0${number}` }))],
    attachments: { 'db-01': shutDown, 'db-02': {}, 'db-03': {}, 'db-04': {}, 'db-05': {}, 'db-06': {}, 'db-07': {} },
    play: async (stage) => {
      const { endpoint, username, password } = vcenterOf(stage);
      for (const { name } of stage.vms) await reach(stage, 'VsphereCredentialsRejected', name);
      for (const { name } of stage.vms) await nudge(stage, name);
      await stage.lab.apply(secretManifest(stage.namespace, 'vcenter', { username, password }));
      for (const { name } of stage.vms) await reach(stage, 'Succeeded', name);
      if (endpoint.service.sessions.refusedLogins !== 1) throw new Error(`${endpoint.service.sessions.refusedLogins} log-ins were refused`);
    },
    expect: { ...ready, attachments: { 'db-01': 'Succeeded' }, vmPowerOffs: 1 },
  },
  {
    ...basis,
    name: 'vcenter-untrusted',
    why: 'a certificate that nobody declared: no password is sent',
    specFor: (stage) => {
      const certificateFingerprint = Array.from({ length: 32 }, () => 'AA').join(':');
      return { vsphere: { server: vcenterOf(stage).endpoint.server, credentialsSecretRef: { name: 'vcenter' }, certificateFingerprint } };
    },
    expect: { ...ready, attachments: { 'db-01': 'VsphereCertificateUntrusted' } },
    verify: (stage) => {
      const { logins, refusedLogins } = vcenterOf(stage).endpoint.service.sessions;
      if (logins + refusedLogins > 0) throw new Error('credentials were sent');
    },
    remedy: async (stage) => {
      const { endpoint } = vcenterOf(stage);
      const certificateFingerprint = endpoint.certificate.fingerprintSha256;
      await stage.applyHost({ vsphere: { server: endpoint.server, credentialsSecretRef: { name: 'vcenter' }, certificateFingerprint } });
    },
  },
  {
    ...basis,
    name: 'vcenter-no-privilege',
    why: 'a user who may not change the VM: it keeps its power, and the privilege is named; once it is given the VM gets its card',
    prepare: (stage) => vcenterOf(stage).endpoint.service.misbehaviours.add(NO_DEVICES),
    play: async (stage) => {
      await reach(stage, 'VspherePermissionDenied');
      says(stage, /lacks VirtualMachine\.Config\.AddRemoveDevice on VM db-01/);
      untouched(vmOf(stage));
      vcenterOf(stage).endpoint.service.misbehaviours.remove('denied');
      await nudge(stage);
    },
    expect: { ...ready, attachments: { 'db-01': 'Succeeded' }, vmPowerOffs: 1 },
    verify: (stage) => works(vmOf(stage)),
    remedy: async (stage) => {
      vcenterOf(stage).endpoint.service.misbehaviours.remove('denied');
      await annotate(stage, 'sriov.esxi.io/retry=1');
    },
  },
  {
    ...basis,
    name: 'vcenter-no-privilege-untold',
    why: 'a vCenter that does not tell what its user may do: the VM gets its power back, and the privilege is named',
    prepare: (stage) => {
      const { misbehaviours } = vcenterOf(stage).endpoint.service;
      misbehaviours.add(NO_DEVICES);
      const fault = new SimFault('NotSupported', 'The operation is not supported on the object.');
      misbehaviours.add({ kind: 'refuse', method: /^HasPrivilegeOnEntities$/, fault });
    },
    expect: { ...ready, attachments: { 'db-01': 'ChangeRefused' }, vmPowerOffs: 1, deniedChanges: 1 },
    verify: (stage) => {
      const vm = vmOf(stage);
      if (vm.powerState !== 'poweredOn' || cardsOf(vm).length > 0) throw new Error('the VM is not as it was');
    },
  },
];
