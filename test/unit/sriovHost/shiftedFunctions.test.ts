/** max_vfs is one list for all functions of the driver: a card that gets its driver, or waits for one, shifts everybody's place in it. */
import { expect, it } from '@jest/globals';
import { findCondition } from '../../../operator/api/conditions.ts';
import type { AdapterSpec, SriovHost, SriovHostSpec } from '../../../operator/api/types.ts';
import { connectX5En, connectX6Vpi, connectX6VpiSinglePort, connectX7 } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { ManualClock } from '../../simulator/world/clock.ts';
import type { AdapterOptions } from '../../simulator/world/hostOptions.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import { FakeCluster } from '../../support/fakes/cluster.ts';
import { adapterSpec, hostSpec } from '../../support/world/hostSpec.ts';
import { runHost } from '../../support/world/runHost.ts';

const KEY = 'lab/esx-01';
const SLOTS = ['0000:3b:00.0', '0000:5e:00.0', '0000:86:00.0'];

function site(cards: readonly AdapterOptions[], bmc: boolean) {
  const clock = new ManualClock();
  const adapters = cards.map((card, index) => ({ ...card, pciAddress: SLOTS[index] ?? '' }));
  const world = new HostWorld({ id: 'h', name: 'esx-01', clock, profile: hostProfile({ tools: 'withMft' }), adapters });
  const cluster = new FakeCluster();
  const host = () => cluster.hosts.get(KEY) as SriovHost;
  return {
    world,
    verdict: (): string => findCondition(host().status?.conditions, 'Ready')?.reason ?? '',
    /** Virtual functions by PCI address, of functions that have any. */
    functions: () =>
      Object.fromEntries(
        world.functions.flatMap(({ port, virtualFunctions }) =>
          virtualFunctions.length === 0 ? [] : [[port.address, virtualFunctions.length]],
        ),
      ),
    /** What is declared from now on; `looks`: no more than that many. Returns the restarts that it took. */
    declare: async (wanted: readonly AdapterSpec[], looks?: number): Promise<number> => {
      const { bmc: declared, ...rest }: SriovHostSpec = hostSpec({ adapters: wanted });
      const spec = bmc && declared !== undefined ? { ...rest, bmc: declared } : rest;
      const before = cluster.hosts.get(KEY);
      const restarts = world.counters.restarts.length;
      if (before !== undefined) {
        const generation = before.metadata.generation + 1;
        cluster.put('SriovHost', { ...before, metadata: { ...before.metadata, generation }, spec });
      }
      await runHost(world, clock, spec, { cluster, ...(looks === undefined ? {} : { most: looks }) });
      return world.counters.restarts.length - restarts;
    },
    switchPower: (): void => {
      world.shutDown();
      clock.advance(600_000);
      world.powerOn();
      clock.advance(600_000);
    },
  };
}

const port = (number: number, vfs: number) => ({ number, vfs });
const declared = (index: number, ...ports: readonly { number: number; vfs: number }[]): AdapterSpec =>
  adapterSpec(`a${index}`, SLOTS[index] ?? '', [...ports]);

it('a card that was let go with a setting staged gets its driver in between: the options are set right, and that restart is not held against anybody', async () => {
  const infiniBand = { model: connectX7, parameters: { LINK_TYPE_P1: 1 } };
  const { world, verdict, functions, declare } = site([{ model: connectX5En }, infiniBand, { model: connectX5En }], true);
  await declare([declared(0, port(1, 1))]);
  // The override that gives it to the driver is stored, and then nobody wants the card any more.
  await declare([declared(0, port(1, 1)), declared(1, port(1, 1))], 2);
  const restarts = await declare([declared(0, port(1, 1)), declared(2, port(1, 1))]);
  expect({ verdict: verdict(), restarts, functions: functions() }).toEqual({
    verdict: 'Succeeded',
    restarts: 2,
    functions: { '0000:3b:00.0': 1, '0000:86:00.0': 1 },
  });
  expect(world.maintenanceMode).toBe(false);
});

it('a card that waits for a person to switch the power has no driver until then: another one gets its virtual functions all the same', async () => {
  const infiniBand = { model: connectX6Vpi, needsColdCycle: true, parameters: { LINK_TYPE_P1: 1, LINK_TYPE_P2: 1 } };
  const { verdict, functions, declare, switchPower } = site([infiniBand, { model: connectX5En }], false);
  await declare([declared(0, port(1, 1))]);
  expect([verdict(), functions()]).toEqual(['ManualPowerCycleRequired', {}]);
  const both = [declared(0, port(1, 1)), declared(1, port(1, 1), port(2, 2))];
  expect(await declare(both)).toBe(1);
  expect([verdict(), functions()]).toEqual(['ManualPowerCycleRequired', { '0000:5e:00.0': 1, '0000:5e:00.1': 2 }]);
  // What is staged meanwhile is for the power cycle that is asked for.
  switchPower();
  expect(await declare(both)).toBe(0);
  expect([verdict(), functions()]).toEqual(['Succeeded', { '0000:3b:00.0': 1, '0000:5e:00.0': 1, '0000:5e:00.1': 2 }]);
});

it('a link type that was stored while it was declared is waited for when it is left out again: no restart in vain', async () => {
  const card = { model: connectX6VpiSinglePort, needsColdCycle: true, parameters: { SRIOV_EN: 1, NUM_OF_VFS: 16, LINK_TYPE_P1: 1 } };
  const { verdict, functions, declare, switchPower } = site([card], false);
  const leftOut = [declared(0, port(1, 1))];
  await declare(leftOut);
  await declare([adapterSpec('a0', SLOTS[0] ?? '', [{ ...port(1, 1), linkType: 'Ethernet' }])]);
  expect([await declare(leftOut), verdict()]).toEqual([0, 'ManualPowerCycleRequired']);
  switchPower();
  expect([await declare(leftOut), verdict(), functions()]).toEqual([0, 'Succeeded', { '0000:3b:00.0': 1 }]);
});
