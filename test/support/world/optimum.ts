/**
 * The fewest restarts that can bring a world to a spec, by exhaustive search over everything that may be staged before each restart.
 * Shares no code with the planner that it judges.
 */
import type { AdapterSpec, SriovHostSpec } from '../../../operator/api/types.ts';
import type { FirmwareAdapter } from '../../simulator/world/firmwareAdapter.ts';
import { maxVfsOf } from '../../simulator/world/hostModules.ts';
import type { HostWorld } from '../../simulator/world/hostWorld.ts';

/** 0: not written, 1: written, waits for a restart, 2: in effect. */
type Layer = 0 | 1 | 2;

interface CardLayer {
  readonly layer: Layer;
  readonly coldOnly: boolean;
}

interface State {
  readonly software: Layer;
  /** One for each declared adapter. */
  readonly firmware: readonly CardLayer[];
  readonly options: Layer;
  /** The declared BIOS attributes. */
  readonly bios: Layer;
  /** SR-IOV is on in the BIOS, now and once the declared attributes count. */
  readonly sriov: { readonly now: boolean; readonly declared: boolean };
  /** The virtual functions are those of the last boot. */
  readonly functions: boolean;
  /** One for each port that shall be passed through. */
  readonly passthrough: readonly WholePort[];
}

interface WholePort {
  readonly layer: Layer;
  /**
   * Index of its card, where every port of that is passed through: what is declared for its firmware has to be read before, and has to be in
   * effect unless the restart cuts the power.
   */
  readonly takesCard: number | undefined;
  /** An image is to be burned on that card, which must be seen to run before. */
  readonly burns: boolean;
}

/** A port that an attachment asks for as a whole. */
export interface AskedPort {
  readonly adapter: string;
  readonly port: number;
}

/** Undefined where no number of restarts that we can send reaches the goal. */
export function optimalRestarts(world: HostWorld, spec: SriovHostSpec, asked: readonly AskedPort[] = []): number | undefined {
  const bmc = spec.bmc !== undefined;
  const declared = spec.adapters.map((adapter) => ({ adapter, card: cardOf(world, adapter) }));
  const toolsNow = world.software.has('mft') && world.software.has('nmst');
  let frontier: readonly State[] = [initialState(world, spec, { declared, asked })];
  const seen = new Set<string>();
  for (let restarts = 0; restarts <= 4; restarts += 1) {
    if (frontier.some(isGoal)) return restarts;
    const reached = frontier.flatMap((state) => {
      const tools = toolsNow || (state.software === 2 && restarts > 0);
      return stagings(state, { tools, bmc }).flatMap((staged) => (bmc ? [false, true] : [false]).map((cold) => boot(staged, cold)));
    });
    frontier = unseen(reached, seen);
  }
  return undefined;
}

function unseen(states: readonly State[], seen: Set<string>): readonly State[] {
  return states.filter((state) => {
    const key = JSON.stringify(state);
    return !seen.has(key) && seen.add(key);
  });
}

/** Driver options count by what came of them: where the virtual functions are right, wrong options are corrected without a restart. */
function isGoal(state: State): boolean {
  return (
    state.software === 2 &&
    state.bios === 2 &&
    state.firmware.every(({ layer }) => layer === 2) &&
    state.functions &&
    isPassedThrough(state)
  );
}

function isPassedThrough({ passthrough }: State): boolean {
  return passthrough.every(({ layer }) => layer === 2);
}

/** Every subset of what can be written now. */
function stagings(state: State, { tools, bmc }: { readonly tools: boolean; readonly bmc: boolean }): readonly State[] {
  const write = (layer: Layer): readonly Layer[] => (layer === 0 ? [0, 1] : [layer]);
  const cards = tools
    ? state.firmware.reduce<readonly (readonly CardLayer[])[]>(
        (sets, card) => sets.flatMap((set) => write(card.layer).map((layer) => [...set, { ...card, layer }])),
        [[]],
      )
    : [state.firmware];
  const staged = ({ takesCard, burns }: WholePort): boolean =>
    takesCard === undefined || (tools && ((bmc && !burns) || state.firmware[takesCard]?.layer === 2));
  // Passing one port through costs no more than passing all of them through.
  const passthrough = state.passthrough.map((port) => ({ ...port, layer: port.layer === 0 && staged(port) ? 1 : port.layer }) as const);
  return write(state.software).flatMap((software) =>
    cards.flatMap((firmware) =>
      write(state.options).flatMap((options) =>
        write(state.bios).map((bios) => ({ ...state, software, firmware, options, bios, passthrough })),
      ),
    ),
  );
}

function boot(state: State, cold: boolean): State {
  const load = (layer: Layer): Layer => (layer === 1 ? 2 : layer);
  const firmware = state.firmware.map((card) => (cold || !card.coldOnly ? { ...card, layer: load(card.layer) } : card));
  const options = load(state.options);
  const bios = load(state.bios);
  const sriov = bios === 2 ? state.sriov.declared : state.sriov.now;
  const functions = sriov && firmware.every(({ layer }) => layer === 2) && options === 2;
  const passthrough = state.passthrough.map((port) => ({ ...port, layer: load(port.layer) }));
  return { software: load(state.software), firmware, options, bios, sriov: { ...state.sriov, now: sriov }, functions, passthrough };
}

interface Declared {
  readonly adapter: AdapterSpec;
  readonly card: FirmwareAdapter | undefined;
}

interface Goal {
  readonly declared: readonly Declared[];
  readonly asked: readonly AskedPort[];
}

function initialState(world: HostWorld, spec: SriovHostSpec, { declared, asked }: Goal): State {
  const missing = spec.software.some(({ name, minVersion }) => !(world.software.version(name) ?? '').startsWith(minVersion));
  const firmware = declared.map(({ adapter, card }): CardLayer => {
    const layer = card === undefined || inEffect(adapter, card, 'current') ? 2 : inEffect(adapter, card, 'next') ? 1 : 0;
    return { layer, coldOnly: card?.needsColdCycle ?? false };
  });
  const wanted = declared.flatMap(({ adapter, card }) =>
    adapter.ports.map((port) => ({ vfs: port.vfs, address: card?.ports[port.number - 1]?.address })),
  );
  const functions = wanted.every(
    ({ vfs, address }) => (world.functions.find((fn) => fn.port.address === address)?.virtualFunctions.length ?? 0) === vfs,
  );
  const whole = wholePorts(world, declared, asked);
  const options = optionsLayer(world, wanted, new Set(whole.map(({ address }) => address)));
  const passthrough = whole.map(({ layer, takesCard, burns }) => ({ layer, takesCard, burns }));
  return { software: missing ? 0 : 2, firmware, options, ...biosLayer(world, spec), functions, passthrough };
}

/** A simulated BIOS has text, numbers and booleans; declared is text. */
function biosLayer(world: HostWorld, spec: SriovHostSpec): Pick<State, 'bios' | 'sriov'> {
  const declared = Object.entries(spec.bmc?.biosAttributes ?? {});
  const has = (values: HostWorld['bios']['current']): boolean => declared.every(([name, value]) => String(values[name]) === value);
  const { sriovAttribute, sriovEnabledValue } = world.profile.bios;
  const wanted = spec.bmc?.biosAttributes?.[sriovAttribute];
  const now = world.bios.sriovEnabled;
  const bios = has(world.bios.current) ? 2 : has({ ...world.bios.current, ...world.bios.pending }) ? 1 : 0;
  return { bios, sriov: { now, declared: wanted === undefined ? now : wanted === sriovEnabledValue } };
}

function wholePorts(world: HostWorld, declared: readonly Declared[], asked: readonly AskedPort[]) {
  return asked.flatMap(({ adapter: name, port }) => {
    const index = declared.findIndex(({ adapter }) => adapter.name === name);
    const { adapter, card } = declared[index] ?? {};
    const address = card?.ports[port - 1]?.address;
    if (adapter === undefined || card === undefined || address === undefined) return [];
    const others = card.ports.filter((one) => !asked.some((other) => other.adapter === name && other.port === one.number));
    const { firmware, firmwareVfs, parameters } = adapter;
    const declares = [firmware, firmwareVfs, parameters, ...adapter.ports.map(({ linkType }) => linkType)].some((one) => one !== undefined);
    const burns = firmware !== undefined && card.running !== firmware.version;
    const layer: Layer = world.passthrough.active(address) ? 2 : world.passthrough.enabled(address) ? 1 : 0;
    return [{ address, layer, takesCard: others.length === 0 && declares ? index : undefined, burns }];
  });
}

/** Entries are for the functions that the driver has once those in `whole` are passed through. */
function optionsLayer(
  world: HostWorld,
  wanted: readonly { readonly vfs: number; readonly address: string | undefined }[],
  whole: ReadonlySet<string>,
): Layer {
  const driven = world.functions.filter((fn) => fn.driver !== undefined && !whole.has(fn.port.address)).map((fn) => fn.port.address);
  const has = (options: string): boolean => {
    const list = maxVfsOf(options);
    return wanted
      .filter(({ address }) => !whole.has(address ?? ''))
      .every(({ vfs, address }) => driven.includes(address ?? '') && (list[driven.indexOf(address ?? '')] ?? 0) === vfs);
  };
  if (has(world.modules.loaded('nmlx5_core'))) return 2;
  return has(world.modules.configured('nmlx5_core')) ? 1 : 0;
}

function inEffect(adapter: AdapterSpec, card: FirmwareAdapter, column: 'current' | 'next'): boolean {
  const value = (name: string): number => card.config[column](name);
  const most = Math.max(...adapter.ports.map(({ vfs }) => vfs));
  const count = adapter.firmwareVfs === undefined ? value('NUM_OF_VFS') >= most : value('NUM_OF_VFS') === adapter.firmwareVfs;
  const sriov = most === 0 && adapter.firmwareVfs === undefined ? true : value('SRIOV_EN') === 1 && count;
  const links = adapter.ports.every(
    ({ number, linkType }) =>
      linkType === undefined || !card.model.vpi || value(`LINK_TYPE_P${number}`) === (linkType === 'InfiniBand' ? 1 : 2),
  );
  // A link type that is left out is the one that the card has.
  const isInfiniBand = (number: number): boolean => card.model.vpi && value(`LINK_TYPE_P${number}`) === 1;
  const infiniband = adapter.ports.some(
    ({ number, linkType, vfs }) => vfs > 0 && (linkType === undefined ? isInfiniBand(number) : linkType === 'InfiniBand'),
  );
  const override =
    !infiniband || !card.model.forceEthSubclass || (value('ADVANCED_PCI_SETTINGS') === 1 && value('FORCE_ETH_PCI_SUBCLASS') === 1);
  const image = adapter.firmware === undefined || (column === 'current' ? card.running : card.flashed) === adapter.firmware.version;
  const further = Object.entries(adapter.parameters ?? {}).every(([name, text]) => String(value(name)) === text);
  return sriov && links && override && image && further;
}

function cardOf(world: HostWorld, { selector }: AdapterSpec): FirmwareAdapter | undefined {
  return world.adapters.find((card) =>
    card.ports.some(
      (port) =>
        port.address === selector.pciAddress ||
        port.macAddress === selector.macAddress?.toLowerCase() ||
        (selector.vmnic !== undefined && port.vmnic === selector.vmnic),
    ),
  );
}
