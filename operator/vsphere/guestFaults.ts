/** Faults of the guest operations (vSphere Web Services API, GuestOperationsFault and its heirs), as codes of ours. */
import type { PortErrorCode } from '../ports/errors.ts';

/** `GuestOperationsFault`s that are not listed, FileFault and its heirs are failures in the guest: see guestError. */
export const GUEST_FAULT_CODES: Readonly<Record<string, PortErrorCode>> = {
  InvalidGuestLogin: 'GuestCredentialsRejected',
  GuestPermissionDenied: 'GuestPermissionDenied',
  GuestOperationsUnavailable: 'GuestUnavailable',
  GuestComponentsOutOfDate: 'GuestUnavailable',
  OperationDisabledByGuest: 'GuestUnavailable',
  OperationNotSupportedByGuest: 'GuestUnavailable',
  TooManyGuestLogons: 'GuestProgramFailed',
  GuestProcessNotFound: 'GuestProgramFailed',
  GuestMultipleMappings: 'GuestProgramFailed',
};

export const GUEST_REMEDIES: Readonly<Record<string, string>> = {
  InvalidGuestLogin: 'check the user name and password of the guest in the Secret',
  GuestPermissionDenied: 'give the Secret an account of the guest that may do this',
  GuestOperationsUnavailable: 'start VMware Tools (open-vm-tools) in the guest',
  GuestComponentsOutOfDate: 'update VMware Tools in the guest',
  OperationDisabledByGuest: 'allow guest operations in tools.conf of the guest',
  OperationNotSupportedByGuest: 'the guest must be Linux with open-vm-tools',
};
