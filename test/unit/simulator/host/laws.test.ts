// What must hold in every simulated host, whatever is done to it in whatever order.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { connectX5En, connectX6Vpi } from '../../../simulator/profiles/adapterModels.ts';
import type { HostWorld } from '../../../simulator/world/hostWorld.ts';
import { type TestHost, testHost } from './testHost.ts';

interface Action {
  readonly name: string;
  readonly run: (host: TestHost) => void;
}

function set(adapter: number, name: string, value: string): Action {
  return {
    name: `set ${name}=${value} on ${adapter}`,
    run: ({ world }) => {
      const card = world.adapters[adapter];
      if (card !== undefined) {
        world.mft.set(card, [{ name, value }]);
      }
    },
  };
}

const ACTIONS: readonly Action[] = [
  { name: 'reboot', run: ({ world }) => world.reboot() },
  { name: 'shut down', run: ({ world }) => world.shutDown() },
  { name: 'power on', run: ({ world }) => world.powerOn() },
  { name: 'force off', run: ({ world }) => world.forceOff() },
  { name: 'force restart', run: ({ world }) => world.forceRestart() },
  { name: 'wait a little', run: ({ clock }) => clock.advance(60) },
  { name: 'wait', run: ({ settle }) => settle() },
  { name: 'save', run: ({ world }) => (world.up ? world.modules.save() : undefined) },
  { name: 'max_vfs', run: ({ world }) => (world.up ? world.modules.set('nmlx5_core', 'max_vfs=4,3,2,1') : undefined) },
  { name: 'mst start', run: ({ world }) => (world.up ? world.mft.start() : undefined) },
  { name: 'slow card', run: ({ world }) => world.misbehave({ kind: 'warmRebootNotEnough', times: 1 }) },
  { name: 'hang', run: ({ world }) => world.misbehave({ kind: 'rebootDoesNotComeBack', times: 1 }) },
  set(0, 'SRIOV_EN', '1'),
  set(0, 'NUM_OF_VFS', '6'),
  set(1, 'SRIOV_EN', '1'),
  set(1, 'NUM_OF_VFS', '2'),
  set(1, 'LINK_TYPE_P1', 'ETH'),
  set(1, 'LINK_TYPE_P2', 'ETH'),
  set(1, 'ADVANCED_PCI_SETTINGS', '1'),
  set(1, 'FORCE_ETH_PCI_SUBCLASS', '1'),
];

/** What only a restart may change. */
function inEffect(world: HostWorld): unknown {
  return {
    current: world.adapters.map((adapter) =>
      adapter.config.list().flatMap(({ definition, current }) => (definition.advanced ? [] : [current])),
    ),
    loaded: world.modules.loaded('nmlx5_core'),
    functions: world.functions.map((fn) => [fn.driver, fn.virtualFunctions]),
    vibs: world.software.running,
  };
}

describe('every simulated host', () => {
  it('changes what is in effect by a restart only, and can always be brought back by a power cycle', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...ACTIONS), { maxLength: 40 }), (actions) => {
        const host = testHost({ adapters: [{ model: connectX5En }, { model: connectX6Vpi }] });
        const { world } = host;
        for (const action of actions) {
          const before = { restarts: world.counters.restarts.length, state: world.powerState, effect: inEffect(world) };
          action.run(host);
          const restarted = world.counters.restarts.length > before.restarts || before.state !== 'on';
          if (!restarted) {
            expect(inEffect(world)).toEqual(before.effect);
          }
          expect(world.mft.loaded && !['on', 'shuttingDown'].includes(world.powerState)).toBe(false);
        }
        world.misbehaviours.remove('rebootDoesNotComeBack');
        host.settle();
        world.forceOff();
        world.powerOn();
        host.settle();
        expect(world.powerState).toBe('on');
        expect(world.adapters.filter((adapter) => adapter.pending)).toEqual([]);
        expect(world.modules.configured('nmlx5_core')).toBe(world.modules.loaded('nmlx5_core'));
      }),
      { numRuns: 300 },
    );
  });
});
