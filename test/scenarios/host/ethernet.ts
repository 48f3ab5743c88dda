/** Hosts that get ready, Ethernet. */
import { connectX4Lx, connectX5En, connectX6Dx } from '../../simulator/profiles/adapterModels.ts';
import { DRIVER, MFT } from '../../support/lab/manifests.ts';
import type { Scenario } from '../scenario.ts';

export const FABRIC0 = {
  name: 'fabric0',
  selector: { pciAddress: '0000:3b:00.0' },
  ports: [
    { number: 1, vfs: 8 },
    { number: 2, vfs: 4 },
  ],
};
const adapters = [FABRIC0];
const goal = { parameters: { SRIOV_EN: 1, NUM_OF_VFS: 8 } };
const withTools = { esxi: '7.0u3', tools: 'withMft' } as const;

export const ETHERNET: readonly Scenario[] = [
  {
    name: 'bare-ethernet',
    kind: 'host',
    why: 'the manual chapter from its first step: driver, MFT, firmware, max_vfs, with two restarts instead of four',
    world: { profile: { esxi: '7.0u3', tools: 'bare' }, adapters: [{ model: connectX5En }] },
    spec: { adapters, software: [DRIVER, ...MFT] },
    expect: { ready: true, restarts: 2 },
    verify: ({ host }) => {
      const kinds = host.world.counters.restarts.map(({ kind }) => kind);
      if (kinds.join() !== 'warm,cold') throw new Error(`restarts were ${kinds.join()}, not a reboot and then a power cycle`);
    },
  },
  {
    name: 'tools-present',
    kind: 'host',
    why: 'with MFT on the host, firmware settings and max_vfs share one restart',
    world: { profile: withTools, adapters: [{ model: connectX5En }] },
    spec: { adapters },
    expect: { ready: true, restarts: 1 },
  },
  {
    name: 'at-goal',
    kind: 'host',
    why: 'nothing to do is nothing done',
    world: { profile: withTools, adapters: [{ model: connectX5En, ...goal }], moduleOptions: 'max_vfs=8,4' },
    spec: { adapters },
    expect: { ready: true, restarts: 0 },
    verify: ({ host }) => {
      if (host.world.counters.reconfigurations > 0) throw new Error('a host at its goal was written to');
    },
  },
  {
    name: 'tools-only-missing',
    kind: 'host',
    why: 'max_vfs is staged with the tools: firmware that is ready already needs no second restart',
    world: { profile: { esxi: '7.0u3', tools: 'bare' }, adapters: [{ model: connectX5En, ...goal }] },
    spec: { adapters, software: MFT },
    expect: { ready: true, restarts: 1 },
  },
  {
    name: 'bundle-install',
    kind: 'host',
    why: 'offline bundles by -d, each with its checksum-free URL-less path on a datastore',
    world: { profile: { esxi: '7.0u3', tools: 'bare' }, adapters: [{ model: connectX6Dx }] },
    spec: {
      adapters,
      software: [
        { name: 'nmst', minVersion: '4.22.1.11', source: { depot: '/vmfs/volumes/ds1/mft.zip' } },
        { name: 'mft', minVersion: '4.22.1.11', source: { depot: '/vmfs/volumes/ds1/mft.zip' } },
      ],
    },
    expect: { ready: true, restarts: 2 },
  },
  {
    name: 'no-bmc',
    kind: 'host',
    why: 'no BMC: a warm reboot where the tool says that it is enough',
    world: { profile: withTools, adapters: [{ model: connectX5En }], bmc: false },
    spec: { adapters },
    expect: { ready: true, restarts: 1 },
  },
  {
    name: 'cold-only-card',
    kind: 'host',
    why: 'a card that only a power cycle activates gets one at once, not a reboot first',
    world: { profile: withTools, adapters: [{ model: connectX6Dx, needsColdCycle: true }] },
    spec: { adapters },
    expect: { ready: true, restarts: 1 },
  },
  {
    name: 'foreign-options-kept',
    kind: 'host',
    why: 'other driver options and the VFs of adapters that nobody declared stay as they are',
    world: {
      profile: withTools,
      adapters: [
        { model: connectX5En, ...goal },
        { model: connectX4Lx, parameters: { SRIOV_EN: 1, NUM_OF_VFS: 4 } },
      ],
      moduleOptions: 'pfctx=0x08 max_vfs=0,0,2,3 trust_state=2',
    },
    spec: { adapters },
    expect: { ready: true, restarts: 1 },
    verify: ({ host }) => {
      const options = host.world.modules.configured('nmlx5_core');
      if (options !== 'pfctx=0x08 max_vfs=8,4,2,3 trust_state=2') throw new Error(`driver options are '${options}'`);
    },
  },
  {
    name: 'esxi-8-newer-mft',
    kind: 'host',
    why: 'the newer layouts of mlxconfig and hexadecimal VF addresses',
    world: { profile: { esxi: '8.0u3', tools: 'withMft' }, adapters: [{ model: connectX6Dx }] },
    spec: { adapters },
    expect: { ready: true, restarts: 1 },
  },
  {
    name: 'esxi-67-oldest',
    kind: 'host',
    why: 'the oldest release and its MFT',
    world: { profile: { esxi: '6.7', tools: 'withMft' }, adapters: [{ model: connectX4Lx }] },
    spec: { adapters },
    expect: { ready: true, restarts: 1 },
  },
  {
    name: 'max-sessions-1',
    kind: 'host',
    why: 'a hardened sshd allows one channel on a connection',
    world: { profile: withTools, adapters: [{ model: connectX5En }], misbehaviour: [{ kind: 'maxSessions1' }] },
    spec: { adapters },
    expect: { ready: true, restarts: 1 },
  },
  {
    name: 'hostd-late',
    kind: 'host',
    why: 'after a boot SSH answers before hostd does: not an error, not a reason for anything',
    world: {
      profile: withTools,
      adapters: [{ model: connectX5En }],
      misbehaviour: [{ kind: 'hostdNotReady', milliseconds: 800, times: 1 }],
    },
    spec: { adapters },
    expect: { ready: true, restarts: 1 },
  },
];
