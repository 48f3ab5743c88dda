/** What the journal says of a step beside its result: the command in short, and the values before and after. Pure. */
import type { JournalEntry } from '../../api/types.ts';
import { shownLocation } from './shownLocation.ts';
import type { Change, HostStep } from './steps.ts';

type Words = Pick<JournalEntry, 'command' | 'before' | 'after'>;

/** As the schema allows. */
const LONGEST = 512;

export function journalWords(step: HostStep): Words {
  const { command, change } = wordsOf(step);
  return {
    ...(command === undefined ? {} : { command: cut(command) }),
    ...(change === undefined ? {} : { before: cut(change.from), after: cut(change.to) }),
  };
}

interface StepWords {
  readonly command?: string;
  readonly change?: Change;
}

/** Steps that are no command of a tool have no entry here; their detail says what was done. */
function wordsOf(step: HostStep): StepWords {
  switch (step.kind) {
    case 'StartMst':
      return { command: 'mst start' };
    case 'InstallVib': {
      const flag = step.source.kind === 'vib' ? '-v' : '-d';
      return { command: `esxcli software vib install ${flag} ${shownLocation(step.source.location)}`, change: step.change };
    }
    case 'StageFirmwareImage':
      return { command: `GET ${shownLocation(step.url)}` };
    case 'RemoveFirmwareImage':
      return { command: `rm -f ${step.path}` };
    case 'BurnFirmware':
      return { command: `flint -d ${step.device} -i ${step.path} -y b`, change: step.change };
    case 'SetFirmwareParameters': {
      const side = (pick: keyof Change): string => join(step.values, (value) => value[pick]);
      return { command: `mlxconfig -y -d ${step.device} set ${side('to')}`, change: { from: side('from'), to: side('to') } };
    }
    case 'SetDriverOptions':
      return { command: `esxcfg-module -s '${step.change.to}' ${step.module}`, change: step.change };
    case 'SetPassthrough':
      return {
        command: `esxcli hardware pci pcipassthru set -d ${step.address} -e ${step.enabled}`,
        change: step.enabled ? { from: 'VMkernel', to: 'VM Passthru' } : { from: 'VM Passthru', to: 'VMkernel' },
      };
    case 'EnterMaintenance':
      return { command: 'esxcli system maintenanceMode set -e true' };
    case 'ExitMaintenance':
      return { command: 'esxcli system maintenanceMode set -e false' };
    case 'WarmReboot':
      return { command: 'esxcli system shutdown reboot' };
    case 'ColdCycle':
      return { command: 'auto-backup.sh; esxcli system shutdown poweroff' };
    default:
      return {};
  }
}

function join(values: Readonly<Record<string, Change>>, pick: (change: Change) => string): string {
  return Object.entries(values)
    .map(([name, change]) => `${name}=${pick(change)}`)
    .join(' ');
}

function cut(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 3)}...` : text;
}
