/** Rule: the declared firmware version is on flash and runs. Never another PSID, never an undeclared downgrade. */
import type { AdapterSpec, Problem } from '../../../api/types.ts';
import { imagePath } from '../firmwareSource.ts';
import type { DeclaredAdapter, ObservedImage } from '../observation.ts';
import type { ExpectedStep, HostStep } from '../steps.ts';
import { compareVersions } from '../versions.ts';
import type { PlanInput } from './input.ts';

export interface BurnWork {
  readonly steps: readonly HostStep[];
  readonly expected: readonly ExpectedStep[];
  readonly pending: readonly string[];
  readonly problem: Problem | undefined;
}

const NOTHING: BurnWork = { steps: [], expected: [], pending: [], problem: undefined };

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
  if (seen.staged?.known === true && !seen.staged.value) return stage(spec, `${flashed} -> ${firmware.version}`);
  if (seen.image === undefined) return NOTHING;
  if (!seen.image.known) return { ...NOTHING, problem: seen.image.because };
  const problem = imageProblem(spec, seen.image.value, psid);
  if (problem !== undefined) return { ...NOTHING, problem };
  const { sha256 } = firmware.image;
  const path = imagePath(firmware.image);
  const change = { from: flashed, to: firmware.version };
  return {
    ...NOTHING,
    steps: [{ kind: 'BurnFirmware', because: 'firmware-image', adapter: spec.name, device, path, sha256, psid, change }],
    pending: [item],
  };
}

/** What the image contains is only known once it is on the host: the burn is decided then. */
function stage(spec: AdapterSpec, change: string): BurnWork {
  const { firmware, name } = spec;
  if (firmware?.image.url === undefined) return NOTHING;
  const { url, sha256 } = firmware.image;
  const because = 'firmware-image';
  return {
    ...NOTHING,
    steps: [{ kind: 'StageFirmwareImage', because, adapter: name, url, path: imagePath(firmware.image), sha256 }],
    expected: [
      { kind: 'BurnFirmware', subject: name, description: `burn firmware ${change} if the image is made for this adapter`, because },
    ],
    pending: [`image/${name}=${firmware.version}`],
  };
}

/**
 * Removes the copy of an image once the firmware runs, and no other adapter still needs that copy. Looking at the host decides, so a crash
 * at any point leaves nothing behind.
 */
export function planCleanUp(spec: AdapterSpec, seen: DeclaredAdapter, { spec: { adapters }, observation }: PlanInput): readonly HostStep[] {
  if (spec.firmware === undefined || seen.staged?.known !== true || !seen.staged.value) return [];
  const path = imagePath(spec.firmware.image);
  const users = adapters.filter(({ firmware }) => firmware !== undefined && imagePath(firmware.image) === path);
  const all = users.every((user) =>
    runsDeclared(
      user,
      observation.adapters.find(({ name }) => name === user.name),
    ),
  );
  const [first] = users.map(({ name }) => name).sort();
  return all && first === spec.name ? [{ kind: 'RemoveFirmwareImage', because: 'firmware-image', adapter: spec.name, path }] : [];
}

function runsDeclared({ firmware }: AdapterSpec, seen: DeclaredAdapter | undefined): boolean {
  if (firmware === undefined || seen?.firmware.known !== true) return false;
  const { flashed, running } = seen.firmware.value;
  return compareVersions(firmware.version, flashed) === 0 && compareVersions(firmware.version, running) === 0;
}

function imageProblem(spec: AdapterSpec, image: ObservedImage, psid: string): Problem | undefined {
  const { firmware, name } = spec;
  if (firmware === undefined) return undefined;
  if (image.sha256 !== firmware.image.sha256) {
    return {
      reason: 'FirmwareChecksumMismatch',
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
      message: `adapter ${name}: ${image.path} contains version ${image.version}, declared is ${firmware.version}; correct the version or the image`,
    };
  }
  return undefined;
}

function refuse(reason: string, message: string): BurnWork {
  return { ...NOTHING, problem: { reason, message } };
}
