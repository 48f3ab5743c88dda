/** Two cards that change places: whatever the selectors lead to then, nothing is written to a card that was not the configured one. */
import { describe, expect, it } from '@jest/globals';
import type { AdapterSpec } from '../../../operator/api/types.ts';
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { adapterSpec } from '../../support/world/hostSpec.ts';
import { type DisturbedStage, disturbedStage, specWith } from './disturbedStage.ts';

const X = { model: connectX5En, pciAddress: '0000:3b:00.0', baseMac: 'b8:59:9f:00:00:10' };
const Y = { model: connectX5En, pciAddress: '0000:5e:00.0', baseMac: 'b8:59:9f:00:00:20' };
const at3b = { pciAddress: '0000:3b:00.0' };
const at5e = { pciAddress: '0000:5e:00.0' };
const macOfX = { macAddress: 'b8:59:9f:00:00:10' };

const adapter = (name: string, selector: AdapterSpec['selector'], vfs: number): AdapterSpec => ({
  ...adapterSpec(name, '', [{ number: 1, vfs }]),
  selector,
});

function swap({ world, clock }: DisturbedStage): void {
  world.forceOff();
  clock.advance(10_000);
  world.moveAdapter('0000:3b:00.0', '0000:af:00.0');
  world.moveAdapter('0000:5e:00.0', '0000:3b:00.0');
  world.moveAdapter('0000:af:00.0', '0000:5e:00.0');
  world.powerOn();
  clock.advance(600_000);
  world.exitMaintenanceMode();
}

const reasons = (at: DisturbedStage) =>
  Object.fromEntries((at.host().status?.adapters ?? []).map(({ name, problem }) => [name, problem?.reason]));
const settings = (at: DisturbedStage) =>
  Object.fromEntries(
    at.world.adapters.map((card) => [
      card.ports[0]?.macAddress,
      card.config
        .list()
        .map(({ next }) => next)
        .join(),
    ]),
  );

describe('two cards that were swapped', () => {
  it.each([
    {
      why: 'both selected by their places',
      adapters: [adapter('a', at3b, 4), adapter('b', at5e, 2)],
      expected: { a: 'PciTopologyChanged', b: 'PciTopologyChanged' },
    },
    {
      why: 'one by its place, and the other one by a MAC address that is now there',
      adapters: [adapter('a', macOfX, 4), adapter('b', at5e, 2)],
      expected: { b: 'PciTopologyChanged' },
    },
  ])('$why: no setting of either is changed', async ({ adapters, expected }) => {
    const at = disturbedStage(specWith({}, { adapters }), { adapters: [X, Y] });
    await at.until(() => at.ready()?.status === 'True');
    expect(at.ready()?.reason).toBe('Succeeded');
    const before = settings(at);
    swap(at);
    const restarts = at.world.counters.restarts.length;
    await at.until(() => false, 30);
    expect(reasons(at)).toMatchObject(expected);
    expect(settings(at)).toEqual(before);
    expect(at.ready()?.status).toBe('False');
    expect(at.world.counters.restarts.length - restarts).toBeLessThanOrEqual(1);
    expect(at.world.maintenanceMode).toBe(false);
    // What they had they have again, wherever they are now.
    const vfs = Object.fromEntries(at.world.functions.map((fn) => [fn.port.macAddress, fn.virtualFunctions.length]));
    const configured = at.world.modules.configured('nmlx5_core');
    expect({ vfs, configured }).toMatchObject({ configured: 'max_vfs=2,0,4,0' });
  });
});
