/** Properties that neighbouring projects were seen to break: several adapters, drift of a physical function, values that wait. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HOST_REASON_OF_ERROR } from '../../../operator/api/reasons/portErrorReasons.ts';
import { PORT_ERROR_CODES, PortError, type PortErrorCode } from '../../../operator/ports/errors.ts';
import type { EsxiHost } from '../../../operator/ports/esxiHost.ts';
import { connectX4Lx, connectX5En, connectX6Vpi } from '../../simulator/profiles/adapterModels.ts';
import type { HostWorld } from '../../simulator/world/hostWorld.ts';
import { FakeCluster } from '../../support/fakes/cluster.ts';
import { fakeCard, fakePhysicalFunction } from '../../support/fakes/vsphere.ts';
import { adapterSpec, hostSpec } from '../../support/world/hostSpec.ts';
import { runHost } from '../../support/world/runHost.ts';
import { OTHER_PF, PF, Scene } from '../sriovVmAttachment/scene.ts';
import { AT_GOAL, aWorld, ONE_ADAPTER, ready, withCommands } from './stage.ts';

const MODELS = [{ model: connectX5En }, { model: connectX4Lx }, { model: connectX6Vpi }];

/** One entry for each adapter of the world, with other counts each. */
function specOf(world: HostWorld) {
  const slots = world.adapters.map(({ ports }) => ports[0]?.address ?? '');
  return hostSpec({ adapters: slots.map((slot, index) => adapterSpec(`a${index}`, slot, [{ number: 1, vfs: 2 + index }])) });
}

describe('one hung adapter does not stop the others', () => {
  it.each(['firmwareConfig', 'firmwareVersions', 'setFirmwareConfig'] as const)(
    '%s ends with its time limit on one of three',
    async (command) => {
      const { clock, world } = aWorld({ adapters: MODELS });
      const spec = specOf(world);
      const [hung] = spec.adapters;
      const wrap = (host: EsxiHost): EsxiHost => {
        const guarded = async (...args: unknown[]): Promise<never> => {
          const devices = await host.mstDevices(new AbortController().signal);
          const device = devices.find(({ pciAddress }) => pciAddress === hung?.selector.pciAddress)?.name;
          if (args[0] === device) throw new PortError('CommandTimedOut', `${command} did not end within 120 s`);
          return (await (host[command] as (...all: unknown[]) => Promise<unknown>).apply(host, args)) as never;
        };
        return withCommands(host, { [command]: guarded });
      };
      const run = await runHost(world, clock, spec, { wrap, most: 40 });
      const counts = spec.adapters.map(
        ({ selector }) => world.functions.find(({ port }) => port.address === selector.pciAddress)?.virtualFunctions.length,
      );
      expect(counts).toEqual([0, 3, 4]);
      expect(run.host().status?.adapters?.map(({ problem }) => problem?.message.includes('120 s') ?? false)).toEqual([true, false, false]);
      expect([ready(run.host())?.status, world.counters.restarts.length]).toEqual(['False', 1]);
    },
  );
});

describe('the plan is independent of the order of adapters', () => {
  it('in the spec and in what the tools list', async () => {
    const planOf = async (order: readonly number[], listed: readonly number[]) => {
      const { clock, world } = aWorld({ adapters: MODELS });
      const spec = specOf(world);
      const sorted = <T>(items: readonly T[]): readonly T[] => listed.flatMap((at) => items.filter((_, index) => index % 3 === at));
      const wrap = (host: EsxiHost): EsxiHost =>
        withCommands(host, {
          pciFunctions: async (signal) => sorted(await host.pciFunctions(signal)),
          nics: async (signal) => sorted(await host.nics(signal)),
          mstDevices: async (signal) => sorted(await host.mstDevices(signal)),
        });
      const adapters = order.flatMap((at) => spec.adapters[at] ?? []);
      const observe = await runHost(world, clock, { ...spec, adapters, mode: 'Observe' }, { wrap, most: 3 });
      return observe.host().status?.plan;
    };
    const reference = await planOf([0, 1, 2], [0, 1, 2]);
    expect(reference?.steps.filter(({ kind }) => kind === 'SetFirmwareParameters').length).toBe(3);
    const order = fc.shuffledSubarray([0, 1, 2], { minLength: 3 });
    await fc.assert(
      fc.asyncProperty(order, order, async (declared, listed) => {
        expect(await planOf(declared, listed)).toEqual(reference);
      }),
      { numRuns: 12 },
    );
  });

  it('one restart serves them all, whoever of them needs the stronger one', async () => {
    for (const order of [MODELS, [...MODELS].reverse()]) {
      const adapters = order.map((adapter, index) => ({ ...adapter, needsColdCycle: index === 0 }));
      const { clock, world } = aWorld({ adapters });
      const run = await runHost(world, clock, specOf(world));
      expect([ready(run.host())?.reason, ...world.counters.restarts.map(({ kind }) => kind)]).toEqual(['Succeeded', 'cold']);
    }
  });
});

describe('a value that waits for the next start is compared as well as the active one', () => {
  it('active is right, another one waits: it is written, without a restart', async () => {
    const { clock, world } = aWorld(AT_GOAL);
    world.adapters[0]?.config.store([{ name: 'NUM_OF_VFS', value: '4' }]);
    const run = await runHost(world, clock, ONE_ADAPTER);
    const { firmwareSets, restarts } = world.counters;
    expect([ready(run.host())?.reason, firmwareSets, restarts.length]).toEqual(['Succeeded', 1, 0]);
    expect(world.adapters[0]?.config.list().find(({ definition }) => definition.name === 'NUM_OF_VFS')?.next).toBe(8);
  });

  it('active is wrong, the right one waits: nothing is written, and one restart brings it', async () => {
    const { clock, world } = aWorld({ adapters: [{ model: connectX5En }], moduleOptions: 'max_vfs=8,0' });
    world.adapters[0]?.config.store([
      { name: 'SRIOV_EN', value: '1' },
      { name: 'NUM_OF_VFS', value: '8' },
    ]);
    const run = await runHost(world, clock, ONE_ADAPTER);
    const { firmwareSets, restarts } = world.counters;
    expect([ready(run.host())?.reason, firmwareSets, restarts.length]).toEqual(['Succeeded', 0, 1]);
  });

  it('the running driver is right, its configured options are not: they are written, without a restart', async () => {
    const { clock, world } = aWorld(AT_GOAL);
    world.modules.set('nmlx5_core', 'max_vfs=1,0');
    const run = await runHost(world, clock, ONE_ADAPTER);
    expect([ready(run.host())?.reason, world.modules.configured('nmlx5_core'), world.counters.restarts.length]).toEqual([
      'Succeeded',
      'max_vfs=8,0',
      0,
    ]);
  });
});

describe('drift of the physical function is seen', () => {
  it('is named with both addresses, and the card goes back to the declared one', async () => {
    const scene = new Scene({ vm: { powerState: 'poweredOn' } });
    scene.attach();
    await scene.settle();
    scene.change('a', { powerPolicy: { powerOff: 'Never' } });
    scene.vsphere.edit('vm-1', (vm) => {
      vm.sriovCards = vm.sriovCards.map((card) => ({ ...card, physicalFunction: OTHER_PF }));
    });
    await scene.settle();
    expect(scene.verdict('Attached')).toBe('Attached=False CardDrifted');
    expect(scene.condition('Attached')?.message).toMatch(new RegExp(`${OTHER_PF}.*${PF}`));
    scene.change('a', { powerPolicy: { powerOff: 'PowerOff' } });
    await scene.settle();
    expect((scene.vm().sriovCards[0] ?? fakeCard(0)).physicalFunction).toBe(PF);
  });
});

describe('every error path is executed', () => {
  const codes = (Object.keys(PORT_ERROR_CODES) as PortErrorCode[]).filter((code) => code !== 'Aborted');
  it.each(codes)('%s of the shell becomes its reason, and the controller goes on', async (code) => {
    const { clock, world } = aWorld();
    const cluster = new FakeCluster();
    const failing = async (): Promise<never> => {
      throw new PortError(code, `planted ${code}`);
    };
    const wrap = (host: EsxiHost): EsxiHost => withCommands(host, { version: failing });
    const run = await runHost(world, clock, ONE_ADAPTER, { cluster, wrap, most: 2 });
    expect([ready(run.host())?.reason, ready(run.host())?.message]).toEqual([HOST_REASON_OF_ERROR[code], `planted ${code}`]);
    const end = await runHost(world, clock, ONE_ADAPTER, { cluster, annotations: { 'sriov.esxi.io/retry': '1' } });
    expect(ready(end.host())?.reason).toBe('Succeeded');
  });
});

describe('an attachment is refused while virtual functions are enabled but not active', () => {
  it.each([
    { why: 'asked for and none there: the host waits for its restart', active: false, present: 0 },
    { why: 'counted but not active', active: false, present: 8 },
  ])('$why', async ({ active, present }) => {
    const scene = new Scene({ vm: { powerState: 'poweredOn' } });
    const host = scene.vsphere.hosts.get('host-1');
    if (host === undefined) throw new Error('the scene has no host');
    const sriov = { enabled: true, active, requested: 8, present, max: 16 };
    const physicalFunctions = [PF, OTHER_PF].map((id) => ({ ...fakePhysicalFunction(id, 8), sriov }));
    scene.vsphere.hosts.set('host-1', { ...host, physicalFunctions });
    scene.attach();
    await scene.settle();
    expect(scene.verdict('HostReady')).toBe('HostReady=False VirtualFunctionsNotActive');
    expect([scene.vsphere.writes, scene.vm().powerState]).toEqual([[], 'poweredOn']);
  });
});
