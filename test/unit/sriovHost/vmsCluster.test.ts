/** VMs on a host of a cluster: what DRS moves, and what it cannot. */
import { describe, expect, it } from '@jest/globals';
import type { SimVm } from '../../simulator/world/vm.ts';
import { CLUSTER, run, SRIOV, specWith, stage } from './vmStage.ts';

describe('runningVms in a cluster', () => {
  it('Evacuate: DRS moves what can move, and nothing is powered off', async () => {
    const it = stage([{ name: 'web' }, { name: 'db' }]);
    const end = await run(it, specWith({ runningVms: 'Evacuate' }), CLUSTER);
    expect(end.reason).toBe('Succeeded');
    expect(Object.values(it.vms).map(({ hostId, counters }) => [hostId, counters.migrations, counters.guestShutdowns])).toEqual([
      ['other', 1, 0],
      ['other', 1, 0],
    ]);
  });

  it('PowerOff: only what cannot move is shut down', async () => {
    const it = stage([{ name: 'web' }, { name: 'db' }]);
    const db = it.vms['db'] as SimVm;
    const web = it.vms['web'] as SimVm;
    const end = await run(it, specWith(), { ...CLUSTER, levelOfVm: { [String(db.number)]: 'Manual' } });
    expect(end.reason).toBe('Succeeded');
    expect([web.hostId, web.counters.guestShutdowns]).toEqual(['other', 0]);
    expect([db.hostId, db.counters.guestShutdowns, db.powerState]).toEqual(['h', 1, 'poweredOn']);
  });

  it.each([
    { why: 'no vMotion with SR-IOV', facts: CLUSTER, devices: SRIOV, says: /db has an SR-IOV network adapter/ },
    {
      why: 'a host in no cluster',
      facts: { ...CLUSTER, cluster: undefined },
      devices: undefined,
      says: /db cannot move: the host is in no cluster/,
    },
    { why: 'nowhere to go', facts: { ...CLUSTER, otherHosts: 0 }, devices: undefined, says: /no other usable host/ },
    { why: 'DRS off', facts: { ...CLUSTER, drs: 'Off' as const }, devices: undefined, says: /DRS is off/ },
    {
      why: 'DRS only recommends',
      facts: { ...CLUSTER, drs: 'PartiallyAutomated' as const },
      devices: undefined,
      says: /partially automated/,
    },
  ])('Evacuate blocks and says why: $why', async ({ facts, devices, says }) => {
    const it = stage([{ name: 'db' }]);
    const db = it.vms['db'] as SimVm;
    if (devices !== undefined) db.devices = devices;
    const end = await run(it, specWith({ runningVms: 'Evacuate' }), facts);
    expect(end.reason).toBe('EvacuationBlocked');
    expect(end.message).toMatch(says);
    expect({ ...db.counters, state: db.powerState }).toMatchObject({ migrations: 0, guestShutdowns: 0, powerOffs: 0, state: 'poweredOn' });
    expect(it.world.maintenanceMode).toBe(false);
  });
});
