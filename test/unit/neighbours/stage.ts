/** A simulated host for the tests of this folder, and a shell of which single commands behave otherwise. */
import { findCondition } from '../../../operator/api/conditions.ts';
import type { Condition, SriovHost } from '../../../operator/api/types.ts';
import type { EsxiHost } from '../../../operator/ports/esxiHost.ts';
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { ManualClock } from '../../simulator/world/clock.ts';
import type { HostWorldOptions } from '../../simulator/world/hostOptions.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import { adapterSpec, hostSpec } from '../../support/world/hostSpec.ts';

export const FIRST_SLOT = '0000:3b:00.0';
export const ONE_ADAPTER = hostSpec({ adapters: [adapterSpec('a', FIRST_SLOT, [{ number: 1, vfs: 8 }])] });
/** Firmware and driver of ONE_ADAPTER as declared. */
export const AT_GOAL: Partial<HostWorldOptions> = {
  adapters: [{ model: connectX5En, parameters: { SRIOV_EN: 1, NUM_OF_VFS: 8 } }],
  moduleOptions: 'max_vfs=8,0',
};

/** With the MFT tools and one adapter, unless `options` say otherwise. */
export function aWorld(options: Partial<HostWorldOptions> = {}): { readonly clock: ManualClock; readonly world: HostWorld } {
  const clock = new ManualClock();
  const profile = hostProfile({ tools: 'withMft' });
  const world = new HostWorld({ id: 'h', name: 'esx-01', clock, profile, adapters: [{ model: connectX5En }], ...options });
  return { clock, world };
}

/** The same shell with these commands in place of its own. */
export function withCommands(host: EsxiHost, commands: Partial<EsxiHost>): EsxiHost {
  return new Proxy(host, {
    get(target, name: keyof EsxiHost) {
      const value = commands[name] ?? target[name];
      return typeof value === 'function' && commands[name] === undefined ? value.bind(target) : value;
    },
  });
}

export function ready(host: SriovHost): Condition | undefined {
  return findCondition(host.status?.conditions, 'Ready');
}
