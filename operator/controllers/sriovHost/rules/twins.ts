/** Rule: one machine belongs to one SriovHost. A manifest that was copied and half corrected must not restart or power-cycle a neighbour. Pure. */
import type { SriovHost } from '../../../api/types.ts';
import { keyOf } from '../../names.ts';
import type { HostObservation } from '../observation.ts';
import { isDetached } from './detach.ts';
import type { Blocked, PlanInput } from './input.ts';
import { isInOurHands } from './permit.ts';

/** Who declared the same ESXi host earlier and works on it. Of two objects the older one goes on: who comes later stops nobody. */
export function declaredBefore(host: SriovHost, all: readonly SriovHost[]): Pick<HostObservation, 'declaredBefore'> {
  const address = addressOf(host);
  const older = all
    .filter((other) => other.metadata.uid !== host.metadata.uid && addressOf(other) === address && works(other) && isOlder(other, host))
    .map(keyOf)
    .sort();
  return older[0] === undefined ? {} : { declaredBefore: older[0] };
}

/** A host that was begun with is brought to its end all the same. */
export function declaredTwice({ observation: { declaredBefore: older }, memory, spec: { esxi } }: PlanInput): Blocked | undefined {
  if (older === undefined || isInOurHands(memory)) return undefined;
  return {
    reason: 'HostDeclaredTwice',
    message: `SriovHost ${older} declares the same ESXi host ${esxi.address}:${esxi.sshPort} and was created earlier: nothing is written for this one. Correct spec.esxi.address, or delete one of them; the operator goes on by itself`,
  };
}

/**
 * Others that declare the same BMC for another ESXi host: one of them is wrong, nobody can tell which, and a power cut would hit a
 * machine with running VMs. Undefined where nobody does.
 */
export function bmcShared(host: SriovHost, all: readonly SriovHost[]): Blocked | undefined {
  const system = systemOf(host);
  if (system === undefined) return undefined;
  const others = all
    .filter((other) => systemOf(other) === system && addressOf(other) !== addressOf(host) && !isDetached(other))
    .map((other) => `${keyOf(other)} (${other.spec.esxi.address})`)
    .sort();
  if (others.length === 0) return undefined;
  return {
    reason: 'BmcDeclaredTwice',
    message: `spec.bmc.systemUrl ${host.spec.bmc?.systemUrl} is also that of SriovHost ${others.slice(0, 5).join(', ')}: one machine cannot be two ESXi hosts, and a power cycle could hit the wrong one, so this BMC is not used. Correct it where it is wrong; the operator goes on by itself`,
  };
}

function works(host: SriovHost): boolean {
  return host.spec.mode === 'Enforce' && !isDetached(host);
}

/** Creation times are whole seconds. */
function isOlder(one: SriovHost, other: SriovHost): boolean {
  const [a, b] = [one, other].map((host) => `${host.metadata.creationTimestamp ?? ''} ${keyOf(host)}`);
  return (a ?? '') < (b ?? '');
}

function addressOf({ spec: { esxi } }: SriovHost): string {
  return `${esxi.address.toLowerCase()}:${esxi.sshPort}`;
}

function systemOf({ spec: { bmc } }: SriovHost): string | undefined {
  return bmc?.systemUrl.toLowerCase().replace(/\/+$/, '');
}
