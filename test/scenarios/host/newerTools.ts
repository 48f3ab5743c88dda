/** What firmware does in a way of its own, with the newer layouts of mlxconfig. */
import { connectX4Lx, connectX5En, dellConnectX4Lx } from '../../simulator/profiles/adapterModels.ts';
import { byPath, makeImage, otherVersion } from '../../support/world/firmwareImages.ts';
import type { Scenario } from '../scenario.ts';
import { FABRIC0 } from './ethernet.ts';

const wide = { esxi: '8.0u3', tools: 'withMft', mft: '4.31' } as const;
const wider = { esxi: '8.0u3', tools: 'withMft', mft: '4.36' } as const;
const NEWER = makeImage(connectX5En.psid, otherVersion(connectX5En.firmwareVersion, 1));

export const NEWER_TOOLS: readonly Scenario[] = [
  {
    name: 'burn-newer-tools',
    kind: 'host',
    why: 'image and settings share one restart with the widest layout too',
    world: { profile: wider, adapters: [{ model: connectX5En }] },
    prepare: ({ host }) => host.world.files.write(NEWER.path, NEWER.bytes),
    spec: { adapters: [{ ...FABRIC0, firmware: byPath(NEWER) }] },
    expect: { ready: true, restarts: 1 },
  },
  {
    name: 'cold-only-newer-tools',
    kind: 'host',
    why: 'that only a power cycle helps is read from the wide layout',
    world: { profile: wide, adapters: [{ model: connectX4Lx, needsColdCycle: true }] },
    spec: { adapters: [FABRIC0] },
    expect: { ready: true, restarts: 1 },
  },
  {
    name: 'at-goal-newer-tools',
    kind: 'host',
    why: 'a card with the PSID of a server maker is at its goal, and the widest layout says so: nothing is done',
    world: {
      profile: wider,
      adapters: [{ model: dellConnectX4Lx, parameters: { SRIOV_EN: 1, NUM_OF_VFS: 8 } }],
      moduleOptions: 'max_vfs=8,4',
    },
    spec: { adapters: [FABRIC0] },
    expect: { ready: true, restarts: 0 },
  },
];
