/** What the SriovHost has to be. */
import type { Scenario } from '../scenario.ts';
import { reach, ready, running, shutDown, spec, statusOf, untouched, vmOf, works, world } from './parts.ts';

export const HOST: readonly Scenario[] = [
  {
    name: 'host-missing',
    kind: 'attachment',
    why: 'a hostRef that names nothing; the attachment goes on by itself once the host is declared',
    world,
    spec,
    vms: [running],
    play: async (stage) => {
      await stage.applyAttachment('db-01', { ...shutDown, hostRef: { name: 'no-such-host' } });
    },
    expect: { ...ready, attachments: { 'db-01': 'HostNotFound' } },
    verify: (stage) => untouched(vmOf(stage)),
  },
  {
    name: 'host-not-ready',
    kind: 'attachment',
    why: 'a host that waits for its running VMs gives no virtual function yet, and the VM is left alone',
    world: { ...world, moduleOptions: '' },
    spec,
    vms: [running],
    attachments: { 'db-01': shutDown },
    play: async (stage) => await reach(stage, 'HostNotReady'),
    expect: { ready: false, reason: 'RunningVmsBlock', restarts: 0, attachments: { 'db-01': 'HostNotReady' } },
    verify: (stage) => untouched(vmOf(stage)),
  },
  {
    name: 'host-gets-ready',
    kind: 'attachment',
    why: 'the attachment goes on by itself once the host has its virtual functions',
    world: { ...world, moduleOptions: '' },
    spec,
    vms: [{ name: 'db-01' }],
    attachments: { 'db-01': { powerPolicy: { powerOn: true } } },
    expect: { ready: true, restarts: 1, attachments: { 'db-01': 'Succeeded' } },
    verify: (stage) => works(vmOf(stage)),
  },
  {
    name: 'host-observed-only',
    kind: 'attachment',
    why: 'mode Observe: the plan is shown, and nothing of it is done',
    world,
    spec: { ...spec, mode: 'Observe' },
    vms: [running],
    attachments: { 'db-01': shutDown },
    expect: { ready: false, reason: 'ObserveOnly', restarts: 0, attachments: { 'db-01': 'HostObserveOnly' } },
    verify: (stage) => {
      untouched(vmOf(stage));
      if (statusOf(stage).plan?.vmPowerOffs !== 1) throw new Error('status.plan does not show the power-off');
    },
    remedy: async (stage) => await stage.applyHost({ mode: 'Enforce' }),
  },
  {
    name: 'host-in-maintenance',
    kind: 'attachment',
    why: 'a VM that is shut down in maintenance mode could not be started again: it waits until the host is back',
    world: { ...world, maintenanceMode: true },
    spec,
    vms: [{ name: 'db-01' }],
    attachments: { 'db-01': { powerPolicy: { powerOn: true } } },
    play: async (stage) => {
      await reach(stage, 'HostInMaintenance');
      untouched(vmOf(stage));
      stage.host.world.exitMaintenanceMode();
    },
    expect: { ...ready, attachments: { 'db-01': 'Succeeded' } },
    verify: (stage) => works(vmOf(stage)),
  },
];
