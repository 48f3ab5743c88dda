/** Why a host lets nobody in by SSH, as its vCenter knows it: lockdown mode is no wrong password, a stopped service no broken network. Reads only. */
import { findCondition } from '../../../api/conditions.ts';
import type { SriovHost } from '../../../api/types.ts';
import type { EsxiHost } from '../../../ports/esxiHost.ts';
import type { HostManagement } from '../../../ports/vsphere.ts';
import { type Fact, unknown } from '../../fact.ts';
import type { HostMemory } from '../memory.ts';
import { attempt } from '../observe.ts';
import type { VsphereDoor } from './vms.ts';

interface Shut {
  readonly host: SriovHost;
  readonly memory: HostMemory;
  readonly vsphere: () => Promise<Fact<VsphereDoor>>;
  readonly now: Date;
}

export interface Access {
  readonly shell: Fact<EsxiHost>;
  /** Lockdown mode was why the credentials were refused, and it is over. */
  readonly unlocked: boolean;
}

export async function explainAccess(shell: Fact<EsxiHost>, shut: Shut, signal: AbortSignal): Promise<Access> {
  const same: Access = { shell, unlocked: false };
  if (shell.known || !EXPLAINABLE.has(shell.because.reason) || !hasVcenter(shut.host) || justSentAway(shut)) return same;
  const door = await shut.vsphere();
  if (!door.known) return same;
  const facts = await attempt(() => door.value.vsphere.hostManagement(door.value.hostMoRef, signal));
  return facts.known ? explain(shell, facts.value, shut) : same;
}

const EXPLAINABLE: ReadonlySet<string> = new Set(['CredentialsRejected', 'HostUnreachable']);

/** The host's own endpoint lets in nobody either; trying the same credentials there would only help to lock the account. */
function hasVcenter({ spec }: SriovHost): boolean {
  return spec.vsphere !== undefined && spec.vsphere.credentialsSecretRef.name !== spec.esxi.credentialsSecretRef.name;
}

/** A host that restarts is away for a while: no reason to ask anybody, at every look, why. */
function justSentAway({ host, memory: { lastRestart }, now }: Shut): boolean {
  if (lastRestart?.state !== 'Requested') return false;
  const patienceMs = Math.min(60, host.spec.disruption.restartTimeoutSeconds / 10) * 1000;
  return now.getTime() - new Date(lastRestart.powerOnTime ?? lastRestart.requestedTime).getTime() < patienceMs;
}

function explain(shell: Extract<Fact<EsxiHost>, { known: false }>, facts: HostManagement, { host }: Shut): Access {
  const { reason, message } = shell.because;
  if (reason === 'CredentialsRejected') {
    const before = findCondition(host.status?.conditions, 'Reachable')?.reason;
    if (facts.lockdown === undefined || facts.lockdown === 'Disabled') {
      return { shell, unlocked: before === 'LockdownMode' && facts.lockdown === 'Disabled' };
    }
    const text = `${message}. vCenter says that the host is in lockdown mode (${facts.lockdown.toLowerCase()}), which lets in only exception users: add the user of Secret ${host.spec.esxi.credentialsSecretRef.name} to them, or leave lockdown mode, then annotate the object with sriov.esxi.io/retry`;
    return { shell: unknown('LockdownMode', text), unlocked: false };
  }
  if (facts.connectionState !== 'connected' || facts.sshRunning !== false) return { shell, unlocked: false };
  const text = `${message}; vCenter is connected to the host and says that its service SSH (TSM-SSH) is stopped: start it, and set its policy to start and stop with the host, since every restart stops it otherwise`;
  return { shell: unknown('SshServiceStopped', text), unlocked: false };
}
