/** The Bmc port straight on a simulated world. */
import type { Bmc, BmcPowerState } from '../../../operator/ports/bmc.ts';
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
    biosAttributes: async () => undefined,
    pendingBiosAttributes: async () => undefined,
    stageBiosAttributes: async () => undefined,
  };
}
