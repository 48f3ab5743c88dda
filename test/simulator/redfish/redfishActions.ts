/** What a simulated BMC does to its host: resets, and BIOS attributes staged for the next POST. */
import type { BiosValue } from '../world/hostBios.ts';
import type { HostWorld } from '../world/hostWorld.ts';
import { accepted, etagOf, type RedfishAnswer, redfishError } from './redfishMessages.ts';
import type { RedfishOptions } from './redfishOptions.ts';
import { biosSettings } from './redfishResources.ts';

const RESETS: Readonly<Record<string, (world: HostWorld) => void>> = {
  On: (world) => world.powerOn(),
  ForceOn: (world) => world.powerOn(),
  ForceOff: (world) => world.forceOff(),
  GracefulShutdown: (world) => world.shutDown(),
  GracefulRestart: (world) => world.reboot(),
  ForceRestart: (world) => world.forceRestart(),
  PowerCycle: (world) => {
    world.forceOff();
    world.powerOn();
  },
};

/** These need a machine that is off; the others one that is on. */
const FROM_OFF = ['On', 'ForceOn'];

export function reset(world: HostWorld, options: RedfishOptions, body: unknown): RedfishAnswer {
  const type = field(body, 'ResetType');
  if (typeof type !== 'string') {
    return redfishError(
      400,
      'ActionParameterMissing',
      'The action ComputerSystem.Reset requires the parameter ResetType to be present in the request body.',
    );
  }
  const action = world.profile.resetTypes.includes(type) ? RESETS[type] : undefined;
  if (action === undefined) {
    return redfishError(
      400,
      'ActionParameterNotSupported',
      `The parameter ResetType for the action ComputerSystem.Reset does not take the value ${type}.`,
    );
  }
  const there = FROM_OFF.includes(type) === (world.powerState !== 'off');
  if (there && options.whenAlreadyThere !== 'accept') {
    const status = options.whenAlreadyThere === 'badRequest' ? 400 : 409;
    return redfishError(status, 'ResourceInUse', `The power state of the system does not allow ${type}.`);
  }
  action(world);
  return accepted;
}

export function patchSettings(
  world: HostWorld,
  options: RedfishOptions,
  request: { readonly body: unknown; readonly ifMatch: string | undefined },
): RedfishAnswer {
  const { body, ifMatch } = request;
  if (ifMatch === undefined && options.requireIfMatch === true) {
    return redfishError(428, 'PreconditionRequired', 'The request needs an If-Match header.');
  }
  const expected = options.etags === 'refused' ? '*' : etagOf(biosSettings(world, options));
  if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== expected) {
    return redfishError(412, 'PreconditionFailed', 'The ETag supplied did not match the ETag required to change this resource.');
  }
  const attributes = field(body, 'Attributes');
  if (typeof attributes !== 'object' || attributes === null) {
    return redfishError(400, 'PropertyMissing', 'The property Attributes is a required property and must be included in the request.');
  }
  const entries = Object.entries(attributes);
  const wrong = entries.find(([name, value]) => typeof value !== typeof world.bios.current[name]);
  if (wrong !== undefined) {
    return redfishError(
      400,
      'PropertyValueTypeError',
      `The value of the property ${wrong[0]} is of a different type than the property can accept.`,
    );
  }
  world.bios.stage(Object.fromEntries(entries) as Readonly<Record<string, BiosValue>>);
  world.counters.biosStages += 1;
  return accepted;
}

function field(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
}
