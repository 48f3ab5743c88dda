/** What a failure at the border means to users: the reason for each code of `PortError`, on each kind. */
import type { PortErrorCode } from '../../ports/errors.ts';
import type { AttachmentReason, HostReason } from '../reasons.ts';

/**
 * `Aborted` is listed for completeness: it means that the operator stops or lost its lease, when nothing may be written.
 * A `CommandFailed` on a host is refined where the caller knows more, for example to VibInstallFailed.
 */
export const HOST_REASON_OF_ERROR = {
  HostUnreachable: 'HostUnreachable',
  HostKeyMismatch: 'HostKeyMismatch',
  HostKeyUnknown: 'HostKeyUnknown',
  CredentialsRejected: 'CredentialsRejected',
  CommandFailed: 'CommandFailed',
  CommandTimedOut: 'CommandFailed',
  ConnectionLost: 'HostUnreachable',
  ToolMissing: 'ToolMissing',
  OutputNotUnderstood: 'OutputNotUnderstood',
  VsphereUnreachable: 'VsphereUnreachable',
  VsphereCertificateUntrusted: 'VsphereCertificateUntrusted',
  VsphereCredentialsRejected: 'VsphereCredentialsRejected',
  VspherePermissionDenied: 'VspherePermissionDenied',
  VsphereFault: 'VsphereFault',
  VsphereTaskFailed: 'VsphereFault',
  VsphereObjectNotFound: 'VsphereFault',
  VsphereConcurrentChange: 'VsphereFault',
  BmcUnreachable: 'BmcUnreachable',
  BmcAddressInvalid: 'BmcAddressInvalid',
  BmcCertificateUntrusted: 'BmcCertificateUntrusted',
  BmcCredentialsRejected: 'BmcCredentialsRejected',
  BmcRequestFailed: 'BmcRequestFailed',
  SecretNotFound: 'SecretNotFound',
  SecretKeyMissing: 'SecretKeyMissing',
  DownloadFailed: 'FirmwareDownloadFailed',
  DownloadRefused: 'FirmwareDownloadRefused',
  DownloadChecksumMismatch: 'FirmwareChecksumMismatch',
  Aborted: 'InternalError',
} as const satisfies Readonly<Record<PortErrorCode, HostReason>>;

/** An attachment speaks to vSphere only, so the codes of the host's shell and BMC cannot come up: InternalError. */
export const ATTACHMENT_REASON_OF_ERROR = {
  HostUnreachable: 'InternalError',
  HostKeyMismatch: 'InternalError',
  HostKeyUnknown: 'InternalError',
  CredentialsRejected: 'InternalError',
  CommandFailed: 'InternalError',
  CommandTimedOut: 'VsphereFault',
  ConnectionLost: 'VsphereUnreachable',
  ToolMissing: 'InternalError',
  OutputNotUnderstood: 'VsphereFault',
  VsphereUnreachable: 'VsphereUnreachable',
  VsphereCertificateUntrusted: 'VsphereCertificateUntrusted',
  VsphereCredentialsRejected: 'VsphereCredentialsRejected',
  VspherePermissionDenied: 'VspherePermissionDenied',
  VsphereFault: 'VsphereFault',
  VsphereTaskFailed: 'ReconfigureFailed',
  VsphereObjectNotFound: 'VmNotFound',
  VsphereConcurrentChange: 'VmChangedMeanwhile',
  BmcUnreachable: 'InternalError',
  BmcAddressInvalid: 'InternalError',
  BmcCertificateUntrusted: 'InternalError',
  BmcCredentialsRejected: 'InternalError',
  BmcRequestFailed: 'InternalError',
  SecretNotFound: 'SecretNotFound',
  SecretKeyMissing: 'SecretKeyMissing',
  DownloadFailed: 'InternalError',
  DownloadRefused: 'InternalError',
  DownloadChecksumMismatch: 'InternalError',
  Aborted: 'InternalError',
} as const satisfies Readonly<Record<PortErrorCode, AttachmentReason>>;
