/** The border: faults and connection errors of a vSphere server become `PortError`s with stable messages and no secrets. */
import { PortError, type PortErrorCode } from '../ports/errors.ts';
import { type FaultMeaning, meaningOf } from './faultTexts.ts';
import { GUEST_FAULT_CODES, GUEST_REMEDIES } from './guestFaults.ts';
import type { VimFault } from './vimFault.ts';

/** By the type of the fault; what is not listed is a plain refusal of the call or failure of the task. */
const CODES: Readonly<Record<string, PortErrorCode>> = {
  InvalidLogin: 'VsphereCredentialsRejected',
  PasswordExpired: 'VsphereCredentialsRejected',
  NoPermission: 'VspherePermissionDenied',
  // A free licence of ESXi makes every write of the API answer this; no waiting helps.
  RestrictedVersion: 'VspherePermissionDenied',
  ManagedObjectNotFound: 'VsphereObjectNotFound',
  NotFound: 'VsphereObjectNotFound',
  ConcurrentAccess: 'VsphereConcurrentChange',
  ...GUEST_FAULT_CODES,
};

/** Fields of faults that tell people something, in the order in which they are shown. Numbers of memory are bytes. */
const TELLING_FIELDS = [
  'privilegeId',
  'object',
  'existingState',
  'requestedState',
  'property',
  'deviceIndex',
  'network',
  'currentVersion',
  'expectedVersion',
  'unreserved',
  'requested',
  'badOp',
  'device',
  'obj',
] as const;

const REMEDIES: Readonly<Record<string, string>> = {
  NoPermission: 'grant the account this privilege on the object',
  RestrictedVersion: 'the licence of this ESXi host allows the API only to read; assign a licence that allows writing',
  InvalidLogin: 'check the user name and password in the Secret',
  PasswordExpired: 'set a new password for the account and put it into the Secret',
  ConcurrentAccess: 'the VM was changed meanwhile; it is read again',
  InsufficientHostMemoryCapacityFault: 'the host cannot reserve the memory of this VM; free memory or make the VM smaller',
  InsufficientMemoryResourcesFault: 'the resource pool cannot reserve the memory of this VM; raise its reservation or make it expandable',
  DeviceUnsupportedForVmVersion: 'upgrade the virtual hardware of the VM',
  DeviceHotPlugNotSupported: 'power the VM off first',
  ...GUEST_REMEDIES,
  ToolsUnavailable: 'VMware Tools do not run in the guest, so that it cannot be shut down from outside',
};

/**
 * The error for a fault. `action` says what was being done, for example `PowerOnVM_Task of vm-42`.
 * `detail.fault` is the fault's type, `detail.situation` that of a known text (see faultTexts.ts).
 */
export function faultError(action: string, fault: VimFault, otherwise: 'VsphereFault' | 'VsphereTaskFailed'): PortError {
  const meaning = meaningOf(fault.texts);
  const fields = tellingFields(fault);
  const detail = { fault: fault.type, ...fields, ...situationOf(meaning) };
  return new PortError(CODES[fault.type] ?? otherwise, messageOf(action, fault, { fields, meaning }), { cause: fault, detail });
}

interface Explanation {
  readonly fields: Readonly<Record<string, string>>;
  readonly meaning: FaultMeaning | undefined;
}

function messageOf(action: string, fault: VimFault, { fields, meaning }: Explanation): string {
  const text = fault.texts[0];
  const facts = Object.entries(fields).map(([name, value]) => `${name} ${value}`);
  const what = [fault.type, ...facts].join(', ');
  const remedy = meaning?.remedy ?? REMEDIES[fault.type];
  const said = text === undefined ? '' : `: ${shorten(text)}`;
  return `${action} failed (${what})${said}${remedy === undefined ? '' : `. Remedy: ${remedy}`}`;
}

function situationOf(meaning: FaultMeaning | undefined): Readonly<Record<string, string | boolean>> {
  return meaning === undefined ? {} : { situation: meaning.situation, ...meaning.detail };
}

function tellingFields(fault: VimFault): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const field of TELLING_FIELDS) {
    const value = fault.node?.textOf(field)?.trim();
    if (value !== undefined && value !== '' && value.length <= 200) {
      found[field] = value;
    }
  }
  return found;
}

/** Conditions hold at most 32 KiB and people read one line: a fault's text is cut. */
function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').replace(/\.$/, '');
  return line.length > 500 ? `${line.slice(0, 500)}...` : line;
}
