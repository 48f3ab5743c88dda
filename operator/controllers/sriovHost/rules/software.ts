/** Rule: every declared VIB runs in at least its minimum version. */
import type { SoftwareSpec } from '../../../api/types.ts';
import type { HostStep } from '../steps.ts';
import { compareVersions } from '../versions.ts';
import type { PlanInput } from './input.ts';

export interface SoftwareWork {
  readonly known: boolean;
  readonly steps: readonly HostStep[];
  readonly pending: readonly string[];
}

export function planSoftware(input: PlanInput): SoftwareWork {
  const { vibs, stagedVibs } = input.observation;
  if (!vibs.known) return { known: false, steps: [], pending: [] };
  const steps: HostStep[] = [];
  const pending: string[] = [];
  for (const wanted of inInstallOrder(input.spec.software)) {
    const running = vibs.value.find(({ name }) => name === wanted.name)?.version;
    if (satisfies(running, wanted)) {
      if (goesWithRestart(stagedVibs, wanted)) steps.push(installStep(wanted, 'removed by the next restart'));
      continue;
    }
    pending.push(vibItem(wanted));
    if (!stagedVibs.known) return { known: false, steps: [], pending: [] };
    const staged = stagedVibs.value.find(({ name }) => name === wanted.name)?.version;
    if (!satisfies(staged, wanted)) steps.push(installStep(wanted, running ?? 'none'));
  }
  return { known: true, steps, pending };
}

/** Somebody removed it, and it runs until the next restart. An empty list means that nothing is staged. */
function goesWithRestart(staged: PlanInput['observation']['stagedVibs'], wanted: SoftwareSpec): boolean {
  if (!staged.known || staged.value.length === 0) return false;
  return !satisfies(staged.value.find(({ name }) => name === wanted.name)?.version, wanted);
}

function vibItem({ name, minVersion }: SoftwareSpec): string {
  return `vib/${name}>=${minVersion}`;
}

function satisfies(version: string | undefined, wanted: SoftwareSpec): boolean {
  return version !== undefined && compareVersions(version, wanted.minVersion) >= 0;
}

/** Drivers, then the MFT kernel module, then the tools, then the rest by name: the same whatever order the spec has. */
function inInstallOrder(software: readonly SoftwareSpec[]): readonly SoftwareSpec[] {
  const rank = (name: string): number => (name.startsWith('nmlx') ? 0 : name === 'nmst' ? 1 : name === 'mft' ? 2 : 3);
  return [...software].sort((a, b) => rank(a.name) - rank(b.name) || (a.name < b.name ? -1 : 1));
}

function installStep(wanted: SoftwareSpec, from: string): HostStep {
  const { vib, depot, sha256 } = wanted.source;
  return {
    kind: 'InstallVib',
    because: 'software',
    name: wanted.name,
    source: vib === undefined ? { kind: 'depot', location: depot ?? '' } : { kind: 'vib', location: vib },
    sha256,
    change: { from, to: wanted.minVersion },
  };
}
