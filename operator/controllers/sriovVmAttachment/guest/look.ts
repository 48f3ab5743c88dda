/** What a look into the guest shows. Pure. */
import type { GuestFile } from '../../../ports/guest.ts';
import type { Observation } from '../observation.ts';
import type { InfinibandPort } from './infinibandPorts.ts';
import type { OpensmUnit, RunningOpensm } from './opensmService.ts';
import type { MasterInfo } from './sminfo.ts';

export interface GuestLook {
  /** The port that belongs to the attachment; undefined where the guest has none. */
  readonly port: InfinibandPort | undefined;
  /** Names of all its InfiniBand ports, for people. */
  readonly ports: readonly string[];
  /** Only where the attachment wants a Subnet Manager and the port is there. */
  readonly subnetManager: SubnetManagerLook | undefined;
}

export interface SubnetManagerLook {
  /** Undefined: the guest has no opensm. */
  readonly program: string | undefined;
  readonly version: string | undefined;
  readonly knowsVirtualization: boolean;
  /** Undefined: there is none yet. */
  readonly config: GuestFile | undefined;
  readonly unit: (OpensmUnit & { readonly dropIn: string | undefined }) | undefined;
  readonly running: readonly RunningOpensm[];
  /** False where the guest lacks sminfo, so that nobody can tell who is master. */
  readonly hasSminfo: boolean;
  readonly master: MasterInfo | undefined;
}

/** The guest answers, and its link is not Active, or it does not answer yet: worth a look again soon. Rejected credentials are not. */
export function isLinkPending({ guest }: Observation): boolean {
  if (guest === undefined) return false;
  if (guest.known) return guest.value.port?.state !== 'Active';
  return guest.because.reason === 'GuestUnreachable' || guest.because.reason === 'GuestProgramFailed';
}
