/** The look at the Subnet Manager of a guest: which OpenSM there is, what it would do, whether it runs, and who is master. */
import type { SriovVmAttachment, SriovVmAttachmentStatus } from '../../../api/types.ts';
import { PortError } from '../../../ports/errors.ts';
import type { Guest } from '../../../ports/guest.ts';
import type { InfinibandPort } from '../guest/infinibandPorts.ts';
import type { SubnetManagerLook } from '../guest/look.ts';
import { differing, knowsVirtualization, settingsOf } from '../guest/opensmConfig.ts';
import { dropInPath, isOpensm, parseUnits, SHOW_UNITS } from '../guest/opensmService.ts';
import { type MasterInfo, parseSminfo } from '../guest/sminfo.ts';
import { READ_TIMEOUT_MS, runShell } from './guestShell.ts';

export interface ManagerTarget {
  readonly wanted: NonNullable<SriovVmAttachment['spec']['subnetManager']>;
  readonly port: InfinibandPort;
  /** As status has it. */
  readonly before: SriovVmAttachmentStatus['subnetManager'];
}

const FIND_PROGRAMS = 'id -u; command -v opensm; command -v sminfo; command -v systemctl';

export async function lookAtSubnetManager(guest: Guest, target: ManagerTarget, signal: AbortSignal): Promise<SubnetManagerLook> {
  const { wanted, port, before } = target;
  const found = await findPrograms(guest, signal);
  const program = wanted.program ?? found.opensm;
  const version = program === undefined ? undefined : await readVersion(guest, program, signal);
  const config = await guest.readFile(wanted.configFile, signal);
  const running = (await guest.processes(signal)).filter(isOpensm);
  const unit = found.systemctl ? await readUnit(guest, signal) : undefined;
  const master = found.sminfo === undefined ? undefined : await readMaster(guest, { program: found.sminfo, port }, signal);
  const proven = before?.virtEnabled === true && before.program === program && before.version === version?.text;
  const settled = proven && config !== undefined && differing(config.content, settingsOf({})).length === 0;
  const usable = program !== undefined && version !== undefined;
  return {
    program: usable ? program : undefined,
    version: version?.text,
    knowsVirtualization: settled || (usable && (await readTemplate(guest, program, signal).then(knowsVirtualization))),
    config,
    unit,
    running,
    hasSminfo: found.sminfo !== undefined,
    master,
  };
}

interface Programs {
  readonly opensm: string | undefined;
  readonly sminfo: string | undefined;
  readonly systemctl: boolean;
}

async function findPrograms(guest: Guest, signal: AbortSignal): Promise<Programs> {
  const { output } = await runShell(guest, FIND_PROGRAMS, signal);
  const [uid, ...paths] = output.trim().split(/\s*\n\s*/);
  if (uid !== '0') {
    throw new PortError(
      'GuestPermissionDenied',
      `A Subnet Manager needs root in the guest; the account of spec.guest has the user id ${uid ?? 'unknown'}.`,
    );
  }
  const find = (name: string): string | undefined => paths.find((path) => path.startsWith('/') && path.endsWith(`/${name}`));
  return { opensm: find('opensm'), sminfo: find('sminfo'), systemctl: find('systemctl') !== undefined };
}

/** Undefined where the program cannot be run. */
async function readVersion(guest: Guest, program: string, signal: AbortSignal): Promise<{ readonly text: string | undefined } | undefined> {
  const { exitCode, output } = await guest.run({ program, args: ['--version'], timeoutMs: READ_TIMEOUT_MS }, signal);
  // The shell's words for a program that is not there or is none.
  if (exitCode === 126 || exitCode === 127) return undefined;
  return { text: /OpenSM\s+(\d\S*)/.exec(output)?.[1] };
}

/** What `opensm --create-config` writes: a configuration with every key that this OpenSM knows. */
export function readTemplate(guest: Guest, program: string, signal: AbortSignal): Promise<string> {
  return guest.inTemporaryFolder(async (folder) => {
    const file = `${folder}/opensm.conf`;
    const { exitCode, output } = await guest.run({ program, args: ['--create-config', file], timeoutMs: READ_TIMEOUT_MS }, signal);
    const template = exitCode === 0 ? await guest.readFile(file, signal) : undefined;
    if (template !== undefined) return template.content;
    throw new PortError('GuestProgramFailed', `${program} --create-config ended with exit code ${exitCode}: ${output.trim().slice(-300)}`);
  }, signal);
}

async function readUnit(guest: Guest, signal: AbortSignal): Promise<SubnetManagerLook['unit']> {
  const { output } = await runShell(guest, SHOW_UNITS, signal);
  const [unit] = parseUnits(output);
  return unit === undefined ? undefined : { ...unit, dropIn: (await guest.readFile(dropInPath(unit.name), signal))?.content };
}

async function readMaster(
  guest: Guest,
  { program, port }: { readonly program: string; readonly port: InfinibandPort },
  signal: AbortSignal,
): Promise<MasterInfo | undefined> {
  const args = ['-C', port.device, '-P', String(port.number)];
  return parseSminfo((await guest.run({ program, args, timeoutMs: READ_TIMEOUT_MS }, signal)).output);
}
