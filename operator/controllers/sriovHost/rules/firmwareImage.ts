/** Rule: the declared firmware version is on flash and runs. Never another PSID, never an undeclared downgrade. */
import type { AdapterSpec, Problem } from '../../../api/types.ts';
import type { DeclaredAdapter, ObservedImage } from '../observation.ts';
import type { HostStep } from '../steps.ts';
import { compareVersions } from '../versions.ts';

export interface BurnWork {
  readonly steps: readonly HostStep[];
  readonly pending: readonly string[];
  readonly problem: Problem | undefined;
}

const NOTHING: BurnWork = { steps: [], pending: [], problem: undefined };

export function planBurn(spec: AdapterSpec, seen: DeclaredAdapter, device: string): BurnWork {
  const { firmware } = spec;
  if (firmware === undefined || !seen.firmware.known) return NOTHING;
  const { flashed, running, psid } = seen.firmware.value;
  const item = `image/${spec.name}=${firmware.version}`;
  const difference = compareVersions(firmware.version, flashed);
  if (difference === 0) return compareVersions(flashed, running) === 0 ? NOTHING : { ...NOTHING, pending: [item] };
  if (difference < 0 && !firmware.allowDowngrade) {
    return refuse(
      'FirmwareDowngradeNotAllowed',
      `adapter ${spec.name} has firmware ${flashed}, higher than spec.adapters[${spec.name}].firmware.version ${firmware.version}; raise the version or set allowDowngrade: true`,
    );
  }
  if (seen.image === undefined) return NOTHING;
  if (!seen.image.known) return { ...NOTHING, problem: seen.image.because };
  const problem = imageProblem(spec, seen.image.value, psid);
  if (problem !== undefined) return { ...NOTHING, problem };
  const { path, sha256 } = firmware.image;
  const change = { from: flashed, to: firmware.version };
  return {
    steps: [{ kind: 'BurnFirmware', because: 'firmware-image', adapter: spec.name, device, path, sha256, psid, change }],
    pending: [item],
    problem: undefined,
  };
}

function imageProblem(spec: AdapterSpec, image: ObservedImage, psid: string): Problem | undefined {
  const { firmware, name } = spec;
  if (firmware === undefined) return undefined;
  if (image.sha256 !== firmware.image.sha256) {
    return {
      reason: 'ChecksumMismatch',
      message: `adapter ${name}: ${image.path} has sha256 ${image.sha256}, declared is ${firmware.image.sha256}; upload the right image or correct the checksum`,
    };
  }
  if (image.psid !== psid) {
    return {
      reason: 'PsidMismatch',
      message: `adapter ${name}: the image ${image.path} is for PSID ${image.psid}, the adapter has ${psid}; get the vendor's image for ${psid} (a PSID is never changed)`,
    };
  }
  if (compareVersions(image.version, firmware.version) !== 0) {
    return {
      reason: 'FirmwareImageMismatch',
      message: `adapter ${name}: ${image.path} contains version ${image.version}, declared is ${firmware.version}; correct the version or the path`,
    };
  }
  return undefined;
}

function refuse(reason: string, message: string): BurnWork {
  return { ...NOTHING, problem: { reason, message } };
}
