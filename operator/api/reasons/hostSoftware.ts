/** SriovHost: VIBs and the files that they come from. */
import type { ReasonEntry } from './entry.ts';

export const HOST_SOFTWARE_REASONS = [
  {
    reason: 'RestartPending',
    kinds: ['SriovHost'],
    condition: 'SoftwareInstalled',
    event: 'None',
    summary: 'It is in place and takes effect with the next restart.',
    remedy: 'Wait for the restart in the plan, or approve it where approval is required.',
  },
  {
    reason: 'VibInstallFailed',
    kinds: ['SriovHost'],
    condition: 'SoftwareInstalled',
    event: 'Warning',
    summary: 'esxcli refused to install a VIB, or failed at it.',
    remedy:
      'Read the answer in the message; common causes are a VIB for another ESXi release, a missing dependency, or an acceptance level that is too low.',
  },
  {
    reason: 'VibSignatureRefused',
    kinds: ['SriovHost'],
    condition: 'SoftwareInstalled',
    event: 'Warning',
    stalls: true,
    summary:
      'ESXi refuses a VIB for its signature or its acceptance level. It is never forced: a forced VIB keeps a Secure Boot host from booting.',
    remedy:
      'Use the VIB that NVIDIA or the vendor of the server signed for this ESXi release. See esxcli software acceptance get; lowering it fails under Secure Boot. After replacing a file under the same path set sriov.esxi.io/retry to a new value.',
  },
  {
    reason: 'VibSourceMissing',
    kinds: ['SriovHost'],
    condition: 'SoftwareInstalled',
    event: 'Warning',
    summary: 'The file in spec.software[].source is not on the host.',
    remedy: 'Put the file on the datastore that the path names, or correct the path.',
  },
  {
    reason: 'ChecksumMismatch',
    kinds: ['SriovHost'],
    condition: 'SoftwareInstalled',
    event: 'Warning',
    stalls: true,
    summary: 'A file on the host has another SHA-256 than declared; it was not used.',
    remedy:
      'Correct the sha256 in the spec if the file is the right one, or replace the damaged file and set sriov.esxi.io/retry to a new value.',
  },
  {
    reason: 'VibNotRunningAfterRestart',
    kinds: ['SriovHost'],
    condition: 'SoftwareInstalled',
    event: 'Warning',
    stalls: true,
    summary: 'A VIB was installed and the host restarted, but the declared version still does not run.',
    remedy:
      'Check on the host: esxcli software vib list, and whether it booted from its alternate bank; then set sriov.esxi.io/retry to a new value.',
  },
] as const satisfies readonly ReasonEntry[];
