/** A physical function is known by its MAC address: its PCI address moves when adapters are added. */
import { describe, expect, it } from '@jest/globals';
import { fakePhysicalFunction } from '../../support/fakes/vsphere.ts';
import { OTHER_PF_MAC, PF, PF_MAC, Scene } from './scene.ts';

const NEW_PF = '0000:5e:00.0';

/** What vSphere shows: the function with this MAC address at this place. */
function vsphereShows(scene: Scene, functions: readonly { readonly id: string; readonly macAddress?: string }[]): void {
  const [host] = scene.vsphere.hosts.values();
  if (host === undefined) return;
  const physicalFunctions = functions.map(({ id, ...mac }) => ({ ...fakePhysicalFunction(id, 8), ...mac }));
  scene.vsphere.hosts.set('host-1', { ...host, physicalFunctions });
}

/** What the SriovHost reports of port 1. */
function hostReports(scene: Scene, port: { readonly pciAddress: string; readonly macAddress?: string }): void {
  const host = scene.cluster.hosts.get('lab/esx-01');
  if (host === undefined) return;
  const adapters = [{ name: 'fabric0', ports: [{ number: 1, vfs: { present: 8 }, ...port }] }];
  scene.cluster.put('SriovHost', { ...host, status: { ...host.status, adapters } });
}

async function attached(powerState: 'poweredOn' | 'poweredOff' = 'poweredOn'): Promise<Scene> {
  const scene = new Scene({ vm: { powerState } });
  scene.attach();
  await scene.settle();
  scene.vsphere.writes.length = 0;
  return scene;
}

function renumber(scene: Scene): void {
  vsphereShows(scene, [
    { id: PF, macAddress: 'b8:59:9f:99:00:01' },
    { id: NEW_PF, macAddress: PF_MAC },
  ]);
  hostReports(scene, { pciAddress: NEW_PF, macAddress: PF_MAC });
}

describe('identity of the physical function', () => {
  it.each([
    {
      why: 'another function is at the address, ours is elsewhere',
      shows: [
        { id: PF, macAddress: OTHER_PF_MAC },
        { id: NEW_PF, macAddress: PF_MAC },
      ],
      says: `at ${NEW_PF}`,
    },
    {
      why: 'nothing is at the address, ours is elsewhere',
      shows: [{ id: NEW_PF, macAddress: PF_MAC }],
      says: `at ${NEW_PF}`,
    },
    {
      why: 'another function is at the address, ours is gone',
      shows: [{ id: PF, macAddress: OTHER_PF_MAC }],
      says: 'shows no such address',
    },
  ])('writes nothing while host and vSphere contradict each other: $why', async ({ shows, says }) => {
    const scene = new Scene({ vm: { powerState: 'poweredOn' } });
    vsphereShows(scene, shows);
    scene.attach();
    await scene.settle();
    expect(scene.vsphere.writes).toEqual([]);
    expect(scene.verdict()).toBe('Ready=False HostNotReady');
    expect(scene.condition('Ready')?.message).toContain(says);
  });

  it('goes by the PCI address alone where vSphere knows no uplink, as for InfiniBand', async () => {
    const scene = new Scene();
    vsphereShows(scene, [{ id: PF }]);
    scene.attach();
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
    expect(scene.object().status?.device).not.toHaveProperty('physicalFunctionMacAddress');
  });

  it('moves the card of a running VM after its function, with one power-off where that is allowed', async () => {
    const scene = await attached();
    renumber(scene);
    await scene.settle();
    expect(scene.vsphere.writes).toEqual(['powerOff vm-1', 'reconfigure vm-1', 'powerOn vm-1']);
    expect(scene.vm().sriovCards.map(({ physicalFunction }) => physicalFunction)).toEqual([NEW_PF]);
    expect(scene.object().status?.device).toMatchObject({ physicalFunction: NEW_PF, physicalFunctionMacAddress: PF_MAC });
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });

  it('says what moved where while no power-off is allowed, and moves the card once the VM is off', async () => {
    const scene = await attached();
    scene.change('a', { powerPolicy: { powerOff: 'Never' } });
    renumber(scene);
    await scene.settle();
    expect(scene.vsphere.writes).toEqual([]);
    expect(scene.verdict('Attached')).toBe('Attached=False PhysicalFunctionMoved');
    expect(scene.condition('Ready')?.message).toContain(`MAC address ${PF_MAC} moved from ${PF} to ${NEW_PF}`);
    scene.vsphere.edit('vm-1', (vm) => scene.vsphere.stop(vm));
    await scene.settle();
    expect(scene.vsphere.writes).toEqual(['reconfigure vm-1']);
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });

  it('calls it drift, and not a move, when the spec asks for another port', async () => {
    const scene = await attached();
    scene.change('a', { function: { kind: 'Virtual', adapter: 'fabric0', port: 2 }, powerPolicy: { powerOff: 'Never' } });
    await scene.settle();
    expect(scene.verdict('Attached')).toBe('Attached=False CardDrifted');
  });

  it('keeps the identity when somebody puts the card on another function', async () => {
    const scene = await attached();
    scene.change('a', { powerPolicy: { powerOff: 'Never' } });
    scene.vsphere.edit('vm-1', (vm) => {
      vm.sriovCards = vm.sriovCards.map((card) => ({ ...card, physicalFunction: '0000:3b:00.1' }));
    });
    await scene.settle();
    expect(scene.verdict('Attached')).toBe('Attached=False CardDrifted');
    expect(scene.object().status?.device).not.toHaveProperty('physicalFunctionMacAddress');
  });
});
