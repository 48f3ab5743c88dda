/** What keeps OpenSM running in a guest: a systemd unit of the distribution with a drop-in of ours, or the operator itself. Pure. */
import { guidNumber } from './infinibandPorts.ts';

/** Of MLNX_OFED and DOCA, and of Linux distributions; the first that a guest has is used. */
export const UNITS = ['opensmd.service', 'opensm.service'] as const;

export type UnitName = (typeof UNITS)[number];

/** For /bin/sh. */
export const SHOW_UNITS = `systemctl show --property=Id --property=LoadState --property=ActiveState --property=UnitFileState --property=NeedDaemonReload ${UNITS.join(' ')}`;

export interface OpensmUnit {
  readonly name: UnitName;
  /** Says nothing about OpenSM itself: that of Debian is a unit that only starts others. */
  readonly active: boolean;
  readonly enabled: boolean;
  /** Its files were written, and systemd has not read them. */
  readonly needsReload: boolean;
}

/** `systemctl show` prints `Property=value` lines, with an empty line between units. */
export function parseUnits(output: string): readonly OpensmUnit[] {
  return output.split(/\n\s*\n/).flatMap((block) => {
    const values = new Map(
      block.split('\n').map((line) => [line.slice(0, line.indexOf('=')).trim(), line.slice(line.indexOf('=') + 1).trim()]),
    );
    const name = UNITS.find((unit) => unit === values.get('Id'));
    if (name === undefined || values.get('LoadState') !== 'loaded') return [];
    return [
      {
        name,
        active: values.get('ActiveState') === 'active',
        enabled: values.get('UnitFileState')?.startsWith('enabled') === true,
        needsReload: values.get('NeedDaemonReload') === 'yes',
      },
    ];
  });
}

export interface Run {
  readonly program: string;
  readonly configFile: string;
  /** Port GUID to bind to: a guest with several ports has one Subnet Manager on the right one. */
  readonly guid: string;
}

/** `opensm --config FILE`, bound to its port (opensm(8)). */
export function argumentsOf({ configFile, guid }: Run): readonly string[] {
  return ['--config', configFile, '--guid', guidNumber(guid)];
}

export function dropInPath(unit: UnitName): string {
  return `/etc/systemd/system/${unit}.d/50-esxi-sriov-operator.conf`;
}

/** Makes the unit run OpenSM itself, with our configuration (systemd.unit(5): an empty assignment resets a list). */
export function dropIn(run: Run): string {
  return [
    '# Written by esxi-sriov-operator, and again when it is changed: this VM is the Subnet Manager of an InfiniBand subnet',
    '# (SriovVmAttachment with spec.subnetManager). Remove this file and run systemctl daemon-reload to get the usual service back.',
    '[Service]',
    'Type=simple',
    'RemainAfterExit=no',
    'PIDFile=',
    'Restart=on-failure',
    'RestartSec=5',
    'ExecStart=',
    `ExecStart=${[run.program, ...argumentsOf(run)].join(' ')}`,
    'ExecStop=',
    '',
  ].join('\n');
}

export interface RunningOpensm {
  readonly pid: number;
  readonly commandLine: string;
}

export function isOpensm({ name, commandLine }: { readonly name: string; readonly commandLine: string }): boolean {
  const program = commandLine.trim().split(/\s+/)[0] ?? '';
  const base = program === '' ? name : program.slice(program.lastIndexOf('/') + 1);
  return base === 'opensm' && !/\s(--create-config|-c|--version|--help)\b/.test(commandLine);
}

/** Runs with one of these configurations, which is how the operator starts it. */
export function usesConfig({ commandLine }: RunningOpensm, configFiles: readonly (string | undefined)[]): boolean {
  const words = commandLine.trim().split(/\s+/);
  const file = words[words.indexOf('--config') + 1];
  return words.includes('--config') && configFiles.includes(file);
}

/** Runs exactly as wanted. */
export function isRun({ commandLine }: RunningOpensm, run: Run): boolean {
  const words = commandLine
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '--daemon');
  return words.slice(1).join(' ') === argumentsOf(run).join(' ');
}
