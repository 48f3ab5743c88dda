/** Rule: InfiniBand on ESXi needs a driver and MFT of at least these versions (NVIDIA, SR-IOV on ESXi: InfiniBand set-up, steps 1 and 2). */
import type { AdapterSpec, Problem } from '../../../api/types.ts';
import type { DeclaredAdapter } from '../observation.ts';
import { compareVersions } from '../versions.ts';
import { usesInfiniBand } from './firmwareTargets.ts';
import type { PlanInput } from './input.ts';

const MINIMUM: readonly { readonly vib: RegExp; readonly name: string; readonly version: string; readonly what: string }[] = [
  { vib: /^nmlx5[-_]core$/, name: 'nmlx5-core', version: '4.16.10-3', what: 'the driver' },
  { vib: /^mft$/, name: 'mft', version: '4.7.0-42', what: 'MFT' },
];

/**
 * For ports that are declared InfiniBand, and for those that are InfiniBand on the card and shall have virtual functions as they are.
 * A newer version that is declared will be there before anything counts on it. A VIB that is not installed at all is the tools' own rule.
 */
export function infiniBandSoftware(spec: AdapterSpec, seen: DeclaredAdapter, input: PlanInput): Problem | undefined {
  const { vibs } = input.observation;
  const declared = spec.ports.some(({ linkType }) => linkType === 'InfiniBand');
  const asItIs = seen.config.known && usesInfiniBand(spec, seen.config.value);
  if (!vibs.known || !(declared || asItIs)) return undefined;
  for (const { vib, name, version, what } of MINIMUM) {
    const running = vibs.value.find((candidate) => vib.test(candidate.name))?.version;
    const wanted = input.spec.software.find((candidate) => vib.test(candidate.name))?.minVersion;
    const enough = (found: string | undefined): boolean => found !== undefined && compareVersions(found, version) >= 0;
    if (running === undefined || enough(running) || enough(wanted)) continue;
    return {
      reason: 'SoftwareTooOld',
      message: `adapter ${spec.name}: InfiniBand needs ${what} ${name} ${version} or later, the host has ${running}; declare it in spec.software with minVersion ${version} or later and its source`,
    };
  }
  return undefined;
}
