/** Caches that lag, objects that are re-created, and errors that nobody foresaw. */
import { describe, expect, it } from '@jest/globals';
import type { SriovVmAttachment } from '../../../operator/api/types.ts';
import { StaleObject } from '../../../operator/ports/cluster.ts';
import { INTERVALS, Scene } from './scene.ts';

/** The watch cache shows this object for now; reads past the cache show the truth. */
function lag(scene: Scene, shown: SriovVmAttachment): void {
  const { get } = scene.cluster.attachments;
  scene.cluster.attachments.get = (key) => (key === `lab/${shown.metadata.name}` ? shown : get(key));
}

describe('a cache that lags', () => {
  it('leads to no second card', async () => {
    const scene = new Scene({ vm: { powerState: 'poweredOn' } });
    scene.attach();
    const before = scene.object();
    await scene.settle();
    const sent = scene.vsphere.writes.length;
    lag(scene, before);
    await scene.look();
    expect(scene.vsphere.writes).toHaveLength(sent);
    expect(scene.vm().sriovCards).toHaveLength(1);
  });

  it('does not make the operator forget its card', async () => {
    const scene = new Scene({ vm: { powerState: 'poweredOn' } });
    scene.attach('a', { powerPolicy: { powerOff: 'PowerOff' } });
    const { macAddress: _static, ...spec } = scene.object().spec;
    scene.cluster.put('SriovVmAttachment', { ...scene.object(), spec });
    const before = scene.object();
    await scene.settle();
    const { device } = (await scene.cluster.fresh('SriovVmAttachment', 'lab', 'a'))?.status ?? {};
    lag(scene, { ...before, spec: { ...spec, powerPolicy: { ...spec.powerPolicy, powerOff: 'Never' } } });
    await scene.look();
    expect((await scene.cluster.fresh('SriovVmAttachment', 'lab', 'a'))?.status?.device).toEqual(device);
  });

  it('does not bring back an object that is gone', async () => {
    const scene = new Scene();
    scene.attach();
    const before = scene.object();
    scene.cluster.objects.SriovVmAttachment.clear();
    lag(scene, before);
    expect(await scene.look()).toEqual({ kind: 'done' });
    expect(scene.cluster.writes).toBe(0);
    expect(scene.vsphere.writes).toEqual([]);
  });
});

describe('an object that was re-created', () => {
  it('does not take over the card of the old one', async () => {
    const scene = new Scene();
    scene.attach();
    await scene.settle();
    scene.cluster.objects.SriovVmAttachment.clear();
    scene.attach('a', {}, { uid: 'uid-new' });
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=False MacAddressInUse');
    scene.delete('a');
    await scene.settle();
    expect(scene.vm().sriovCards).toHaveLength(1);
  });

  it('is read again when the write was meant for the old one', async () => {
    const scene = new Scene();
    scene.attach();
    const applyStatus = scene.cluster.applyStatus.bind(scene.cluster);
    scene.cluster.applyStatus = async () => {
      throw new StaleObject('the object has another uid');
    };
    expect(await scene.look()).toEqual({ kind: 'requeueAfter', ms: INTERVALS.powerPollMs });
    expect(scene.vsphere.writes).toEqual([]);
    scene.cluster.applyStatus = applyStatus;
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });
});

describe('an error that nobody foresaw', () => {
  it('is shown without its text, keeps the records and is thrown for back-off', async () => {
    const scene = new Scene();
    scene.attach();
    await scene.settle();
    const { device, restore } = scene.object().status ?? {};
    const { get } = scene.cluster.hosts;
    scene.cluster.hosts.get = () => {
      throw new TypeError('cannot read password hunter2');
    };
    await expect(scene.look()).rejects.toThrow(TypeError);
    scene.cluster.hosts.get = get;
    expect(scene.verdict()).toBe('Ready=False InternalError');
    expect(JSON.stringify(scene.object().status)).not.toContain('hunter2');
    expect(scene.object().status).toMatchObject({ device, restore });
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });
});

describe('what people ask for while the steps are carried out', () => {
  /** The card is taken back out, and between the look and the first write of it somebody changes the object. */
  const during = async (happens: (scene: Scene) => void): Promise<Scene> => {
    const scene = new Scene({ vm: { powerState: 'poweredOn' } });
    scene.vsphere.refusesCards = true;
    scene.attach();
    await scene.look();
    expect(scene.object().status?.refused).toMatchObject({ takeBack: true });
    const fresh = scene.cluster.fresh.bind(scene.cluster);
    let once = false;
    scene.cluster.fresh = async (kind, namespace, name) => {
      const seen = await fresh(kind, namespace, name);
      if (!once) happens(scene);
      once = true;
      return seen;
    };
    await scene.look();
    expect(scene.vm()).toMatchObject({ powerState: 'poweredOn', sriovCards: [] });
    scene.vsphere.refusesCards = false;
    return scene;
  };

  it('is no retry that was acted on: it is taken up by the next look', async () => {
    const scene = await during((it) => it.annotate('a', { 'sriov.esxi.io/retry': 'now' }));
    expect(scene.object().status?.acknowledged).toBeUndefined();
    await scene.settle();
    expect(scene.object().status?.acknowledged).toEqual({ retry: 'now' });
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });

  it('is no spec that was observed: it is taken up by the next look', async () => {
    const scene = await during((it) => it.change('a', { network: { portGroup: 'other' } }));
    expect(scene.object().status?.observedGeneration).toBe(1);
    await scene.settle();
    expect(scene.object().status).toMatchObject({ observedGeneration: 2, device: { portGroup: 'other' } });
  });
});
