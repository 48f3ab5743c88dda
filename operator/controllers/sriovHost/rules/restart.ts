/** Rule: what waits for a restart gets the right one, each kind at most once for the same thing; then a person is asked. */
import type { Problem, RestartRecord } from '../../../api/types.ts';
import { adapterOf, isFirmwareItem } from '../items.ts';
import { lastErrorOf } from '../logLines.ts';
import type { HostStep } from '../steps.ts';
import { sriovAttributeHint } from './bios.ts';
import type { AdapterWork, Blocked, PlanInput } from './input.ts';

export interface RestartDecision {
  readonly step: HostStep | undefined;
  readonly blocked: Blocked | undefined;
  /** By adapter: what no restart brought into effect. */
  readonly problems: Readonly<Record<string, Problem>>;
}

type Verdict = RestartRecord['kind'] | 'Manual' | 'Dead';

export function decideRestart(input: PlanInput, pending: readonly string[], adapters: readonly AdapterWork[]): RestartDecision {
  const verdicts = new Map(pending.map((item) => [item, verdictOf(item, input)] as const));
  const problems: Record<string, Problem> = {};
  for (const adapter of adapters) {
    const problem = adapterProblem(adapter.name, verdicts, input);
    if (problem !== undefined) problems[adapter.name] = problem;
  }
  const ineffective = new Set(
    [...verdicts].filter(([item, verdict]) => isFirmwareItem(item) && NO_RESTART.has(verdict)).map(([item]) => adapterOf(item)),
  );
  // Virtual functions come no sooner than the firmware allows them: while it does not, a restart for their sake is in vain.
  const counting = [...verdicts].filter(
    ([item]) => !(item.startsWith('vfs/') && (problems[adapterOf(item)] !== undefined || ineffective.has(adapterOf(item)))),
  );
  const wanted = counting.map(([, verdict]) => verdict);
  const burned = Object.values(input.memory.refused).find(({ reason }) => reason === 'FirmwareBurnFailed');
  if (burned !== undefined) return { step: undefined, blocked: burned, problems };
  const deadVib = counting.find(([item, verdict]) => verdict === 'Dead' && item.startsWith('vib/'));
  if (deadVib !== undefined) return { step: undefined, blocked: vibBlocked(deadVib[0]), problems };
  const kind = wanted.includes('ColdCycle') ? 'ColdCycle' : wanted.includes('WarmReboot') ? 'WarmReboot' : undefined;
  if (kind !== undefined) return { ...permitted(kind, pending, input), problems };
  if (wanted.includes('Manual')) return { step: undefined, blocked: manual(counting), problems };
  return { step: undefined, blocked: undefined, problems };
}

const NO_RESTART: ReadonlySet<Verdict> = new Set(['Manual', 'Dead']);

/** Which restart this item still deserves, given those that did not help. */
export function verdictOf(item: string, input: PlanInput): Verdict {
  const tried = input.memory.tried[item];
  const hasBmc = input.observation.bmc !== undefined;
  if (tried === 'ColdCycle') return 'Dead';
  if (item.startsWith('firmware/')) {
    // NVIDIA's manual asks for a power cycle after mlxconfig; with a BMC it is also the restart that never has to be repeated.
    if (hasBmc) return 'ColdCycle';
    const needs = input.memory.activation[adapterOf(item)];
    return tried === 'WarmReboot' || needs === 'PowerCycle' ? 'Manual' : 'WarmReboot';
  }
  // Some cards load a new image only after a power cycle, and none says so before.
  if (item.startsWith('image/') && hasBmc) return 'ColdCycle';
  if (tried === undefined) return 'WarmReboot';
  if (item.startsWith('image/')) return 'Manual';
  return 'Dead';
}

function adapterProblem(name: string, verdicts: ReadonlyMap<string, Verdict>, input: PlanInput): Problem | undefined {
  const dead = [...verdicts]
    .filter(([item, verdict]) => verdict === 'Dead' && !/^(vib|bios)\//.test(item) && adapterOf(item) === name)
    .map(([item]) => item);
  const setting = dead.filter((item) => item.startsWith('firmware/'));
  if (setting.length > 0) {
    return {
      reason: 'FirmwareSettingNotActivated',
      message: `adapter ${name}: ${setting.map((item) => item.split('/')[2]).join(', ')} is stored but did not become current after a power cycle; update the firmware of the adapter or ask its vendor, then annotate the object with sriov.esxi.io/retry`,
    };
  }
  if (dead.some((item) => item.startsWith('image/'))) {
    return {
      reason: 'FirmwareNotRunningAfterRestart',
      message: `adapter ${name}: the burned firmware does not run after a power cycle; query the adapter with flint on the host, then annotate the object with sriov.esxi.io/retry`,
    };
  }
  const passthrough = dead.filter((item) => item.startsWith('passthrough/'));
  if (passthrough.length > 0) return passthroughNotActive(name, passthrough);
  return dead.length > 0 ? fewerVirtualFunctions(name, dead, input) : undefined;
}

function passthroughNotActive(name: string, items: readonly string[]): Problem {
  const ports = items.map((item) => (item.split('/')[2] ?? '').replace(/=.*$/, ''));
  return {
    reason: 'PassthroughNotActive',
    message: `adapter ${name}: the owner of port ${ports.join(', ')} was changed and the host restarted, but it is as before; ESXi lost the setting in the boot, or a host profile resets it: look at Configured Owner and Current Owner in esxcli hardware pci list, then annotate the object with sriov.esxi.io/retry`,
  };
}

/** Firmware and driver are as declared and a restart lies behind: the layer that is left is the BIOS or the PCI resources. */
function fewerVirtualFunctions(name: string, items: readonly string[], input: PlanInput): Problem {
  const seen = input.observation.adapters.find((adapter) => adapter.name === name);
  const counts = input.observation.virtualFunctions.known ? input.observation.virtualFunctions.value : {};
  const ports = seen?.adapter.known === true ? seen.adapter.value.ports : [];
  const parts = items.map((item) => {
    const [number = '', asked = ''] = (item.split('/')[2] ?? '').split('=');
    const port = ports.find((candidate) => String(candidate.number) === number);
    return { number, asked, present: counts[port?.address ?? '']?.present ?? 0 };
  });
  const text = parts.map(({ number, asked, present }) => `port ${number}: ${present} of ${asked}`).join(', ');
  const settings = `firmware and driver are configured`;
  const slot = seen?.adapter.known === true ? seen.adapter.value.slot : '';
  const error = lastErrorOf(input.observation.logs?.driverErrors ?? [], slot);
  if (error !== undefined) {
    return {
      reason: 'DriverError',
      message: `adapter ${name} has fewer virtual functions than declared (${text}) although ${settings} and the host was restarted, and its driver logged: ${error}; update firmware and driver to versions that were released for each other, then annotate the object with sriov.esxi.io/retry`,
    };
  }
  if (parts.every(({ present }) => present === 0)) {
    return {
      reason: 'SriovDisabledInBios',
      message: `adapter ${name} has no virtual functions (${text}) although ${settings} and the host was restarted; ${sriovAttributeHint(input)}enable SR-IOV and the IOMMU (VT-d, AMD-Vi) in the BIOS, then annotate the object with sriov.esxi.io/retry`,
    };
  }
  return {
    reason: 'FewerVfsThanRequested',
    message: `adapter ${name} has fewer virtual functions than declared (${text}) although ${settings} and the host was restarted; ask for fewer, or enable memory-mapped I/O above 4 GB and ARI in the BIOS, then annotate the object with sriov.esxi.io/retry`,
  };
}

function permitted(kind: RestartRecord['kind'], pending: readonly string[], input: PlanInput): Pick<RestartDecision, 'step' | 'blocked'> {
  const sorted = [...pending].sort();
  const step: HostStep = { kind, because: kind === 'ColdCycle' ? 'activate-firmware' : 'activate', pending: sorted };
  const { maxRestarts } = input.spec.disruption;
  if (input.memory.restartCount >= maxRestarts) {
    const message = `${input.memory.restartCount} restarts were sent for this generation, spec.disruption.maxRestarts allows ${maxRestarts}; still pending: ${sorted.join(', ')}. Find the cause, then raise the limit or annotate the object with sriov.esxi.io/retry`;
    return { step, blocked: { reason: 'RestartBudgetExhausted', message } };
  }
  const { bmc } = input.observation;
  if (kind === 'ColdCycle' && bmc !== undefined && !bmc.known) {
    return { step, blocked: { ...bmc.because } };
  }
  // A plan is only made for a host that answers.
  if (kind === 'ColdCycle' && bmc?.known === true && bmc.value.powerState === 'Off') return { step, blocked: otherMachine(input) };
  return { step, blocked: undefined };
}

function otherMachine({ spec }: PlanInput): Blocked {
  return {
    reason: 'BmcAddressInvalid',
    message: `the host answers, and the BMC at ${spec.bmc?.systemUrl} says that its power is Off: it is that of another machine, or does not know, so no power cycle is begun; correct spec.bmc.systemUrl`,
  };
}

function vibBlocked(item: string): Blocked {
  const name = item.slice('vib/'.length);
  return {
    reason: 'VibNotRunningAfterRestart',
    message: `VIB ${name} was installed but does not run after the restart: the host may have booted its previous boot bank (KB 306902), or a vLCM image removed the VIB; check, then annotate the object with sriov.esxi.io/retry`,
  };
}

function manual(items: readonly (readonly [string, Verdict])[]): Blocked {
  const what = items.filter(([, verdict]) => verdict === 'Manual').map(([item]) => item);
  return {
    reason: 'ManualPowerCycleRequired',
    message: `${what.join(', ')} needs a power cycle and spec.bmc is not set: shut the host down, switch it off and on by hand (it is in maintenance mode if a restart was planned), or declare spec.bmc; the operator goes on by itself after the next boot`,
  };
}
