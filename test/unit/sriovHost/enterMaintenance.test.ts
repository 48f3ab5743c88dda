/** Entering maintenance mode: what is told meanwhile, what is said when it fails, and when the shell takes over. */
import { describe, expect, it } from '@jest/globals';
import type { ActContext } from '../../../operator/controllers/sriovHost/act/context.ts';
import { enterMaintenance } from '../../../operator/controllers/sriovHost/act/maintenance.ts';
import { type HostMemory, readMemory } from '../../../operator/controllers/sriovHost/memory.ts';
import { PortError, type PortErrorCode } from '../../../operator/ports/errors.ts';
import type { VSphere } from '../../../operator/ports/vsphere.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import { Inventory } from '../../simulator/world/inventory.ts';
import { hostSpec } from '../../support/world/hostSpec.ts';
import { hostObject } from '../../support/world/runHost.ts';
import { WorldHost } from '../../support/world/worldHost.ts';
import { worldVsphere } from '../../support/world/worldVsphere.ts';

const FACTS = { cluster: 'prod', drs: 'FullyAutomated', otherHosts: 1, levelOfVm: {} } as const;
const STEP = { kind: 'EnterMaintenance', because: 'restart-needs-maintenance' } as const;

function setUp(vms: readonly string[], change: (vsphere: VSphere, world: HostWorld, inventory: Inventory) => Partial<VSphere>) {
  const world = new HostWorld({ id: 'h', name: 'esx-01', profile: hostProfile({}) });
  const inventory = new Inventory();
  inventory.addHost(world);
  world.attachVms(inventory);
  for (const name of vms) inventory.addVm({ name, hostId: 'h', powerState: 'poweredOn' });
  const plain = worldVsphere({ inventory, world, facts: FACTS });
  const vsphere = { ...plain, ...change(plain, world, inventory) };
  const persisted: HostMemory[] = [];
  const context = {
    ports: {
      host: { known: true, value: new WorldHost(world) },
      vsphere: async () => ({ known: true, value: { vsphere, hostMoRef: 'host' } }),
      persist: async (memory: HostMemory) => void persisted.push(memory),
      now: () => new Date(0),
    },
    maintenanceTimeoutSeconds: 60,
    progressMs: 1,
    signal: new AbortController().signal,
  } as unknown as ActContext;
  const memory = readMemory(hostObject(hostSpec({ adapters: [] })), false);
  return {
    world,
    inventory,
    persisted,
    enter: (evacuates?: readonly string[]) => enterMaintenance({ ...STEP, ...(evacuates && { evacuates }) }, context, memory),
  };
}

const refuses = (code: PortErrorCode) => ({
  enterMaintenanceMode: async (): Promise<never> => {
    throw new PortError(code, 'the server says no');
  },
});

describe('enterMaintenance', () => {
  it('writes the intent first, and tells while it waits which VMs are left and why', async () => {
    const told = Promise.withResolvers<void>();
    const { persisted, enter, world } = setUp(['slow', 'asks'], (plain, _world, inventory) => {
      const [slow, asks] = inventory.vms();
      if (asks !== undefined) asks.question = 'Moved or copied?';
      return {
        enterMaintenanceMode: async (...args) => {
          await told.promise;
          if (slow !== undefined) inventory.power.crash(slow);
          if (asks !== undefined) inventory.power.crash(asks);
          await plain.enterMaintenanceMode(...args);
        },
        vmsOfHost: async (...args) => {
          if (persisted.length > 2) told.resolve();
          return await plain.vmsOfHost(...args);
        },
      };
    });
    const after = await enter(['asks', 'slow']);
    expect(persisted[0]).toMatchObject({ maintenanceEnteredByUs: true, maintenanceEntering: true, remainingVms: [] });
    expect(persisted[1]?.remainingVms.map(({ name, why }) => `${name}: ${why}`)).toEqual([
      'slow: DRS has not moved it yet',
      'asks: waits for an answer to a question (Moved or copied?)',
    ]);
    expect(after).toMatchObject({ maintenanceEnteredByUs: true, maintenanceEntering: false, remainingVms: [] });
    expect(world.maintenanceMode).toBe(true);
  });

  it('names who held it up when the time was up', async () => {
    const { enter, world } = setUp(['web'], () => refuses('CommandTimedOut'));
    await expect(enter(['web'])).rejects.toMatchObject({
      reason: 'MaintenanceTimedOut',
      message: expect.stringMatching(/within 60 s and the attempt was cancelled; still running: web \(DRS has not moved it yet\)/),
    });
    expect(world.maintenanceMode).toBe(false);
  });

  it.each(['VspherePermissionDenied', 'VsphereUnreachable', 'VsphereFault'] as const)(
    'goes on through the shell after %s, where no VM has to move',
    async (code) => {
      const { enter, world } = setUp([], () => refuses(code));
      expect(await enter()).toMatchObject({ maintenanceEnteredByUs: true, maintenanceEntering: false });
      expect(world.maintenanceMode).toBe(true);
    },
  );

  it.each(['TaskInProgress', 'InvalidState'])('leaves the host to somebody who is putting it there just now: %s', async (fault) => {
    const { enter } = setUp([], (_plain, world) => ({
      enterMaintenanceMode: async (): Promise<never> => {
        await world.enterMaintenanceMode(0);
        throw new PortError('VsphereFault', 'the server says no', { detail: { fault } });
      },
    }));
    await expect(enter()).rejects.toMatchObject({ reason: 'EnteringMaintenance', written: false });
  });

  it('does not fall back to the shell while VMs have to be moved: the shell moves none', async () => {
    const { enter, world } = setUp(['web'], () => refuses('VspherePermissionDenied'));
    await expect(enter(['web'])).rejects.toMatchObject({ code: 'VspherePermissionDenied' });
    expect(world).toMatchObject({ maintenanceMode: false, enteringMaintenanceMode: false });
  });

  it('does nothing at all when a VM was started that nobody planned with', async () => {
    const { enter, persisted } = setUp(['web', 'new'], () => ({}));
    await expect(enter(['web'])).rejects.toMatchObject({ reason: 'RunningVmsBlock', message: expect.stringContaining('new') });
    expect(persisted).toEqual([]);
  });
});
