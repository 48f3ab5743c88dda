/** The Bmc port straight on a simulated world. */
import type { Bmc, BmcPowerState } from '../../../operator/ports/bmc.ts';
import { PortError } from '../../../operator/ports/errors.ts';
import type { HostWorld } from '../../simulator/world/hostWorld.ts';

const POWER: Readonly<Record<HostWorld['powerState'], BmcPowerState>> = { on: 'On', shuttingDown: 'On', off: 'Off', booting: 'On' };

export function worldBmc(world: HostWorld): Bmc {
  return {
    system: async () => ({
      powerState: POWER[world.powerState],
      manufacturer: world.profile.manufacturer,
      model: world.profile.model,
      serialNumber: world.id,
      resetTypes: world.profile.resetTypes,
    }),
    powerOn: async () => world.powerOn(),
    forceOff: async () => world.forceOff(),
    biosAttributes: async () => world.bios.current,
    pendingBiosAttributes: async () => world.bios.pending,
    stageBiosAttributes: async (attributes) => {
      const unknown = world.bios.stage(attributes);
      if (unknown.length > 0) throw new PortError('BmcRequestFailed', `the BIOS has no attribute ${unknown.join(', ')}`);
      world.counters.biosStages += 1;
    },
  };
}
