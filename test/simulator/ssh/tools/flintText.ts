/** Texts of flint: query labels in column 23, burn progress with carriage returns. */
import type { FirmwareAdapter } from '../../world/firmwareAdapter.ts';

export function flintField(label: string, value: string): string {
  return `${label.padEnd(23)}${value}`;
}

export function queryLines(adapter: FirmwareAdapter): readonly string[] {
  const running = adapter.running === adapter.flashed ? [] : [flintField('FW Version(Running):', adapter.running)];
  const original = adapter.psid === adapter.model.psid ? [] : [flintField('Orig PSID:', adapter.model.psid)];
  return [
    flintField('Image type:', 'FS4'),
    flintField('FW Version:', adapter.flashed),
    ...running,
    flintField('FW Release Date:', '15.9.2020'),
    flintField('Product Version:', `rel-${adapter.flashed.replaceAll('.', '_')}`),
    flintField('Rom Info:', 'type=UEFI version=14.21.17 cpu=AMD64,AARCH64'),
    flintField('', 'type=PXE version=3.6.102 cpu=AMD64'),
    flintField('Description:', 'UID                GuidsNumber'),
    flintField('Base GUID:', `${adapter.baseGuid}        4`),
    flintField('Base MAC:', `${adapter.baseMac.replaceAll(':', '')}            4`),
    flintField('Image VSD:', 'N/A'),
    flintField('Device VSD:', 'N/A'),
    flintField('PSID:', adapter.psid),
    ...original,
    flintField('Security Attributes:', 'N/A'),
  ];
}

export function burnLines(): readonly string[] {
  const progress = [0, 25, 50, 75, 100].map((percent) => `FSMST_INITIALIZE -   ${percent}%`).join('\r');
  return [
    `${progress}\rInitializing image partition -   OK`,
    'Writing Boot image component -   OK',
    '-I- To load new FW, issue system-level reset.',
  ];
}

/** Field by field, as numbers. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [left.split('.').map(Number), right.split('.').map(Number)];
  const index = a.findIndex((field, position) => field !== b[position]);
  return index < 0 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
}
