/** How many virtual functions of a host are free, and how many more it could have. Pure. */
import type { SriovHost, SriovVmAttachment } from '../../api/types.ts';
import { stateOf } from '../render/state.ts';
import { attachmentsOf, isOn } from '../statusView.ts';

export interface FitRequest {
  /** Machines to place. */
  readonly vms: number;
  /** Virtual functions that each of them needs. */
  readonly vfs: number;
  readonly linkType: 'Ethernet' | 'InfiniBand';
  readonly adapter?: string;
  /** Most virtual functions that a port may be given; the card itself has the last word. */
  readonly maxVfs: number;
}

export interface PortRoom {
  readonly adapter: string;
  readonly port: number;
  /** As declared. */
  readonly declared: number;
  /** Present, and neither in use nor promised to an attachment. */
  readonly free: number;
  /** NUM_OF_VFS that is current: up to here only the driver has to change. */
  readonly firmware: number;
  /** Up to here it may grow. */
  readonly limit: number;
}

export interface HostRoom {
  readonly host: SriovHost;
  readonly ports: readonly PortRoom[];
  readonly free: number;
  /** Why nothing can be placed there now. */
  readonly closed?: string;
  /** Why it cannot be changed to have more. */
  readonly fixed?: string;
}

/** What all hosts are looked at with. */
export interface Surroundings {
  readonly attachments: readonly SriovVmAttachment[];
  /** Most virtual functions of a port, by PSID, where cards have said so. */
  readonly limits: ReadonlyMap<string, number>;
}

export function roomOf(host: SriovHost, request: FitRequest, { attachments, limits }: Surroundings): HostRoom {
  const mine = attachmentsOf(host, attachments);
  const closed = whyClosed(host);
  const ports = portsOf(host, request, { attachments: mine, limits });
  const fixed = closed ?? whyFixed(host, ports);
  return {
    host,
    ports,
    free: closed === undefined ? ports.reduce((sum, { free }) => sum + free, 0) : 0,
    ...(closed === undefined ? {} : { closed }),
    ...(fixed === undefined ? {} : { fixed }),
  };
}

function whyClosed(host: SriovHost): string | undefined {
  if (host.metadata.deletionTimestamp !== undefined) return 'is being deleted';
  if (host.status?.esxi?.maintenanceMode === true) return 'is in maintenance mode';
  const { word, reason, current } = stateOf(host);
  if (!current) return 'has a spec that the operator has not looked at yet';
  return word === 'Ready' ? undefined : `is ${word}${reason === '' ? '' : ` (${reason})`}`;
}

function whyFixed({ spec }: SriovHost, ports: readonly PortRoom[]): string | undefined {
  if (spec.mode === 'Observe') return 'spec.mode is Observe';
  return ports.length > 0 && ports.every(({ declared, limit }) => declared === limit) ? 'cannot have more, as far as is known' : undefined;
}

function portsOf(host: SriovHost, request: FitRequest, { attachments, limits }: Surroundings): readonly PortRoom[] {
  return host.spec.adapters
    .filter(({ name }) => request.adapter === undefined || name === request.adapter)
    .flatMap(({ name, ports }) =>
      ports.flatMap(({ number, vfs }): readonly PortRoom[] => {
        const adapter = host.status?.adapters?.find((candidate) => candidate.name === name);
        const seen = adapter?.ports?.find((candidate) => candidate.number === number);
        const linkType = seen?.linkType ?? 'Ethernet';
        const onPort = attachments.filter((attachment) => isOn(attachment, name, number));
        // A port that is given away as a whole has no virtual functions.
        const whole = onPort.some(({ spec }) => spec.function.kind === 'Physical');
        if (seen === undefined || adapter?.problem !== undefined || linkType !== request.linkType || whole) return [];
        const running = onPort.filter(({ status }) => status?.device?.virtualFunction !== undefined).length;
        const others = Math.max(0, (seen.vfs.inUse ?? 0) - running);
        const free = Math.max(0, (seen.vfs.present ?? 0) - onPort.length - others);
        const firmware = Math.max(vfs, seen.vfs.firmware ?? 0);
        // What a change takes is only known where the firmware was read.
        const room = adapter?.mstDevice !== undefined && seen.vfs.firmware !== undefined;
        const grown = room
          ? { firmware, limit: Math.max(vfs, Math.min(request.maxVfs, limits.get(adapter?.psid ?? '') ?? request.maxVfs)) }
          : { firmware: vfs, limit: vfs };
        return [{ adapter: name, port: number, declared: vfs, free, ...grown }];
      }),
    );
}
