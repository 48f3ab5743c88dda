/** One adapter's trouble is not another's: cards that come and move, tools that fail. */
import { connectX4Lx, connectX5En } from '../../simulator/profiles/adapterModels.ts';
import type { Scenario, Stage } from '../scenario.ts';

const profile = { esxi: '7.0u3', tools: 'withMft' } as const;
const parameters = { SRIOV_EN: 1, NUM_OF_VFS: 8 };
const ports = [
  { number: 1, vfs: 8 },
  { number: 2, vfs: 4 },
];
/** A declared card at 5e, an undeclared one with virtual functions of its own at 86, and room below both. */
const twoCards = {
  profile,
  adapters: [
    { model: connectX5En, pciAddress: '0000:5e:00.0', baseMac: 'b8:59:9f:00:00:10', parameters },
    { model: connectX4Lx, pciAddress: '0000:86:00.0', baseMac: 'b8:59:9f:00:00:20', parameters },
  ],
  moduleOptions: 'max_vfs=8,4,2,3',
};
const newcomer = { model: connectX4Lx, pciAddress: '0000:3b:00.0', baseMac: 'b8:59:9f:00:00:30', parameters };
const fabric0 = { name: 'fabric0', selector: { pciAddress: '0000:5e:00.0' }, ports };

/** Somebody opens the server, and closes it again; then the object is touched so that nobody waits for the next look. */
async function serviced({ lab, host, namespace }: Stage, change: () => void): Promise<void> {
  const { world } = host;
  world.forceOff();
  change();
  world.powerOn();
  await new Promise<void>((resolve) => {
    const stop = world.onChange(() => check());
    const check = (): void => {
      if (!world.hostdReady) return;
      stop();
      resolve();
    };
    check();
  });
  // What was sent until now was ours, not the operator's.
  world.counters.restarts.length = 0;
  const { code, stderr } = await lab.api.kubectl(['annotate', 'srh', world.name, '-n', namespace, 'example.com/serviced=1']);
  if (code !== 0) throw new Error(`kubectl annotate: ${stderr}`);
}

const optionsOf = ({ host }: Stage): string => host.world.modules.configured('nmlx5_core');

export const ISOLATION: readonly Scenario[] = [
  {
    name: 'card-added',
    kind: 'host',
    why: 'a new card shifts the nameless list of max_vfs: one restart gives every function back what it had',
    world: twoCards,
    spec: { adapters: [fabric0] },
    play: async (stage) => {
      const { lab, hostKey, host } = stage;
      await lab.observer.untilCondition('SriovHost', hostKey, { type: 'Ready', status: 'True' });
      await serviced(stage, () => void host.world.addAdapter(newcomer));
      await lab.observer.untilCondition('SriovHost', hostKey, { type: 'Ready', status: 'False' });
      await lab.observer.untilCondition('SriovHost', hostKey, { type: 'Ready', status: 'True' });
      const { restarts } = host.world.counters;
      if (restarts.length !== 1) throw new Error(`${restarts.length} restarts after the card was added, not 1`);
      // Counted here, because the world in which the search for the optimum begins has no new card yet.
      restarts.length = 0;
    },
    expect: { ready: true, restarts: 0 },
    verify: (stage) => {
      if (optionsOf(stage) !== 'max_vfs=0,0,8,4,2,3') throw new Error(`driver options are '${optionsOf(stage)}'`);
      const counts = stage.host.world.physicalFunctions.map(({ virtualFunctions }) => virtualFunctions.length).join();
      if (counts !== '0,0,8,4,2,3') throw new Error(`virtual functions are ${counts}`);
    },
  },
  {
    name: 'card-moved',
    kind: 'host',
    why: 'the selector now leads to another card: nothing is written to it, and both places are named',
    world: twoCards,
    spec: { adapters: [fabric0] },
    play: async (stage) => {
      const { lab, hostKey, host } = stage;
      await lab.observer.untilCondition('SriovHost', hostKey, { type: 'Ready', status: 'True' });
      await serviced(stage, () => {
        host.world.moveAdapter('0000:5e:00.0', '0000:af:00.0');
        host.world.addAdapter({ ...newcomer, pciAddress: '0000:5e:00.0' });
      });
    },
    expect: { ready: false, reason: 'PciTopologyChanged', restarts: 0, message: /b8:59:9f:00:00:30.*b8:59:9f:00:00:10.*0000:af:00/ },
    verify: ({ host }) => {
      if (host.world.counters.firmwareSets > 0) throw new Error('firmware of a card was written to');
    },
  },
  {
    name: 'busy-adapter',
    kind: 'host',
    why: 'one adapter refuses every write: the other gets its virtual functions with one restart',
    world: {
      profile,
      adapters: [{ model: connectX5En }, { model: connectX4Lx }],
      misbehaviour: [{ kind: 'deviceBusy', adapter: '0000:3b:00.0' }],
    },
    spec: {
      adapters: [
        { name: 'busy', selector: { pciAddress: '0000:3b:00.0' }, ports },
        { name: 'good', selector: { pciAddress: '0000:5e:00.0' }, ports },
      ],
    },
    play: async ({ lab, hostKey }) => {
      const present = (name: string) => lab.observer.get('SriovHost', hostKey)?.status?.adapters?.find((adapter) => adapter.name === name);
      await lab.observer.until('SriovHost', hostKey, () => present('good')?.ports?.[1]?.vfs.present === 4, {
        what: 'virtual functions of good',
      });
    },
    expect: { ready: false, reason: 'CommandFailed', restarts: 1, message: /adapter busy.*busy/ },
  },
];
