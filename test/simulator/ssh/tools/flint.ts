/** `/opt/mellanox/bin/flint`: query of a device or an image, verification of an image, and burn. */
import type { FirmwareAdapter } from '../../world/firmwareAdapter.ts';
import type { HostWorld } from '../../world/hostWorld.ts';
import { decodePayload, type FirmwareImage } from '../../world/payload.ts';
import { type CommandResult, fail, ok, type Tool } from '../commandResult.ts';
import { burnLines, compareVersions, flintField, queryLines } from './flintText.ts';

interface Request {
  readonly device: string | undefined;
  readonly image: string | undefined;
  readonly yes: boolean;
  readonly command: string | undefined;
}

export const flint: Tool = (args, { world }) => {
  const request = parse(args);
  if (typeof request === 'string') {
    return fail(1, `-E- Unknown argument "${request}".`);
  }
  switch (request.command) {
    case 'q':
    case 'query':
      return query(world, request);
    case 'v':
    case 'verify':
      return verify(world, request);
    case 'b':
    case 'burn':
      return burn(world, request);
    default:
      return fail(1, `-E- Unknown command "${request.command ?? ''}".`);
  }
};

/** The request, or the first argument that is wrong: -allow_psid_change among them, which nothing here may use. */
function parse(args: readonly string[]): Request | string {
  let device: string | undefined;
  let image: string | undefined;
  let yes = false;
  const words: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const argument = args[index] ?? '';
    if (argument === '-d' || argument === '--device') {
      index += 1;
      device = args[index];
    } else if (argument === '-i' || argument === '--image') {
      index += 1;
      image = args[index];
    } else if (argument === '-y' || argument === '--yes') {
      yes = true;
    } else if (argument !== '-s' && argument.startsWith('-')) {
      return argument;
    } else if (argument !== '-s') {
      words.push(argument);
    }
  }
  return { device, image, yes, command: words[0] };
}

function query(world: HostWorld, request: Request): CommandResult {
  if (request.image !== undefined) {
    const image = readImage(world, request.image);
    if ('code' in image) {
      return image;
    }
    const { version, psid } = image;
    return ok(
      flintField('Image type:', 'FS4'),
      flintField('FW Version:', version),
      flintField('FW Release Date:', '15.9.2025'),
      flintField('PSID:', psid),
      flintField('Security Attributes:', 'N/A'),
    );
  }
  if (request.device === undefined) {
    return fail(1, '-E- Please specify either Device or Image.');
  }
  const adapter = openDevice(world, request.device);
  return 'code' in adapter ? adapter : ok(...queryLines(adapter));
}

/** The texts are ours; that a damaged image ends with an error is the tool's. */
function verify(world: HostWorld, { image }: Request): CommandResult {
  if (image === undefined) {
    return fail(1, '-E- Please specify either Device or Image.');
  }
  const content = readImage(world, image);
  if ('code' in content) {
    return content;
  }
  return content.damaged === true
    ? fail(1, '-E- FS4 Verify failed: a section has a wrong CRC')
    : ok('-I- FW image verification succeeded. Image is bootable.');
}

async function burn(world: HostWorld, request: Request): Promise<CommandResult> {
  if (request.device === undefined || request.image === undefined) {
    return fail(1, '-E- Command "burn" requires both image and device to be specified.');
  }
  const adapter = openDevice(world, request.device);
  if ('code' in adapter) {
    return adapter;
  }
  const image = readImage(world, request.image);
  if ('code' in image) {
    return image;
  }
  const versions = ['', `    Current FW version on flash:  ${adapter.flashed}`, `    New FW version:               ${image.version}`, ''];
  if (image.psid !== adapter.psid) {
    return fail(
      1,
      ...versions,
      `-E- PSID mismatch. The PSID on flash (${adapter.psid}) differs from the PSID in the given image (${image.psid}).`,
    );
  }
  const order = compareVersions(image.version, adapter.flashed);
  const note =
    order <= 0
      ? `    Note: The new FW version is ${order === 0 ? 'the same as' : 'older than'} the current FW version on flash.`
      : undefined;
  const asked = note === undefined ? versions : [...versions, note, '', ` Do you want to continue ? (y/n) [n] :${request.yes ? ' y' : ''}`];
  if (note !== undefined && !request.yes) {
    return fail(7, ...asked, '-E- Aborted by user');
  }
  await new Promise<void>((resolve) => world.clock.schedule(world.durations.burn, resolve));
  const outcome = world.mft.burn(adapter, image);
  // The text of a burn that breaks off is ours; exit code 9 is the tool's.
  return outcome.kind === 'done'
    ? ok(...asked, ...burnLines())
    : fail(9, ...asked, '-E- Burning FS4 image failed: The device stopped answering');
}

function openDevice(world: HostWorld, name: string): FirmwareAdapter | CommandResult {
  const device = world.mft.device(name);
  return device?.adapter ?? fail(1, `-E- Cannot open Device: ${name}. No such file or directory. MFE_CR_ERROR`);
}

function readImage(world: HostWorld, path: string): FirmwareImage | CommandResult {
  const content = world.files.read(path);
  if (content === undefined) {
    return fail(1, `-E- Cannot open Image: ${path}. Can not open file "${path}" - No such file or directory`);
  }
  const payload = decodePayload(content);
  return payload?.kind === 'firmware' ? payload : fail(1, `-E- Failed to query image: ${path}. No valid image found`);
}
