/** Steps for a firmware image: fetch it, burn it, remove its copy. Each reads back what it did. */

import type { HostMemory } from '../memory.ts';
import type { HostStep } from '../steps.ts';
import { compareVersions } from '../versions.ts';
import { type ActContext, StepRefused, shell } from './context.ts';

type Step<K extends HostStep['kind']> = Extract<HostStep, { kind: K }>;

/** Adapters with the same image share the copy: whoever comes second finds it there. */
export async function stageFirmwareImage(step: Step<'StageFirmwareImage'>, context: ActContext, memory: HostMemory): Promise<HostMemory> {
  const host = shell(context);
  const { path, url, sha256 } = step;
  const arrived = async (): Promise<boolean> =>
    (await host.fileExists(path, context.signal)) && (await host.sha256(path, context.signal)) === sha256;
  if (await arrived()) return memory;
  await context.ports.downloader.withFile({ url, sha256 }, (content) => host.upload(content, path, context.signal), context.signal);
  if (await arrived()) return memory;
  await host.removeFile(path, context.signal);
  throw new StepRefused(
    'CommandFailed',
    `adapter ${step.adapter}: ${path} is not what was copied there; it was removed and is copied again`,
  );
}

/** `rm -f` of a path that the operator made up itself; a file that is gone already is as good. */
export async function removeFirmwareImage(step: Step<'RemoveFirmwareImage'>, context: ActContext, memory: HostMemory): Promise<HostMemory> {
  const host = shell(context);
  await host.removeFile(step.path, context.signal);
  if (!(await host.fileExists(step.path, context.signal))) return memory;
  throw new StepRefused('CommandFailed', `adapter ${step.adapter}: ${step.path} is still there after it was removed; remove it by hand`);
}

export async function burnFirmware(step: Step<'BurnFirmware'>, context: ActContext, memory: HostMemory): Promise<HostMemory> {
  const host = shell(context);
  const sha256 = await host.sha256(step.path, context.signal);
  if (sha256 !== step.sha256)
    throw new StepRefused(
      'FirmwareChecksumMismatch',
      `adapter ${step.adapter}: ${step.path} changed since it was checked (sha256 ${sha256})`,
    );
  const before = await host.firmwareVersions(step.device, context.signal);
  if (before.psid !== step.psid || before.flashed !== step.change.from) {
    throw new StepRefused(
      'CommandFailed',
      `adapter ${step.adapter}: ${step.device} shows PSID ${before.psid} and version ${before.flashed}, not what the plan was made for; looking again`,
    );
  }
  await host.burnFirmware(step.device, step.path, context.signal);
  const after = await host.firmwareVersions(step.device, context.signal);
  if (compareVersions(after.flashed, step.change.to) !== 0) {
    throw new StepRefused(
      'FirmwareBurnFailed',
      `adapter ${step.adapter}: after the burn version ${after.flashed} is on flash, not ${step.change.to}; the host is not restarted until somebody has looked at the adapter and annotates the object with sriov.esxi.io/retry`,
    );
  }
  return memory;
}
