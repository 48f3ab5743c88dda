/** Lets a host go: a restart that was begun is followed to its end, maintenance mode is left, VMs get their power back; within limits. */
import { reasonEntry } from '../../../api/reasons.ts';
import type { ReconcileContext } from '../../../engine/types.ts';
import { leaveMaintenance } from '../act/maintenance.ts';
import { returnPower } from '../act/vms.ts';
import type { HostControllerOptions, Look } from '../controller.ts';

const PATIENCE_MS = 15 * 60_000;

/** How long an object waits for its host to be handed back, in milliseconds: what was begun may take as long as the spec allows. */
export function patienceMs({ host: { spec }, memory }: Pick<Look, 'host' | 'memory'>): number {
  const { restartTimeoutSeconds, maintenanceTimeoutSeconds } = spec.disruption;
  const restartMs = memory.lastRestart?.state === 'Requested' ? restartTimeoutSeconds * 1000 : 0;
  const enteringMs = memory.maintenanceEntering ? maintenanceTimeoutSeconds * 1000 + 2 * 60_000 : 0;
  return Math.max(PATIENCE_MS, restartMs, enteringMs);
}

export interface LetGoDoors {
  readonly options: HostControllerOptions;
  /** Follows a restart that is under way. */
  readonly follow: () => Promise<void>;
}

export interface LetGoTerms {
  /** How long it has been tried, and how long it is, in milliseconds; then the host is let go as it is. */
  readonly waitedMs: number;
  readonly patienceMs: number;
  /** For events: before the object `was deleted`, for example. */
  readonly before: string;
  readonly context: ReconcileContext;
}

/** A restart may have been sent long after the object was deleted or detached, by the way back: it has its own time. */
function restartHasTime({ host, memory: { lastRestart } }: Look, now: Date): boolean {
  if (lastRestart?.state !== 'Requested') return false;
  const ago = now.getTime() - new Date(lastRestart.requestedTime).getTime();
  return ago >= 0 && ago < host.spec.disruption.restartTimeoutSeconds * 1000;
}

/** False while it has to be tried again. */
export async function letGo({ options, follow }: LetGoDoors, look: Look, terms: LetGoTerms): Promise<boolean> {
  const { host, memory, observation } = look;
  const { signal } = terms.context;
  const patient = terms.waitedMs < terms.patienceMs || restartHasTime(look, options.now());
  const restarting = memory.lastRestart !== undefined && memory.lastRestart.state !== 'Completed';
  // A command that was sent may still take the host into maintenance mode after everybody has gone.
  const entering = memory.maintenanceEnteredByUs && memory.maintenanceEntering;
  // A host that still answers after all that time was never on its way down: its VMs are not kept waiting for ever.
  const done = observation.host.known && !((restarting || entering) && patient);
  if (!done && patient) {
    if (restarting) await follow();
    return false;
  }
  if (done && look.ports.host.known && memory.maintenanceEnteredByUs && observation.host.value.maintenanceMode) {
    await leaveMaintenance({ host: look.ports.host, vsphere: look.vsphere }, signal);
  }
  const left = done ? await returnPower(look.vsphere, memory.poweredOffVms, signal) : memory.poweredOffVms;
  if (left.length > 0 && patient) return false;
  const tell = (reason: 'VmNotRestored' | 'HostUnreachable', note: string): void => {
    const { event } = reasonEntry('SriovHost', reason);
    if (event !== 'None') options.cluster.event(host, { reason, type: event, action: 'HandBack', note });
  };
  if (left.length > 0) {
    const names = left.map(({ name }) => name).join(', ');
    tell('VmNotRestored', `VM(s) that were shut down for a restart were not powered on again before the object ${terms.before}: ${names}`);
  }
  if (!done) {
    tell(
      'HostUnreachable',
      `the host could not be handed back before the object ${terms.before}: it may still be in maintenance mode, or off`,
    );
  }
  return true;
}
