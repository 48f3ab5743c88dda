/** Guests as scenarios, tests and the demo need them: a Linux with InfiniBand, and one that can be a Subnet Manager. */
import type { Inventory } from '../world/inventory.ts';
import type { SimVm } from '../world/vm.ts';
import { SimGuest, type SimGuestOptions } from './simGuest.ts';
import { type OpensmOptions, simOpensm, simSminfo } from './simOpensm.ts';
import { simSystemctl, simUnit } from './simSystemd.ts';

export const NVIDIA_OPENSM: OpensmOptions = { version: '5.19.0.MLNX20240725.d4a7b8a1', virtualization: true };
export const DISTRIBUTION_OPENSM: OpensmOptions = { version: '3.3.23', virtualization: false };

/** A guest that can tell the state of its ports. */
export function addLinuxGuest(inventory: Inventory, vm: SimVm, options: SimGuestOptions = {}): SimGuest {
  return inventory.guests.add(vm, new SimGuest(options));
}

export interface ManagerGuestOptions extends SimGuestOptions {
  readonly opensm?: OpensmOptions;
  /** Default true: `opensmd.service` of MLNX_OFED. */
  readonly systemd?: boolean;
}

/** A guest with OpenSM and infiniband-diags installed, and nothing configured. */
export function addManagerGuest(inventory: Inventory, vm: SimVm, options: ManagerGuestOptions = {}): SimGuest {
  const { opensm = NVIDIA_OPENSM, systemd = true, ...more } = options;
  const unit = simUnit('opensmd.service', '/usr/sbin/opensm --config /etc/opensm/opensm.conf');
  const programs = {
    '/usr/sbin/opensm': simOpensm(opensm),
    '/usr/sbin/sminfo': simSminfo(inventory.guests.fabric),
    ...(systemd ? { '/usr/bin/systemctl': simSystemctl(unit) } : {}),
    ...more.programs,
  };
  return inventory.guests.add(vm, new SimGuest({ ...more, programs }));
}
