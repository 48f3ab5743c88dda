/** The look into the guest: its InfiniBand port, and the Subnet Manager where there shall be one. What it writes there it removes again. */
import { ATTACHMENT_REASON_OF_ERROR } from '../../../api/reasons/portErrorReasons.ts';
import type { AttachmentReason } from '../../../api/reasons.ts';
import type { SriovVmAttachment } from '../../../api/types.ts';
import type { Cluster } from '../../../ports/cluster.ts';
import { isPortError, PortError, type PortErrorCode } from '../../../ports/errors.ts';
import type { Guest } from '../../../ports/guest.ts';
import type { Vm } from '../../../ports/vsphere.ts';
import { known, unknown } from '../../fact.ts';
import { wishOf } from '../../retry.ts';
import { guidOfMac } from '../../sriovHost/guid.ts';
import { nameOf, parsePorts, portOf, READ_PORTS } from '../guest/infinibandPorts.ts';
import type { GuestLook } from '../guest/look.ts';
import type { AttachmentMemory } from '../memory.ts';
import type { AttachmentFact } from '../observation.ts';
import { runShell } from './guestShell.ts';
import type { Login } from './login.ts';
import type { RejectedGuests } from './rejectedGuests.ts';
import { lookAtSubnetManager } from './subnetManager.ts';

export interface GuestPorts {
  readonly cluster: Pick<Cluster, 'secret'>;
  readonly login: Login;
  readonly rejected: RejectedGuests;
}

export interface GuestTarget {
  readonly attachment: SriovVmAttachment;
  readonly vm: Vm;
  readonly memory: AttachmentMemory;
}

export interface SeenGuest {
  readonly fact: AttachmentFact<GuestLook>;
  /** Where to act; undefined where the guest was not reached. */
  readonly guest: Guest | undefined;
}

/** Throws only when aborted or on an error that is no PortError. */
export async function observeGuest(ports: GuestPorts, target: GuestTarget, signal: AbortSignal): Promise<SeenGuest> {
  const { attachment, vm } = target;
  const { namespace } = attachment.metadata;
  const secretName = attachment.spec.guest?.credentialsSecretRef.name ?? '';
  if (!vm.toolsRunning) return unseen(new PortError('GuestUnavailable', `VMware Tools do not run in VM ${vm.name}.`));
  try {
    const { credentials, version } = await readCredentials(ports.cluster, { namespace, name: secretName }, signal);
    const identity = `${ports.login.server} ${vm.moRef} ${namespace}/${secretName} ${version}`;
    const wish = wishOf(attachment);
    if (wish !== undefined) ports.rejected.forgetFor(identity, wish);
    const guest = ports.login.vsphere.guest(vm.moRef, credentials);
    return { fact: known(await ports.rejected.attempt(identity, () => look(guest, target, signal), signal)), guest };
  } catch (error) {
    signal.throwIfAborted();
    if (!isPortError(error)) throw error;
    return unseen(error);
  }
}

/** Where a failure inside the guest means something else than at the vSphere server. */
const REASONS: Partial<Record<PortErrorCode, AttachmentReason>> = {
  CommandTimedOut: 'GuestProgramFailed',
  SecretNotFound: 'GuestCredentialsMissing',
  SecretKeyMissing: 'GuestCredentialsMissing',
};

function unseen(error: PortError): SeenGuest {
  const reason = REASONS[error.code] ?? ATTACHMENT_REASON_OF_ERROR[error.code];
  return { fact: unknown(reason, error.message), guest: undefined };
}

async function readCredentials(
  cluster: Pick<Cluster, 'secret'>,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  signal: AbortSignal,
): Promise<{ readonly credentials: { readonly username: string; readonly password: string }; readonly version: string }> {
  const where = `Secret ${namespace}/${name}`;
  const secret = await cluster.secret(namespace, name, signal);
  if (secret === undefined) throw new PortError('SecretNotFound', `${where} does not exist.`);
  const { username, password } = secret.data;
  if (!username || !password) {
    throw new PortError('SecretKeyMissing', `${where} has no key ${username ? 'password' : 'username'}, which spec.guest needs.`);
  }
  return { credentials: { username, password }, version: secret.resourceVersion };
}

async function look(guest: Guest, { attachment, vm, memory }: GuestTarget, signal: AbortSignal): Promise<GuestLook> {
  const { output } = await runShell(guest, READ_PORTS, signal);
  const all = parsePorts(output);
  const { device } = memory;
  const own = device?.kind === 'Physical' || device?.macAddress === undefined ? undefined : device.macAddress.toLowerCase();
  const others = vm.sriovCards.map(({ macAddress }) => macAddress.toLowerCase()).filter((macAddress) => macAddress !== own);
  const port = portOf(all, {
    guid: own === undefined ? undefined : guidOfMac(own),
    others: others.flatMap((macAddress) => guidOfMac(macAddress) ?? []),
  });
  const wanted = attachment.spec.subnetManager;
  const subnetManager =
    wanted === undefined || port === undefined
      ? undefined
      : await lookAtSubnetManager(guest, { wanted, port, before: memory.subnetManager }, signal);
  return { port, ports: all.map(nameOf), subnetManager };
}
