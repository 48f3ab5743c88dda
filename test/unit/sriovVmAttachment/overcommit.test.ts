/** Many attachments for few virtual functions, all looked at at the same time: no more cards than functions, and no power-off in vain. */
import { describe, expect, it } from '@jest/globals';
import { silentLog } from '../../../operator/engine/log.ts';
import { PF, Scene } from './scene.ts';

const ATTACHMENTS = 50;
const FUNCTIONS = 8;

const nameOf = (index: number) => `a${String(index).padStart(2, '0')}`;

function crowd(order: (index: number) => number): Scene {
  const scene = new Scene({ presentVfs: FUNCTIONS });
  scene.vsphere.vms.clear();
  for (let index = 0; index < ATTACHMENTS; index += 1) {
    const vm = `vm-${100 + index}`;
    scene.vsphere.addVm({ moRef: vm, name: vm, hostMoRef: 'host-1', powerState: 'poweredOn' });
  }
  for (let place = 0; place < ATTACHMENTS; place += 1) {
    const index = order(place);
    const macAddress = `00:50:56:3f:01:${index.toString(16).padStart(2, '0')}`;
    const creationTimestamp = `2026-01-01T00:00:${String(index).padStart(2, '0')}Z`;
    scene.attach(nameOf(index), { vm: { name: `vm-${100 + index}` }, macAddress }, { creationTimestamp });
  }
  return scene;
}

/** Every attachment at once, as the workers of the engine do. */
async function lookAtAll(scene: Scene): Promise<void> {
  const signal = new AbortController().signal;
  const looks = scene.cluster.attachments
    .list()
    .map(({ metadata }) => scene.controller.reconcile(`lab/${metadata.name}`, { signal, log: silentLog }).catch(() => undefined));
  await Promise.all(looks);
}

function cards(scene: Scene): number {
  return [...scene.vsphere.vms.values()].flatMap(({ sriovCards }) => sriovCards.filter(({ physicalFunction }) => physicalFunction === PF))
    .length;
}

describe('50 attachments for 8 virtual functions', () => {
  it.each([
    { why: 'in the order of their creation', order: (place: number) => place },
    { why: 'the last one first', order: (place: number) => ATTACHMENTS - 1 - place },
    { why: 'shuffled', order: (place: number) => (place * 17) % ATTACHMENTS },
  ])('go to the eight oldest, $why', async ({ order }) => {
    const scene = crowd(order);
    let most = 0;
    scene.vsphere.afterWrite = () => {
      most = Math.max(most, cards(scene));
    };
    for (let round = 0; round < 8; round += 1) {
      await lookAtAll(scene);
      scene.nowMs += 30_000;
    }
    const ready = scene.cluster.attachments
      .list()
      .map(({ metadata }) => metadata.name)
      .filter((name) => scene.verdict('Ready', name) === 'Ready=True Succeeded');
    expect(ready.sort()).toEqual(Array.from({ length: FUNCTIONS }, (_, index) => nameOf(index)));
    expect(most).toBe(FUNCTIONS);
    expect(scene.vsphere.writes.filter((write) => write.startsWith('powerOff'))).toHaveLength(FUNCTIONS);
    const waiting = scene.cluster.attachments.list().filter(({ metadata }) => !ready.includes(metadata.name));
    expect(new Set(waiting.map(({ metadata }) => scene.verdict('Ready', metadata.name)))).toEqual(
      new Set(['Ready=False NoFreeVirtualFunction']),
    );
  });

  it('and a function that is given back goes to the next one in line', async () => {
    const scene = crowd((place) => place);
    for (let round = 0; round < 4; round += 1) await lookAtAll(scene);
    scene.delete(nameOf(3));
    for (let round = 0; round < 4; round += 1) await lookAtAll(scene);
    expect(scene.verdict('Ready', nameOf(8))).toBe('Ready=True Succeeded');
    expect(scene.verdict('Ready', nameOf(9))).toBe('Ready=False NoFreeVirtualFunction');
    expect(cards(scene)).toBe(FUNCTIONS);
  });
});

/** Where the look of the first one is held: after it counted and before it decided, or between its decision and its first write. */
type Held = 'deciding' | 'acting';

describe('two attachments of the same second', () => {
  /** `b` is looked at first; `a`, which has precedence by its name, comes while that look is under way. */
  async function together(scene: Scene, { macAddress, held }: { readonly macAddress: string; readonly held: Held }): Promise<void> {
    const signal = new AbortController().signal;
    const look = (name: string) => scene.controller.reconcile(`lab/${name}`, { signal, log: silentLog }).catch((error: unknown) => error);
    const reached = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    // The first look of a reconcile only finds out whether there is anything to do.
    let passing = held === 'deciding' ? 1 : 0;
    const open = scene.vsphere.open.bind(scene.vsphere);
    const hold = async (): Promise<void> => {
      passing -= 1;
      if (passing !== -1) return;
      reached.resolve();
      await gate.promise;
    };
    scene.vsphere.open = (target) => {
      const session = open(target);
      const { systemId, reservableMemory } = session;
      session.systemId = async (...args) => {
        if (held === 'acting') await hold();
        return await systemId.apply(session, args);
      };
      session.reservableMemory = async (...args) => {
        if (held === 'deciding') await hold();
        return await reservableMemory.apply(session, args);
      };
      return session;
    };
    const first = look('b');
    await reached.promise;
    scene.attach('a', { vm: { name: 'vm-2' }, macAddress });
    await look('a');
    gate.resolve();
    await first;
    await scene.settle();
  }

  function twoVms(presentVfs: number): Scene {
    const scene = new Scene({ presentVfs });
    scene.vsphere.vms.clear();
    for (const name of ['vm-1', 'vm-2']) scene.vsphere.addVm({ moRef: name, name, hostMoRef: 'host-1', powerState: 'poweredOn' });
    scene.attach('b', { vm: { name: 'vm-1' }, macAddress: '00:50:56:3f:00:01' });
    return scene;
  }

  it.each([
    { what: 'the last virtual function', functions: 1, macAddress: '00:50:56:3f:00:02', loser: 'NoFreeVirtualFunction' },
    { what: 'one MAC address', functions: 8, macAddress: '00:50:56:3f:00:01', loser: 'MacAddressInUse' },
  ])('cost one power-off where $what can go to one of them only', async ({ functions, macAddress, loser }) => {
    for (const held of ['deciding', 'acting'] as const) {
      const scene = twoVms(functions);
      await together(scene, { macAddress, held });
      const [winner, vm] = held === 'acting' ? ['b', 'vm-1'] : ['a', 'vm-2'];
      expect(scene.vsphere.writes).toEqual([`powerOff ${vm}`, `reconfigure ${vm}`, `powerOn ${vm}`]);
      expect(scene.verdict('Ready', winner)).toBe('Ready=True Succeeded');
      expect(scene.verdict('Ready', winner === 'a' ? 'b' : 'a')).toBe(`Ready=False ${loser}`);
    }
  });

  it('both get theirs where there is room', async () => {
    for (const held of ['deciding', 'acting'] as const) {
      const scene = twoVms(2);
      await together(scene, { macAddress: '00:50:56:3f:00:02', held });
      expect([scene.verdict('Ready', 'b'), scene.verdict('Ready', 'a')]).toEqual(['Ready=True Succeeded', 'Ready=True Succeeded']);
      expect(scene.vsphere.writes.filter((write) => write.startsWith('powerOff'))).toHaveLength(2);
    }
  });
});
