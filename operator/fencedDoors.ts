/** The ways to hosts, BMCs and vSphere for a leader: closed at the moment at which it leads no more. */
import type { Bmc, BmcConnector } from './ports/bmc.ts';
import { PortError } from './ports/errors.ts';
import type { EsxiConnector, EsxiHost } from './ports/esxiHost.ts';
import type { Guest } from './ports/guest.ts';
import type { VSphere, VsphereConnector } from './ports/vsphere.ts';

export interface Doors {
  readonly esxi: EsxiConnector;
  readonly bmc: BmcConnector;
  readonly vsphere: VsphereConnector;
}

/**
 * A process that was frozen goes on where it stood: perhaps between two commands to a host that another process looks after by now.
 * Its abort signal is a timer's work and comes later than the answers that waited meanwhile, so every method asks before it does anything.
 */
export function fencedDoors({ esxi, bmc, vsphere }: Doors, lapsed: () => boolean): Doors {
  return {
    esxi: {
      open: async (target, signal) => fenced<EsxiHost>(await esxi.open(target, signal), lapsed),
      forget: (key) => esxi.forget(key),
      close: () => esxi.close(),
    },
    bmc: { open: (target) => fenced<Bmc>(bmc.open(target), lapsed), close: () => bmc.close() },
    vsphere: {
      open: (target, options) => {
        const opened = vsphere.open(target, options);
        const guest: VSphere['guest'] = (moRef, credentials) => fenced<Guest>(opened.guest(moRef, credentials), lapsed);
        return fenced<VSphere>(opened, lapsed, { guest });
      },
      close: () => vsphere.close(),
    },
  };
}

/** `instead`: what some of its methods are replaced by. What is no method passes. */
function fenced<T extends object>(door: T, lapsed: () => boolean, instead: Partial<T> = {}): T {
  return new Proxy(door, {
    get: (target, name) => {
      const value: unknown = Reflect.get(instead, name) ?? Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...args: readonly unknown[]): unknown => {
        if (lapsed()) throw new PortError('Aborted', `${String(name)}: the lease was lost before it was begun`);
        return Reflect.apply(value, target, args);
      };
    },
  });
}
