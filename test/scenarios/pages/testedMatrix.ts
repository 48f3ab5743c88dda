/** Which combinations of ESXi, adapter, MFT and firmware the scenarios bring to Ready, as tables for docs/versioning.md. Pure. */

import * as models from '../../simulator/profiles/adapterModels.ts';
import { blueField2 } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { RELEASES } from '../../simulator/profiles/releases.ts';
import type { AdapterModel, AdapterOptions, HostProfile } from '../../simulator/world/hostOptions.ts';
import type { Scenario } from '../scenario.ts';

/** What distinguishes one host that got ready from another. */
export interface Combination {
  readonly scenario: string;
  readonly esxi: string;
  readonly family: string;
  /** `4.22`. */
  readonly mft: string;
  readonly firmware: readonly string[];
}

/** The layouts of mlxconfig's tables, by the first MFT that has them. */
const LAYOUTS = [
  { from: [0, 0], layout: 'narrow, `Current` alone' },
  { from: [4, 22], layout: 'narrow, `Next Boot` alone' },
  { from: [4, 28], layout: 'wide, read-only ones marked' },
  { from: [4, 36], layout: 'wider' },
] as const;

/** What firmware may do in a way of its own, and how it is told of a host with one adapter or more. */
const BEHAVIOURS: readonly { readonly behaviour: string; readonly holds: (scenario: Scenario, card: AdapterOptions) => boolean }[] = [
  { behaviour: 'settings stored by a restart', holds: ({ expect }) => expect.restarts > 0 },
  { behaviour: 'at its goal already', holds: ({ expect }) => expect.restarts === 0 },
  { behaviour: 'a power cycle only', holds: (_, { needsColdCycle }) => needsColdCycle === true },
  { behaviour: 'a newer or older image', holds: (scenario) => JSON.stringify(scenario.spec).includes('"firmware":{') },
  { behaviour: 'PSID of a server maker', holds: (_, { model }) => !model.psid.startsWith('MT_') },
  { behaviour: 'one port', holds: (_, { model }) => model.ports === 1 },
  { behaviour: 'VPI, as Ethernet', holds: (scenario, { model }) => model.vpi && linkTypes(scenario).includes('Ethernet') },
  { behaviour: 'InfiniBand', holds: (scenario, { model }) => model.vpi && linkTypes(scenario).includes('InfiniBand') },
];

export function combinationsOf(scenarios: readonly Scenario[]): readonly Combination[] {
  return scenarios.filter(({ expect }) => expect.ready).flatMap(combinations);
}

function combinations(scenario: Scenario): readonly Combination[] {
  const profile = profileOf(scenario);
  const mft = mftOf(profile, scenario);
  if (mft === undefined) return [];
  return (scenario.world?.adapters ?? []).map((card) => ({
    scenario: scenario.name,
    esxi: profile.esxi.version,
    family: familyOf(card.model),
    mft,
    firmware: BEHAVIOURS.filter(({ holds }) => holds(scenario, card)).map(({ behaviour }) => behaviour),
  }));
}

function profileOf({ world }: Scenario): HostProfile {
  const given = world?.profile ?? {};
  return 'vibs' in given ? given : hostProfile(given);
}

/** That of the host, or that which the spec has installed. */
function mftOf({ vibs }: HostProfile, { spec }: Scenario): string | undefined {
  const software = (spec['software'] ?? []) as readonly { readonly name: string; readonly minVersion?: string }[];
  const version = vibs.find(({ name }) => name === 'mft')?.version ?? software.find(({ name }) => name === 'mft')?.minVersion;
  return /^\d+\.\d+/.exec(version ?? '')?.[0];
}

function familyOf({ deviceName }: AdapterModel): string {
  return /\[(.*)\]/.exec(deviceName)?.[1] ?? deviceName;
}

function linkTypes({ spec }: Scenario): readonly string[] {
  const adapters = (spec['adapters'] ?? []) as readonly { readonly ports?: readonly { readonly linkType?: string }[] }[];
  return adapters.flatMap(({ ports = [] }) => ports.flatMap(({ linkType = [] }) => linkType));
}

/** Adapters by ESXi: the generations of MFT with which one got ready. A dash: supported, and in no scenario. */
export function adapterTable(combinations: readonly Combination[]): string {
  const releases = sorted(Object.values(RELEASES).map(({ esxi }) => esxi.version));
  const families = sorted(
    Object.values(models)
      .filter((model) => model !== blueField2)
      .map(familyOf),
  );
  const cell = (family: string, esxi: string): string => {
    const tested = sorted(combinations.filter((one) => one.family === family && one.esxi === esxi).map(({ mft }) => mft));
    return tested.length === 0 ? '–' : tested.join(', ');
  };
  return table(
    ['Adapter', ...releases.map((release) => `ESXi ${release}`)],
    families.map((family) => [family, ...releases.map((release) => cell(family, release))]),
  );
}

/** Layouts by firmware behaviour: how many scenarios, of how many adapter families. */
export function firmwareTable(combinations: readonly Combination[]): string {
  const layoutOf = (mft: string): string => LAYOUTS.findLast(({ from }) => atLeast(mft, from))?.layout ?? '';
  const cell = (behaviour: string, layout: string): string => {
    const tested = combinations.filter((one) => one.firmware.includes(behaviour) && layoutOf(one.mft) === layout);
    return tested.length === 0 ? '–' : String(new Set(tested.map(({ scenario }) => scenario)).size);
  };
  return table(
    ['Firmware', ...LAYOUTS.map(({ layout, from }) => `${from[0] === 0 ? 'before 4.22' : `from ${from.join('.')}`}: ${layout}`)],
    BEHAVIOURS.map(({ behaviour }) => [behaviour, ...LAYOUTS.map(({ layout }) => cell(behaviour, layout))]),
  );
}

function atLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [ours = 0, oursMinor = 0] = version.split('.').map(Number);
  return ours > major || (ours === major && oursMinor >= minor);
}

function sorted(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}
