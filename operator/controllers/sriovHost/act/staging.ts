/** Steps that stage what the next restart activates. Each reads back what it wrote: a write without effect is a failure. */

import { normaliseOptions } from '../driverOptions.ts';
import { sameFirmwareValue } from '../firmwareValues.ts';
import type { HostMemory } from '../memory.ts';
import { shownLocation } from '../shownLocation.ts';
import type { HostStep } from '../steps.ts';
import { compareVersions } from '../versions.ts';
import { type ActContext, StepRefused, shell } from './context.ts';

type Step<K extends HostStep['kind']> = Extract<HostStep, { kind: K }>;

export async function startMst(context: ActContext, memory: HostMemory): Promise<HostMemory> {
  const host = shell(context);
  await host.startMst(context.signal);
  if ((await host.mstDevices(context.signal)).length > 0) return memory;
  throw new StepRefused(
    'ToolMissing',
    'mst start succeeded but mst status lists no device; check that the nmst VIB is made for this ESXi release',
  );
}

export async function installVib(step: Step<'InstallVib'>, context: ActContext, memory: HostMemory): Promise<HostMemory> {
  const host = shell(context);
  const { location } = step.source;
  if (location.startsWith('/')) {
    if (!(await host.fileExists(location, context.signal))) {
      throw new StepRefused(
        'VibSourceMissing',
        `VIB ${step.name}: ${location} is not on the host; upload it or correct spec.software[${step.name}].source`,
      );
    }
    const actual = step.sha256 === undefined ? undefined : await host.sha256(location, context.signal);
    if (actual !== step.sha256) {
      throw new StepRefused(
        'ChecksumMismatch',
        `VIB ${step.name}: ${location} has sha256 ${actual}, declared is ${step.sha256}; upload the right file or correct the checksum`,
      );
    }
  }
  const result = await host.installVib(step.source, context.signal);
  const staged = (await host.stagedVibs(context.signal)).find(({ name }) => name === step.name);
  if (staged !== undefined && compareVersions(staged.version, step.change.to) >= 0) return memory;
  const got = staged === undefined ? 'no VIB of that name' : `version ${staged.version}`;
  throw new StepRefused(
    'VibInstallFailed',
    `VIB ${step.name}: after the installation from ${shownLocation(location)} the host has ${got}, declared is at least ${step.change.to} (${result.message})`,
  );
}

export async function setFirmwareParameters(
  step: Step<'SetFirmwareParameters'>,
  context: ActContext,
  memory: HostMemory,
): Promise<HostMemory> {
  const host = shell(context);
  let noted = memory;
  if (!step.confirmable) {
    noted = { ...memory, activation: { ...memory.activation, [step.adapter]: memory.activation[step.adapter] ?? 'Unknown' } };
    await context.ports.persist(noted);
  }
  const values = Object.fromEntries(Object.entries(step.values).map(([name, change]) => [name, change.to]));
  const needs = await host.setFirmwareConfig(step.device, values, context.signal);
  const { parameters } = await host.firmwareConfig(step.device, context.signal);
  const ignored = Object.entries(values).filter(([name, to]) => {
    const next = parameters[name]?.next;
    return next === undefined || !sameFirmwareValue(to, next);
  });
  if (ignored.length > 0) {
    const text = ignored.map(([name, to]) => `${name} is ${parameters[name]?.next.raw ?? 'gone'}, not ${to}`).join(', ');
    throw new StepRefused('ParameterRefused', `adapter ${step.adapter}: the tool reported success but ${text}`, { written: true });
  }
  const strongest = memory.activation[step.adapter] === 'PowerCycle' ? 'PowerCycle' : needs;
  return { ...noted, activation: { ...noted.activation, [step.adapter]: strongest } };
}

export async function setDriverOptions(step: Step<'SetDriverOptions'>, context: ActContext, memory: HostMemory): Promise<HostMemory> {
  const host = shell(context);
  const before = (await host.moduleOptions(step.module, context.signal)).options;
  if (normaliseOptions(before) !== step.change.from) {
    throw new StepRefused(
      'ModuleParametersConflict',
      `the options of ${step.module} are '${before}', no longer '${step.change.from}'; somebody else changes them (a host profile or an administrator)`,
    );
  }
  const { from, to } = step.change;
  const noted = { ...memory, driver: { options: to, replaces: from, functions: step.functions, macAddresses: step.macAddresses } };
  await context.ports.persist(noted);
  await host.setModuleOptions(step.module, step.change.to, context.signal);
  const after = (await host.moduleOptions(step.module, context.signal)).options;
  if (normaliseOptions(after) === normaliseOptions(step.change.to)) return noted;
  throw new StepRefused(
    'ModuleParametersConflict',
    `the options of ${step.module} are '${after}' right after they were set to '${step.change.to}'`,
    { written: true },
  );
}
