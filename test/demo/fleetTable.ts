/** The demo's world as a table: to show another host, add a row here and a file of objects. */
import type { AddHostOptions } from '../simulator/fleet.ts';
import { connectX4Lx, connectX5En, connectX5EnSinglePort, connectX6Dx, connectX6Vpi } from '../simulator/profiles/adapterModels.ts';
import type { NewVm } from '../simulator/world/vm.ts';

export interface DemoVm extends Omit<NewVm, 'hostId'> {
  /** How long its guest takes to shut down, milliseconds. */
  readonly shutdownMs?: number;
  /** What is inside; left out: nothing that the operator could ask. */
  readonly guest?: 'Linux' | 'SubnetManager';
}

export interface DemoHost {
  /** What is special about it, as the demo tells it. */
  readonly story: string;
  readonly simulated: Omit<AddHostOptions, 'durations'>;
  readonly vms: readonly DemoVm[];
  /** A firmware image that lies on its datastore. */
  readonly image?: { readonly path: string; readonly psid: string; readonly version: string };
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
  {
    story: 'ESXi 8.0 U3 with MFT and an InfiniBand card: port 1 is for the VM with the Subnet Manager, port 2 gets virtual functions',
    simulated: {
      name: 'esx-04',
      profile: { esxi: '8.0u3', tools: 'withMft' },
      adapters: [{ model: connectX6Vpi, parameters: { LINK_TYPE_P1: 1, LINK_TYPE_P2: 1 } }],
    },
    vms: [{ name: 'sm-01', powerState: 'poweredOff', guest: 'SubnetManager' }],
    objects: ['esx-04.yaml', 'sm-01.yaml'],
  },
  {
    story: 'ESXi 7.0 U3 with MFT: the firmware is older than declared, its image lies on the datastore; settings are wrong, too',
    simulated: { name: 'esx-05', profile: { esxi: '7.0u3', tools: 'withMft' }, adapters: [{ model: connectX5En }] },
    vms: [],
    image: { path: '/vmfs/volumes/ds1/fw-ConnectX5-16.35.4030.bin', psid: connectX5En.psid, version: '16.35.4030' },
    objects: ['esx-05.yaml'],
  },
  {
    story: 'ESXi 8.0 U2 with MFT: whatever disturbs it needs the approval of a person first',
    simulated: { name: 'esx-06', profile: { esxi: '8.0u2', tools: 'withMft' }, adapters: [{ model: connectX5EnSinglePort }] },
    vms: [],
    objects: ['esx-06.yaml'],
  },
  {
    story:
      'ESXi 8.0 U3 with MFT and an InfiniBand card on the same subnet as esx-04: its virtual functions have a link by that Subnet Manager',
    simulated: {
      name: 'esx-07',
      profile: { esxi: '8.0u3', tools: 'withMft' },
      adapters: [{ model: connectX6Vpi, parameters: { LINK_TYPE_P1: 1, LINK_TYPE_P2: 1 } }],
    },
    vms: [{ name: 'hpc-01', powerState: 'poweredOff', guest: 'Linux' }],
    objects: ['esx-07.yaml', 'hpc-01.yaml'],
  },
];
