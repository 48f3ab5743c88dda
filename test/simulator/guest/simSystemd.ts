/** Simulated `systemctl` with one unit that runs OpenSM, its drop-ins, and the reload that they need. */
import { type GuestProgram, OK, type ProgramResult } from './guestPrograms.ts';
import type { SimGuest } from './simGuest.ts';

export interface SimUnit {
  readonly name: string;
  /** ExecStart of the distribution. */
  readonly execStart: string;
  enabled: boolean;
  active: boolean;
  /** ExecStart as systemd has read it. */
  loaded: string;
}

export function simUnit(name: string, execStart: string): SimUnit {
  return { name, execStart, enabled: false, active: false, loaded: execStart };
}

export function simSystemctl(unit: SimUnit): GuestProgram {
  return ({ guest, args }) => {
    const [verb, ...rest] = args;
    if (verb === 'show')
      return {
        exitCode: 0,
        output: rest
          .filter((word) => !word.startsWith('--'))
          .map((name) => shown(guest, unit, name))
          .join('\n'),
      };
    if (verb === 'daemon-reload') {
      unit.loaded = onDisk(guest, unit);
      return OK;
    }
    if (rest[0] !== unit.name)
      return { exitCode: 5, output: `Failed to ${verb ?? ''} ${rest[0] ?? ''}: Unit ${rest[0] ?? ''} not found.\n` };
    return act(guest, unit, verb);
  };
}

function act(guest: SimGuest, unit: SimUnit, verb: string | undefined): ProgramResult {
  if (verb === 'enable') unit.enabled = true;
  if (verb === 'stop' || verb === 'restart') {
    for (const { pid, name, exitCode } of guest.processes()) if (name === 'opensm' && exitCode === undefined) guest.kill(pid);
    unit.active = false;
  }
  if (verb === 'restart') {
    guest.run('root', unit.loaded.split(' '));
    unit.active = true;
  }
  return OK;
}

function shown(guest: SimGuest, unit: SimUnit, name: string): string {
  if (name !== unit.name) return `Id=${name}\nLoadState=not-found\nActiveState=inactive\nUnitFileState=\nNeedDaemonReload=no\n`;
  const reload = onDisk(guest, unit) === unit.loaded ? 'no' : 'yes';
  return `Id=${name}\nLoadState=loaded\nActiveState=${unit.active ? 'active' : 'inactive'}\nUnitFileState=${unit.enabled ? 'enabled' : 'disabled'}\nNeedDaemonReload=${reload}\n`;
}

/** The last ExecStart that is not empty. */
function onDisk(guest: SimGuest, unit: SimUnit): string {
  const dropIns = guest.glob(`/etc/systemd/system/${unit.name}.d/*`).map((path) => guest.read(path) ?? '');
  const starts = dropIns.flatMap((text) => [...text.matchAll(/^ExecStart=(.+)$/gm)].map(([, command]) => command ?? ''));
  return starts.at(-1) ?? unit.execStart;
}
