/** `/opt/mellanox/bin/mlxconfig`: query and set. Errors go to stdout; exit code 3, or 2 when nobody said yes. */
import type { FirmwareParameter } from '../../world/firmwareConfig.ts';
import { formatParameter, isKnownParameter, parseParameter } from '../../world/firmwareParameters.ts';
import type { HostWorld } from '../../world/hostWorld.ts';
import type { MstDevice } from '../../world/mftTools.ts';
import { type CommandResult, fail, ok, type Tool } from '../commandResult.ts';
import { type Layout, layoutOf } from './mlxconfigLayout.ts';
import { problemLines } from './mlxconfigProblems.ts';

const ERROR = 3;
const ABORTED = 2;

interface Request {
  readonly device: string | undefined;
  readonly enhanced: boolean;
  readonly yes: boolean;
  readonly command: string | undefined;
  readonly operands: readonly string[];
}

export const mlxconfig: Tool = (args, { world }) => {
  const request = parse(args);
  if (typeof request === 'string') {
    return fail(ERROR, `-E- invalid argument: ${request}`);
  }
  switch (request.command) {
    case 'q':
    case 'query':
      return query(world, request);
    case 's':
    case 'set':
      return set(world, request);
    case 'r':
    case 'reset':
      // Left out on purpose: a reset also hides the advanced parameters and loses settings that nobody declared.
      return fail(ERROR, '-E- reset is not simulated');
    case undefined:
      return fail(ERROR, '-E- No command found. For more information please read the help message:');
    default:
      return fail(ERROR, `-E- invalid argument: ${request.command}`);
  }
};

/** The request, or the first argument that is wrong. */
function parse(args: readonly string[]): Request | string {
  let device: string | undefined;
  const flags = new Set<string>();
  const words: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const argument = args[index] ?? '';
    if (argument === '-d' || argument === '--dev') {
      index += 1;
      device = args[index];
    } else if (['-e', '-y', '--yes', '--enable_verbosity', '-f', '--force'].includes(argument)) {
      flags.add(argument);
    } else if (argument.startsWith('-')) {
      return argument;
    } else {
      words.push(argument);
    }
  }
  const has = (...names: readonly string[]) => names.some((name) => flags.has(name));
  return { device, enhanced: has('-e', '--enable_verbosity'), yes: has('-y', '--yes'), command: words[0], operands: words.slice(1) };
}

function query(world: HostWorld, request: Request): CommandResult {
  const devices = world.mft.devices().filter((device) => device.port === 1);
  if (request.device === undefined && devices.length === 0) {
    return fail(ERROR, "-E- No devices found, mst might be stopped. You may need to run 'mst start' to load MST modules. ");
  }
  const chosen = request.device === undefined ? devices : [world.mft.device(request.device)];
  if (world.mft.takeBusy(chosen[0]?.adapter, 'query')) {
    return fail(ERROR, '-E- Failed to query device current configuration. Register access failed, device is busy');
  }
  const lines: string[] = [];
  for (const [index, device] of chosen.entries()) {
    if (device === undefined) {
      return fail(ERROR, '-E- Failed to open the device');
    }
    const missing = request.operands.find((name) => device.adapter.config.get(name) === undefined);
    if (missing !== undefined) {
      return fail(
        ERROR,
        ...lines,
        isKnownParameter(missing) ? `-E- The Device doesn't support ${missing} parameter` : `-E- Unknown Parameter ${missing}`,
      );
    }
    lines.push(...table(world, { device, number: index + 1, name: request.device ?? device.name }, request));
  }
  return ok(...lines);
}

interface Shown {
  readonly device: MstDevice;
  readonly number: number;
  readonly name: string;
}

function table(world: HostWorld, shown: Shown, request: Request): readonly string[] {
  const layout = layoutOf(world);
  const all = shown.device.adapter.config.list();
  const listed = request.operands.length === 0 ? all : all.filter((parameter) => request.operands.includes(parameter.definition.name));
  const heads = request.enhanced ? ['Default', 'Current', 'Next Boot'] : [layout.singleColumn];
  const rows = listed.map((parameter) => {
    const values = request.enhanced ? [parameter.default, parameter.current, parameter.next] : [parameter.next];
    return rowOf(layout, parameter, values, request.enhanced && isModified(parameter));
  });
  const footers = [
    ...(request.enhanced && listed.some(isModified)
      ? ["The '*' shows parameters with next value different from default/current value."]
      : []),
    ...(layout.marksReadOnly && listed.some((parameter) => parameter.definition.readOnly === true)
      ? ['', "The 'RO' shows parameters which are for read only and cannot be changed"]
      : []),
  ];
  return [...header(layout, shown), layout.columns(heads), ...rows, ...footers];
}

function isModified(parameter: FirmwareParameter): boolean {
  return parameter.next !== parameter.default || parameter.next !== parameter.current;
}

function rowOf(layout: Layout, parameter: FirmwareParameter, values: readonly number[], modified: boolean): string {
  const { definition } = parameter;
  const prefix = layout.prefix(modified, layout.marksReadOnly && definition.readOnly === true);
  const cells = values.map((value) => `${formatParameter(definition, value).padEnd(layout.value)} `);
  return `${prefix}${definition.name.padEnd(layout.name)}${cells.join('')}`;
}

function header(layout: Layout, { device, number, name }: Shown): readonly string[] {
  const field = (label: string, value: string) => `${label.padEnd(layout.header)}${value.padEnd(layout.header)}`;
  const { model } = device.adapter;
  const title = `Device #${number}:`;
  return [
    '',
    title,
    '-'.repeat(title.length),
    '',
    field('Device type:', model.deviceType),
    field('Name:', model.partNumber),
    field('Description:', model.description),
    field('Device:', name),
    '',
  ];
}

function set(world: HostWorld, request: Request): CommandResult {
  if (request.device === undefined) {
    return fail(ERROR, '-E- Device was not specified.');
  }
  const device = world.mft.device(request.device);
  if (device === undefined) {
    return fail(ERROR, '-E- Failed to open the device');
  }
  const malformed = request.operands.find((operand) => !/^[^=]+=.+$/.test(operand));
  if (malformed !== undefined || request.operands.length === 0) {
    return fail(ERROR, `-E- Invalid Configuration argument ${malformed ?? ''}`);
  }
  const assignments = request.operands.map((operand) => ({
    name: operand.slice(0, operand.indexOf('=')),
    value: operand.slice(operand.indexOf('=') + 1),
  }));
  const problem = device.adapter.config.check(assignments);
  if (problem !== undefined) {
    return fail(ERROR, ...problemLines(problem));
  }
  const layout = layoutOf(world);
  const rows = assignments.flatMap(({ name, value }) => {
    const parameter = device.adapter.config.get(name);
    const wanted = parameter === undefined ? undefined : parseParameter(parameter.definition, value);
    return parameter === undefined || wanted === undefined ? [] : [rowOf(layout, parameter, [parameter.next, wanted], false)];
  });
  const shown = [...header(layout, { device, number: 1, name: request.device }), layout.columns(['Next Boot', 'New']), ...rows, ''];
  if (!request.yes) {
    return fail(ABORTED, ...shown, layout.prompt, '-E- Aborted by user.');
  }
  const outcome = world.mft.set(device.adapter, assignments);
  if (outcome.kind !== 'done') {
    return fail(
      ERROR,
      ...shown,
      `${layout.prompt}y`,
      'Applying... Failed!',
      '-E- Failed to set parameters settings Register access failed, device is busy (259)',
    );
  }
  const how = outcome.activation === 'reboot' ? 'reboot' : 'power cycle';
  return ok(...shown, `${layout.prompt}y`, 'Applying... Done!', `-I- Please ${how} machine to load new configurations.`);
}
