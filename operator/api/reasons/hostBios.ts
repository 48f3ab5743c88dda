/** SriovHost: BIOS attributes, and a shutdown that does not end. */
import type { ReasonEntry } from './entry.ts';

export const HOST_BIOS_REASONS = [
  {
    reason: 'ConfiguringBios',
    kinds: ['SriovHost'],
    condition: 'BiosConfigured',
    event: 'Normal',
    summary: 'The operator stages BIOS attributes, or they wait for the next restart.',
    remedy: 'Wait; they count from the restart in the plan.',
  },
  {
    reason: 'BiosNotSupported',
    kinds: ['SriovHost'],
    condition: 'BiosConfigured',
    event: 'Warning',
    stalls: true,
    summary: 'The BMC offers no BIOS attributes over Redfish, or does not let them be changed.',
    remedy: 'Set them by hand and remove spec.bmc.biosAttributes, or update the BMC; some need a licence for it.',
  },
  {
    reason: 'BiosAttributeUnknown',
    kinds: ['SriovHost'],
    condition: 'BiosConfigured',
    event: 'Warning',
    stalls: true,
    summary: 'The BIOS has no attribute of a declared name; nothing is restarted before that is corrected.',
    remedy: 'Take the name from the attribute registry of the BMC; the message lists similar ones, docs/bios.md those of vendors.',
  },
  {
    reason: 'BiosAttributeRefused',
    kinds: ['SriovHost'],
    condition: 'BiosConfigured',
    event: 'Warning',
    stalls: true,
    summary: 'A declared value is not one that the BIOS attribute takes, or the BMC refuses it.',
    remedy: 'Read the answer in the message and correct spec.bmc.biosAttributes; the attribute registry of the BMC lists the values.',
  },
  {
    reason: 'BiosAttributeNotActivated',
    kinds: ['SriovHost'],
    condition: 'BiosConfigured',
    event: 'Warning',
    stalls: true,
    summary: 'A BIOS attribute was staged and the host restarted, but it still has another value; it is not tried again.',
    remedy:
      'Look at the log of the BMC and in the BIOS set-up: another setting may forbid it, or set it back. Then set sriov.esxi.io/retry to a new value.',
  },
  {
    reason: 'RecoveryKeyNotEscrowed',
    kinds: ['SriovHost'],
    condition: 'BiosConfigured',
    event: 'Warning',
    stalls: true,
    summary: 'A TPM seals the configuration of the host; after a change of its BIOS it may ask for its recovery key before it boots.',
    remedy:
      'Store the output of esxcli system settings encryption recovery list outside the host, then set spec.bmc.recoveryKeyEscrowed: true. The operator never reads the key.',
  },
  {
    reason: 'CleanShutdownTimedOut',
    kinds: ['SriovHost'],
    condition: 'Reconciling',
    event: 'Warning',
    summary: 'The host was told to shut down for a power cycle and is still not off.',
    remedy:
      'Look at its console; switch it off by hand, or set spec.disruption.forceOff: AfterCleanShutdownTimedOut; the operator then powers it on and goes on.',
  },
] as const satisfies readonly ReasonEntry[];
