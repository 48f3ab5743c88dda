/** SriovHost: where firmware images come from, and what InfiniBand needs of the software. */
import type { ReasonEntry } from './entry.ts';

export const HOST_FIRMWARE_REASONS = [
  {
    reason: 'StagingFirmware',
    kinds: ['SriovHost'],
    condition: 'FirmwareConfigured',
    event: 'Normal',
    summary: 'The operator downloads a firmware image and copies it to the host, or removes it from there after use.',
    remedy: 'Wait; the journal in status shows each step.',
  },
  {
    reason: 'FirmwareChecksumMismatch',
    kinds: ['SriovHost'],
    condition: 'FirmwareConfigured',
    event: 'Warning',
    stalls: true,
    summary: 'A firmware image has another SHA-256 than declared; it was not burned.',
    remedy: 'Replace the damaged image, or correct spec.adapters[].firmware.image.sha256 if the file is the right one.',
  },
  {
    reason: 'FirmwareDownloadFailed',
    kinds: ['SriovHost'],
    condition: 'FirmwareConfigured',
    event: 'Warning',
    summary: 'A firmware image could not be downloaded; it is tried again.',
    remedy:
      'Check from a pod in the operator’s namespace that the URL answers, and that its certificate is from an authority that the system trusts.',
  },
  {
    reason: 'FirmwareDownloadRefused',
    kinds: ['SriovHost'],
    condition: 'FirmwareConfigured',
    event: 'Warning',
    stalls: true,
    summary: 'The operator does not take this download: it is larger than 256 MiB, or is redirected to something else than https.',
    remedy: 'Correct spec.adapters[].firmware.image.url, or put the image on a datastore and declare its path.',
  },
  {
    reason: 'SoftwareTooOld',
    kinds: ['SriovHost'],
    condition: 'SoftwareInstalled',
    event: 'Warning',
    stalls: true,
    summary: 'InfiniBand needs a newer driver or newer MFT than the host has, and spec.software declares none; the adapter is left alone.',
    remedy: 'Declare in spec.software the VIB and minimum version that the message names; docs/infiniband.md lists the minimum versions.',
  },
] as const satisfies readonly ReasonEntry[];
