/** A VM that was shut down for a restart of its host is the host's to power on: an attachment keeps its hands off it meanwhile. */
import { describe, expect, it } from '@jest/globals';
import type { SriovHostStatus } from '../../../operator/api/types.ts';
import { hostObject, Scene } from './scene.ts';

type Records = NonNullable<SriovHostStatus['poweredOffVms']>;

const TIME = '2026-01-01T00:00:00Z';
const record = (state: 'ShuttingDown' | 'PoweredOff', moRef = 'vm-1'): Records[number] => ({
  moRef,
  name: 'db-01',
  since: TIME,
  until: TIME,
  state,
});

function hostOwes(scene: Scene, poweredOffVms: Records | undefined, more: Partial<SriovHostStatus> = {}): void {
  const host = hostObject();
  scene.cluster.put('SriovHost', {
    ...host,
    status: { ...host.status, ...more, ...(poweredOffVms === undefined ? {} : { poweredOffVms }) },
  });
}

describe('a VM that its host has off', () => {
  it.each([
    {
      why: 'it is off: the card would be in, and the VM on, before the host is in maintenance mode',
      state: 'PoweredOff',
      powerState: 'poweredOff',
    },
    { why: 'its guest is on its way down: one request is enough', state: 'ShuttingDown', powerState: 'poweredOn' },
    { why: 'it went down, and the host has not seen it yet', state: 'ShuttingDown', powerState: 'poweredOff' },
  ] as const)('is left alone until the host has powered it on: $why', async ({ state, powerState }) => {
    const scene = new Scene({ vm: { powerState, toolsRunning: true } });
    hostOwes(scene, [record(state)]);
    scene.attach('a', { powerPolicy: { powerOff: 'GuestShutdown', powerOn: true } });
    await scene.settle();
    expect(scene.verdict('Ready')).toBe('Ready=False HostInMaintenance');
    expect([scene.vsphere.writes, scene.vm().powerState]).toEqual([[], powerState]);
    scene.vsphere.edit('vm-1', (vm) => Object.assign(vm, { powerState: 'poweredOn' }));
    hostOwes(scene, undefined);
    await scene.settle();
    expect([scene.verdict('Ready'), scene.vm().powerState]).toEqual(['Ready=True Succeeded', 'poweredOn']);
  });

  it.each([
    { why: 'somebody powered it on meanwhile', records: [record('PoweredOff')], powerState: 'poweredOn' },
    {
      why: 'the host was detached, and left it off',
      records: [record('PoweredOff')],
      powerState: 'poweredOff',
      more: { detach: { requestedTime: TIME, completedTime: TIME } },
    },
    { why: 'it is another VM of the host', records: [record('PoweredOff', 'vm-2')], powerState: 'poweredOff' },
  ] as const)('is no obstacle where $why', async ({ records, powerState, ...rest }) => {
    const scene = new Scene({ vm: { powerState } });
    hostOwes(scene, [...records], 'more' in rest ? rest.more : {});
    scene.attach('a', { powerPolicy: { powerOff: 'PowerOff', powerOn: true } });
    await scene.settle();
    expect([scene.verdict('Ready'), scene.vm().powerState]).toEqual(['Ready=True Succeeded', 'poweredOn']);
  });
});
