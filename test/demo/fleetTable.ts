/** The demo's world as a table: to show another host, add a row here and a file of objects. */
import type { AddHostOptions } from '../simulator/fleet.ts';
import { connectX4Lx, connectX5En, connectX6Dx } from '../simulator/profiles/adapterModels.ts';
import type { NewVm } from '../simulator/world/vm.ts';

export interface DemoVm extends Omit<NewVm, 'hostId'> {
  /** How long its guest takes to shut down, milliseconds. */
  readonly shutdownMs?: number;
}

export interface DemoHost {
  /** What is special about it, as the demo tells it. */
  readonly story: string;
  readonly simulated: Omit<AddHostOptions, 'durations'>;
  readonly vms: readonly DemoVm[];
  /** Files in `objects/`; the placeholders in them are those of `addDemoHosts.ts`. */
  readonly objects: readonly string[];
}

/** Long enough to be seen; a real server takes minutes. */
export const RESTART_DURATIONS = { shutdown: 500, boot: 1500 } as const;

export const DEMO_HOSTS: readonly DemoHost[] = [
  {
    story: 'ESXi 7.0 U3, bare: the newer driver and MFT have to be installed, then firmware and driver configured; it has a BMC',
    simulated: {
      name: 'esx-01',
      profile: { esxi: '7.0u3', tools: 'bare' },
      adapters: [{ model: connectX5En }],
      bmc: { username: 'bmc-admin' },
    },
    vms: [{ name: 'db-01', powerState: 'poweredOff', vmxnet3: ['VM Network'] }],
    objects: ['esx-01.yaml', 'db-01.yaml'],
  },
  {
    story: 'ESXi 8.0 U3 with MFT: firmware and driver have to be configured; no BMC',
    simulated: { name: 'esx-02', profile: { esxi: '8.0u3', tools: 'withMft', server: 'hpe' }, adapters: [{ model: connectX6Dx }] },
    vms: [],
    objects: ['esx-02.yaml'],
  },
  {
    story: 'ESXi 8.0 U2, already as declared, with a running VM that must not be disturbed without permission',
    simulated: {
      name: 'esx-03',
      profile: { esxi: '8.0u2', tools: 'withMft', server: 'lenovo' },
      adapters: [{ model: connectX4Lx, parameters: { SRIOV_EN: 1, NUM_OF_VFS: 8 } }],
      moduleOptions: 'max_vfs=8,8',
    },
    vms: [{ name: 'web-01', powerState: 'poweredOn', vmxnet3: ['VM Network'], shutdownMs: 1000 }],
    objects: ['esx-03.yaml', 'web-01.yaml'],
  },
];
