/** What is owed to a VM after everything that it, a guest or a person may have done between two looks. */
import { describe, expect, it } from '@jest/globals';
import { readMemory } from '../../../operator/controllers/sriovHost/memory.ts';
import type { HostObservation } from '../../../operator/controllers/sriovHost/observation.ts';
import { settleVms } from '../../../operator/controllers/sriovHost/vmRecords.ts';
import type { HostVms, PoweredOffVm } from '../../../operator/controllers/sriovHost/vms.ts';
import { hostSpec } from '../../support/world/hostSpec.ts';
import { hostObject } from '../../support/world/runHost.ts';

const RECORD = { moRef: 'vm-1', name: 'web', since: '2026-01-01T00:00:00Z', until: '2026-01-01T00:05:00Z' };

const EARLY = new Date('2026-01-01T00:01:00Z');
const LATE = new Date('2026-01-01T00:06:00Z');
const NOW = { now: EARLY, retry: false };

function memoryWith(state: PoweredOffVm['state']) {
  return readMemory({ ...hostObject(hostSpec({ adapters: [] })), status: { poweredOffVms: [{ ...RECORD, state }] } }, false);
}

function settled(state: PoweredOffVm['state'], seen: HostVms['recorded'][string] | undefined, at = NOW) {
  const value: HostVms = { running: [], recorded: seen === undefined ? {} : { 'vm-1': seen } };
  const observation = { vms: { known: true, value } } as unknown as HostObservation;
  return settleVms(memoryWith(state), observation, at).poweredOffVms.map((record) => record.state);
}

describe('settleVms', () => {
  it.each([
    { why: 'its guest went down as asked', state: 'ShuttingDown', seen: 'poweredOff', owed: ['PoweredOff'] },
    { why: 'its guest is on its way', state: 'ShuttingDown', seen: 'poweredOn', owed: ['ShuttingDown'] },
    { why: 'it still waits for its power', state: 'PoweredOff', seen: 'poweredOff', owed: ['PoweredOff'] },
    { why: 'somebody else powered it on: never touched again', state: 'PoweredOff', seen: 'poweredOn', owed: [] },
    { why: 'somebody suspended it', state: 'ShuttingDown', seen: 'suspended', owed: [] },
    { why: 'it was deleted', state: 'PoweredOff', seen: 'Gone', owed: [] },
    { why: 'it was not looked at, so nothing is concluded', state: 'PoweredOff', seen: undefined, owed: ['PoweredOff'] },
  ] as const)('$why', ({ state, seen, owed }) => {
    expect(settled(state, seen)).toEqual(owed);
  });

  it('concludes nothing while vSphere does not answer', () => {
    const silent = { vms: { known: false, because: { reason: 'VsphereUnreachable', message: '' } } } as unknown as HostObservation;
    expect(settleVms(memoryWith('PoweredOff'), silent, NOW).poweredOffVms).toHaveLength(1);
  });

  it.each([
    { why: 'asks a guest again whose time is up', state: 'ShuttingDown', seen: 'poweredOn', now: LATE, owed: [] },
    { why: 'leaves a guest alone that is on its way', state: 'ShuttingDown', seen: 'poweredOn', now: EARLY, owed: ['ShuttingDown'] },
    { why: 'still owes a VM that went down late its power', state: 'ShuttingDown', seen: 'poweredOff', now: LATE, owed: ['PoweredOff'] },
    { why: 'still owes a VM that is off its power', state: 'PoweredOff', seen: 'poweredOff', now: LATE, owed: ['PoweredOff'] },
  ] as const)('the retry annotation $why', ({ state, seen, now, owed }) => {
    expect(settled(state, seen, { now, retry: true })).toEqual(owed);
  });
});
