// How many virtual functions a boot creates, on which function, and where they lie.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { connectX4Vpi, connectX5En, connectX5EnSinglePort, connectX6Vpi } from '../../../simulator/profiles/adapterModels.ts';
import type { AdapterOptions } from '../../../simulator/world/hostOptions.ts';
import { testHost } from './testHost.ts';

const SRIOV = { SRIOV_EN: 1, NUM_OF_VFS: 8 };
const INFINIBAND = { ...SRIOV, LINK_TYPE_P1: 1, LINK_TYPE_P2: 1 };
const OVERRIDE = { ADVANCED_PCI_SETTINGS: 1, FORCE_ETH_PCI_SUBCLASS: 1 };
const ETHERNET = { ...SRIOV, LINK_TYPE_P1: 2, LINK_TYPE_P2: 2 };

function counts(adapters: readonly AdapterOptions[], moduleOptions: string, rest: Parameters<typeof testHost>[0] = {}): readonly number[] {
  const { world } = testHost({ adapters, moduleOptions, ...rest });
  return world.physicalFunctions.map((pf) => pf.virtualFunctions.length);
}

describe('virtual functions', () => {
  it.each([
    {
      why: 'each entry counts for one function',
      adapters: [{ model: connectX5En, parameters: SRIOV }],
      options: 'max_vfs=8,4',
      expected: [8, 4],
    },
    {
      why: 'a single entry is not for all functions',
      adapters: [{ model: connectX5En, parameters: SRIOV }],
      options: 'max_vfs=4',
      expected: [4, 0],
    },
    { why: 'firmware caps the entry', adapters: [{ model: connectX5En, parameters: SRIOV }], options: 'max_vfs=16,16', expected: [8, 8] },
    {
      why: 'firmware has SR-IOV off',
      adapters: [{ model: connectX5En, parameters: { ...SRIOV, SRIOV_EN: 0 } }],
      options: 'max_vfs=8,8',
      expected: [0, 0],
    },
    { why: 'the driver was told nothing', adapters: [{ model: connectX5En, parameters: SRIOV }], options: 'pfctx=0x08', expected: [0, 0] },
    {
      why: 'firmware counts per function, so NUM_OF_VFS is ignored',
      adapters: [{ model: connectX5En, parameters: { ...SRIOV, PF_NUM_OF_VF_VALID: 1, PF_NUM_OF_VF: 3 } }],
      options: 'max_vfs=8,8',
      expected: [3, 3],
    },
    {
      why: 'entries are in PCI order, whatever order the cards were named in',
      adapters: [
        { model: connectX5En, parameters: SRIOV, pciAddress: '0000:af:00.0' },
        { model: connectX5EnSinglePort, parameters: SRIOV, pciAddress: '0000:3b:00.0' },
      ],
      options: 'max_vfs=1,2,3',
      expected: [1, 2, 3],
    },
    {
      why: 'InfiniBand ports without the override have no driver and take no entry',
      adapters: [
        { model: connectX6Vpi, parameters: INFINIBAND, pciAddress: '0000:3b:00.0' },
        { model: connectX5EnSinglePort, parameters: SRIOV, pciAddress: '0000:af:00.0' },
      ],
      options: 'max_vfs=3,5',
      expected: [0, 0, 3],
    },
    {
      why: 'with the override they take theirs',
      adapters: [
        { model: connectX6Vpi, parameters: { ...INFINIBAND, ...OVERRIDE }, pciAddress: '0000:3b:00.0' },
        { model: connectX5EnSinglePort, parameters: SRIOV, pciAddress: '0000:af:00.0' },
      ],
      options: 'max_vfs=3,5,7',
      expected: [3, 5, 7],
    },
  ])('$why', ({ adapters, options, expected }) => {
    expect(counts(adapters, options)).toEqual(expected);
  });

  it('do not exist while the BIOS has SR-IOV off', () => {
    expect(counts([{ model: connectX5En, parameters: SRIOV }], 'max_vfs=8,8', { biosSriov: false })).toEqual([0, 0]);
  });

  it('are fewer when the machine has no room for more', () => {
    const misbehaviour = [{ kind: 'fewerVfsThanAsked' as const, most: 3 }];
    expect(counts([{ model: connectX5En, parameters: SRIOV }], 'max_vfs=8,2', { misbehaviour })).toEqual([3, 2]);
  });

  it('lie behind the ports, NUM_OF_VFS addresses for each', () => {
    const { world } = testHost({
      adapters: [{ model: connectX5En, parameters: SRIOV, pciAddress: '0000:3b:00.0' }],
      moduleOptions: 'max_vfs=2,2',
    });
    expect(world.physicalFunctions.map((pf) => pf.virtualFunctions)).toEqual([
      ['0000:3b:00.2', '0000:3b:00.3'],
      ['0000:3b:01.2', '0000:3b:01.3'],
    ]);
  });

  it('cross to the next bus when there are many (ARI)', () => {
    const parameters = { SRIOV_EN: 1, NUM_OF_VFS: 127 };
    const { world } = testHost({
      adapters: [{ model: connectX5En, parameters, pciAddress: '0000:3b:00.0' }],
      moduleOptions: 'max_vfs=127,127',
    });
    const all = world.physicalFunctions.flatMap((pf) => pf.virtualFunctions);
    expect(new Set(all).size).toBe(254);
    expect(all.at(-1)).toBe('0000:3b:1f.7');
  });

  it('need the driver to load after both changes: firmware and options staged before one reboot are enough', () => {
    const { world, reboot } = testHost({ adapters: [{ model: connectX5En }] });
    const [adapter] = world.adapters;
    if (adapter !== undefined) {
      world.mft.set(adapter, [
        { name: 'SRIOV_EN', value: '1' },
        { name: 'NUM_OF_VFS', value: '4' },
      ]);
    }
    world.modules.set('nmlx5_core', 'max_vfs=4,4');
    expect(world.physicalFunctions.map((pf) => [pf.configuredVfs, pf.virtualFunctions.length])).toEqual([
      [4, 0],
      [4, 0],
    ]);
    reboot();
    expect(world.physicalFunctions.map((pf) => pf.virtualFunctions.length)).toEqual([4, 4]);
  });

  it('move to other functions when a card is put in before theirs (KB 309346)', () => {
    const { world, settle } = testHost({
      adapters: [{ model: connectX5En, parameters: SRIOV, pciAddress: '0000:af:00.0' }],
      moduleOptions: 'max_vfs=8,4',
    });
    world.shutDown();
    settle();
    world.addAdapter({ model: connectX4Vpi, parameters: ETHERNET, pciAddress: '0000:3b:00.0' });
    world.powerOn();
    settle();
    expect(world.physicalFunctions.map((pf) => [pf.address, pf.virtualFunctions.length])).toEqual([
      ['0000:3b:00.0', 8],
      ['0000:3b:00.1', 4],
      ['0000:af:00.0', 0],
      ['0000:af:00.1', 0],
    ]);
  });

  it('never overlap, and never exceed any of the three limits', () => {
    const adapter = fc.record({
      model: fc.constantFrom(connectX5En, connectX5EnSinglePort, connectX6Vpi, connectX4Vpi),
      parameters: fc.record({
        SRIOV_EN: fc.integer({ min: 0, max: 1 }),
        NUM_OF_VFS: fc.integer({ min: 0, max: 127 }),
        LINK_TYPE_P1: fc.integer({ min: 1, max: 2 }),
        LINK_TYPE_P2: fc.integer({ min: 1, max: 2 }),
        FORCE_ETH_PCI_SUBCLASS: fc.integer({ min: 0, max: 1 }),
      }),
    });
    const asked = fc.array(fc.integer({ min: 0, max: 128 }), { maxLength: 8 });
    fc.assert(
      fc.property(fc.array(adapter, { maxLength: 4 }), asked, fc.boolean(), (adapters, maxVfs, biosSriov) => {
        const { world } = testHost({ adapters, moduleOptions: `max_vfs=${maxVfs.join(',')}`, biosSriov });
        const all = world.functions.flatMap((fn) => [fn.port.address, ...fn.virtualFunctions]);
        expect(new Set(all).size).toBe(all.length);
        for (const [index, fn] of world.functions.filter(({ driver }) => driver !== undefined).entries()) {
          const limit = biosSriov ? Math.min(maxVfs[index] ?? 0, fn.adapter.offeredVfs) : 0;
          expect(fn.virtualFunctions).toHaveLength(limit);
        }
        expect(world.functions.filter(({ driver }) => driver === undefined).flatMap((fn) => fn.virtualFunctions)).toEqual([]);
      }),
    );
  });
});
