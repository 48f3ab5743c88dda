/** Whether N machines with M virtual functions each can be placed, where, and what that costs: the data behind `fit`. Pure. */
import type { SriovHost } from '../../api/types.ts';
import { deviceLimits } from './deviceLimits.ts';
import { type Growth, grow, planGrowth, type Situation, spare } from './growth.ts';
import { type FitRequest, type HostRoom, roomOf } from './room.ts';

export interface HostFit {
  /** `namespace/name`. */
  readonly host: string;
  /** Free virtual functions that suit the request. */
  readonly free: number;
  /** Machines placed with what is free. */
  readonly now: number;
  /** Machines placed after the change. */
  readonly afterChange: number;
  readonly growth?: Growth;
  /** Why nothing is placed here, or why it cannot be changed. */
  readonly note?: string;
}

export interface FitView {
  readonly request: FitRequest;
  readonly hosts: readonly HostFit[];
  readonly placedNow: number;
  readonly placedAfterChange: number;
  /** Machines that find no place. */
  readonly left: number;
  readonly restarts: number;
  /** Hosts whose spec has to change. */
  readonly hostsToChange: number;
}

interface Candidate {
  readonly room: HostRoom;
  /** Placed without any change. */
  readonly now: number;
}

/**
 * What is free is used first. The rest goes to as few hosts as possible, since each that changes restarts: first where the driver alone has
 * to change, then where firmware does too, those with the most room first.
 */
export function fitView(request: FitRequest, hosts: readonly SriovHost[], { attachments, now }: Situation): FitView {
  const limits = deviceLimits(hosts);
  const rooms = hosts.map((host) => roomOf(host, request, { attachments, limits }));
  const placed = placeNow(rooms, request);
  const placedNow = placed.reduce((sum, candidate) => sum + candidate.now, 0);
  const grown = placeByGrowth(placed, request, { left: request.vms - placedNow, situation: { attachments, now } });
  const fits = placed.map((candidate) => hostFit(candidate, grown.get(candidate.room.host)));
  const placedAfterChange = fits.reduce((sum, { afterChange }) => sum + afterChange, 0);
  return {
    request,
    hosts: fits,
    placedNow,
    placedAfterChange,
    left: request.vms - placedNow - placedAfterChange,
    restarts: [...grown.values()].reduce((sum, { growth }) => sum + growth.restarts, 0),
    hostsToChange: grown.size,
  };
}

function placeNow(rooms: readonly HostRoom[], { vms, vfs }: FitRequest): readonly Candidate[] {
  let left = vms;
  const byRoom = [...rooms].sort((a, b) => b.free - a.free);
  const now = new Map<HostRoom, number>();
  for (const room of byRoom) {
    const here = Math.min(left, Math.floor(room.free / vfs));
    now.set(room, here);
    left -= here;
  }
  return rooms.map((room) => ({ room, now: now.get(room) ?? 0 }));
}

interface Grown {
  readonly vms: number;
  readonly growth: Growth;
}

interface Rest {
  readonly left: number;
  readonly situation: Situation;
}

function placeByGrowth(candidates: readonly Candidate[], request: FitRequest, { left, situation }: Rest): ReadonlyMap<SriovHost, Grown> {
  const result = new Map<SriovHost, Grown>();
  let rest = left;
  for (const within of ['firmware', 'limit'] as const) {
    const able = candidates
      .map((candidate) => ({ candidate, most: capacity(candidate, request, within) }))
      .filter(({ candidate, most }) => most > 0 && !result.has(candidate.room.host))
      .sort((a, b) => b.most - a.most);
    // Half of the rest by drivers alone would restart hosts that the other half might not need.
    if (within === 'firmware' && able.reduce((sum, { most }) => sum + most, 0) < rest) continue;
    for (const { candidate, most } of able) {
      const vms = Math.min(rest, most);
      const changes = vms === 0 ? undefined : grow(candidate.room, missing(candidate, request, vms), within);
      if (changes === undefined) continue;
      result.set(candidate.room.host, { vms, growth: planGrowth(candidate.room.host, changes, situation) });
      rest -= vms;
    }
  }
  return result;
}

/** Further machines on this host after it has grown. */
function capacity(candidate: Candidate, { vfs }: FitRequest, within: 'firmware' | 'limit'): number {
  const { room, now } = candidate;
  if (room.fixed !== undefined) return 0;
  return Math.floor((room.free - now * vfs + spare(room.ports, within)) / vfs);
}

function missing({ room, now }: Candidate, { vfs }: FitRequest, vms: number): number {
  return Math.max(0, (now + vms) * vfs - room.free);
}

function hostFit({ room, now }: Candidate, grown: Grown | undefined): HostFit {
  const { metadata } = room.host;
  const note = room.closed ?? room.fixed ?? (room.ports.length === 0 ? 'has no port that suits' : undefined);
  return {
    host: `${metadata.namespace}/${metadata.name}`,
    free: room.free,
    now,
    afterChange: grown?.vms ?? 0,
    ...(grown === undefined ? {} : { growth: grown.growth }),
    ...(note === undefined ? {} : { note }),
  };
}
