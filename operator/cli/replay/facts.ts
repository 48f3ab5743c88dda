/** What a recorded decision rests on, a line for each fact. Pure. */
import type { Fact } from '../../controllers/fact.ts';
import type { DeclaredAdapter, HostObservation } from '../../controllers/sriovHost/observation.ts';
import type { HostCase } from '../../controllers/sriovHost/recordedCase.ts';
import { duration } from '../render/journal.ts';

export interface FactLine {
  readonly fact: string;
  readonly value: string;
}

/** In the order in which a look goes. */
export function seenFacts({ host: { spec }, observation }: HostCase): readonly FactLine[] {
  const { host, vibs, stagedVibs, functions, allAdapters, driverOptions, mstDevices, virtualFunctions, runningVms } = observation;
  const wanted = new Set(spec.software.map(({ name }) => name));
  const declared = (list: readonly { readonly name: string; readonly version: string }[]): string => {
    const named = list.filter(({ name }) => wanted.has(name)).map(({ name, version }) => `${name} ${version}`);
    return `${list.length}${named.length === 0 ? '' : `, of the declared ones ${named.join(', ')}`}`;
  };
  // Whoever cannot be reached tells nothing, always for the same reason.
  if (!host.known)
    return [line('host', host, String), { fact: 'the rest of it', value: 'unknown for the same reason' }, ...furtherFacts(observation)];
  return [
    line('host', host, ({ version, uptimeMs, maintenanceMode }) => {
      const mode = maintenanceMode ? 'in maintenance mode' : 'not in maintenance mode';
      return `${version.product} ${version.version} ${version.build}, up for ${duration(Math.round(uptimeMs / 1000))}, ${mode}`;
    }),
    line('VIBs', vibs, declared),
    line('VIBs after the next restart', stagedVibs, declared),
    line('PCI functions', functions, (list) => String(list.length)),
    line('adapters of the host', allAdapters, (list) =>
      listed(
        list.map(({ slot, deviceName, ports }) => `${slot} ${deviceName} (${listed(ports.map((port) => port.vmnic ?? port.address))})`),
      ),
    ),
    line('driver options', driverOptions, (options) => `'${options}'`),
    line('mst devices', mstDevices, (list) =>
      list.length === 0 ? 'none: the mst module is not loaded' : listed(list.map(({ name }) => name)),
    ),
    ...observation.adapters.flatMap(adapterFacts),
    line('virtual functions', virtualFunctions, (byAddress) =>
      listed(Object.entries(byAddress).map(([address, { present, inUse }]) => `${address} ${present}, ${inUse} of them in use`)),
    ),
    line('running VMs', runningVms, (list) => listed(list.map(({ name }) => name))),
    ...furtherFacts(observation),
  ];
}

function adapterFacts({ name, adapter, mstDevice, config, firmware, image, staged }: DeclaredAdapter): readonly FactLine[] {
  const told = (parameter: string): string => {
    const found = config.known ? config.value.parameters[parameter] : undefined;
    return found === undefined ? '' : `, ${parameter} ${found.current?.raw ?? '?'} (next ${found.next.raw})`;
  };
  return [
    line(`${name}: card`, adapter, ({ slot, deviceName }) => `${slot} ${deviceName}`),
    line(`${name}: mst device`, mstDevice, String),
    line(`${name}: firmware`, firmware, ({ running, flashed, psid }) => `${running} runs, ${flashed} is on flash, ${psid}`),
    line(`${name}: parameters`, config, ({ parameters }) => `${Object.keys(parameters).length}${told('SRIOV_EN')}${told('NUM_OF_VFS')}`),
    ...(image === undefined ? [] : [line(`${name}: image`, image, ({ path, version, psid }) => `${path}, ${version}, ${psid}`)]),
    ...(staged === undefined ? [] : [line(`${name}: image is staged`, staged, (there) => (there ? 'yes' : 'no'))]),
  ];
}

/** What only some decisions rest on: it was not looked at for the others. */
function furtherFacts({ burn, bmc, bios, vms, software, encryption, logs, passthrough }: HostObservation): readonly FactLine[] {
  return [
    ...(burn === undefined ? [] : [line('firmware burn under way', burn, ({ device }) => device)]),
    ...(bmc === undefined
      ? []
      : [line('BMC', bmc, ({ manufacturer, model, powerState }) => `${manufacturer} ${model}, power ${powerState}`)]),
    ...(bios === undefined ? [] : [line('BIOS attributes', bios, ({ current }) => listed(Object.keys(current ?? {})))]),
    ...(encryption === undefined ? [] : [line('encryption', encryption, String)]),
    ...(vms === undefined
      ? []
      : [
          line('VMs in vSphere', vms, ({ running }) =>
            listed(running.map(({ name, stays }) => (stays === undefined ? name : `${name} ${stays}`))),
          ),
        ]),
    ...(software?.imageManaged === undefined ? [] : [line('managed by an image', software.imageManaged, String)]),
    ...(software?.secureBoot === undefined ? [] : [line('Secure Boot', software.secureBoot, String)]),
    ...(logs === undefined
      ? []
      : [{ fact: 'logs', value: `flapping: ${listed(logs.flapping)}; driver errors: ${listed(logs.driverErrors)}` }]),
    ...(passthrough === undefined ? [] : [{ fact: 'functions asked for as a whole', value: String(passthrough.requests.length) }]),
  ];
}

/** What was known before the look: of the status, of annotations, and of the process. */
export function rememberedFacts({ host: { spec, metadata }, memory, permit, sentMsAgo, guestHadMs }: HostCase): readonly FactLine[] {
  const { lastRestart, tried, poweredOffVms, approval, refused, refusedVibs, snapshot } = memory;
  const annotations = Object.entries(metadata.annotations ?? {}).map(([key, value]) => `${key}=${value}`);
  const all: readonly (readonly [string, string | undefined])[] = [
    ['generation', String(metadata.generation)],
    ['annotations', annotations.length === 0 ? undefined : annotations.join(', ')],
    ['restarts of this generation', `${memory.restartCount} of at most ${spec.disruption.maxRestarts}`],
    ['last restart', lastRestart === undefined ? undefined : `${lastRestart.kind}, ${lastRestart.state}, ${lastRestart.requestedTime}`],
    ['it was sent', sentMsAgo === undefined ? undefined : `${duration(Math.round(sentMsAgo / 1000))} before, by this process`],
    ['restarted for in vain', named(tried)],
    ['maintenance mode', memory.maintenanceEnteredByUs ? 'entered by the operator' : undefined],
    [
      'VMs that are owed their power',
      poweredOffVms.length === 0 ? undefined : listed(poweredOffVms.map(({ name, state }) => `${name} ${state}`)),
    ],
    [
      'time that their guests had',
      guestHadMs === undefined ? undefined : listed(Object.entries(guestHadMs).map(([vm, ms]) => `${vm} ${Math.round(ms / 1000)} s`)),
    ],
    ['approved', approval?.hash],
    ['refused before', named({ ...refused, ...refusedVibs })],
    ['found before the first change', snapshot === undefined ? undefined : 'recorded'],
    [
      'restart permit',
      permit === undefined ? undefined : permit.granted ? 'granted' : `refused: ${permit.holders.length} of ${permit.limit} are taken`,
    ],
  ];
  return all.flatMap(([fact, value]) => (value === undefined ? [] : [{ fact, value }]));
}

function line<T>(fact: string, seen: Fact<T>, tell: (value: T) => string): FactLine {
  return { fact, value: seen.known ? tell(seen.value) : `unknown: ${seen.because.reason}: ${seen.because.message}` };
}

function listed(items: readonly string[]): string {
  return items.length === 0 ? 'none' : items.join(', ');
}

function named(entries: Readonly<Record<string, unknown>>): string | undefined {
  const names = Object.keys(entries);
  return names.length === 0 ? undefined : names.join(', ');
}
