/** The mlxconfig parameters that simulated adapters know, with the rules of mlxconfig_host.db that matter here. */
import type { AdapterModel } from './hostOptions.ts';

export interface ParameterDefinition {
  readonly name: string;
  readonly kind: 'bool' | 'number' | 'enum' | 'array';
  readonly default: number;
  /** Text of each value of an enum: `IB(1)` is shown for 1. */
  readonly labels?: Readonly<Record<number, string>>;
  readonly min?: number;
  readonly max?: number;
  readonly readOnly?: boolean;
  /** Listed and settable only while the stored Next of ADVANCED_PCI_SETTINGS is True. */
  readonly advanced?: boolean;
  readonly applies?: (model: AdapterModel) => boolean;
}

const LINK_TYPES = { 1: 'IB', 2: 'ETH' };
const isVpi = (model: AdapterModel) => model.vpi;
const isDualVpi = (model: AdapterModel) => model.vpi && model.ports === 2;

/** In the order in which the tool lists them. Names that contain one another are here on purpose (NUM_OF_VFS, PF_NUM_OF_VF). */
const DEFINITIONS: readonly ParameterDefinition[] = [
  { name: 'MEMIC_BAR_SIZE', kind: 'number', default: 0 },
  { name: 'MEMIC_SIZE_LIMIT', kind: 'enum', default: 1, labels: { 0: 'DISABLED', 1: '_256KB', 2: '_512KB' } },
  { name: 'HOST_CHAINING_MODE', kind: 'enum', default: 0, labels: { 0: 'DISABLED', 1: 'BASIC' } },
  { name: 'HOST_CHAINING_DESCRIPTORS', kind: 'array', default: 0 },
  { name: 'FLEX_PARSER_PROFILE_ENABLE', kind: 'number', default: 0, max: 10 },
  { name: 'PCI_ATOMIC_MODE', kind: 'enum', default: 0, labels: { 0: 'PCI_ATOMIC_DISABLED_EXT_ATOMIC_ENABLED', 1: 'PCI_ATOMIC_ENABLED' } },
  { name: 'ROCE_NEXT_PROTOCOL', kind: 'number', default: 254, max: 255 },
  { name: 'ROCE_CONTROL', kind: 'enum', default: 2, labels: { 0: 'DEVICE_DEFAULT', 1: 'ROCE_DISABLE', 2: 'ROCE_ENABLE' } },
  { name: 'PF_NUM_OF_VF_VALID', kind: 'bool', default: 0 },
  { name: 'PF_NUM_OF_VF', kind: 'number', default: 0, max: 127 },
  { name: 'NON_PREFETCHABLE_PF_BAR', kind: 'bool', default: 0 },
  { name: 'NUM_OF_VFS', kind: 'number', default: 0 },
  { name: 'FPP_EN', kind: 'bool', default: 1 },
  { name: 'NUM_OF_PF', kind: 'number', default: 1, readOnly: true },
  { name: 'SRIOV_EN', kind: 'bool', default: 0 },
  { name: 'PF_LOG_BAR_SIZE', kind: 'number', default: 5, max: 63 },
  { name: 'VF_LOG_BAR_SIZE', kind: 'number', default: 1, max: 63 },
  { name: 'NUM_PF_MSIX', kind: 'number', default: 63, max: 2047 },
  { name: 'NUM_VF_MSIX', kind: 'number', default: 11, max: 2047 },
  { name: 'LINK_TYPE_P1', kind: 'enum', default: 1, labels: LINK_TYPES, min: 1, max: 2, applies: isVpi },
  { name: 'LINK_TYPE_P2', kind: 'enum', default: 1, labels: LINK_TYPES, min: 1, max: 2, applies: isDualVpi },
  { name: 'SRIOV_IB_ROUTING_MODE_P1', kind: 'enum', default: 1, labels: { 0: 'GID', 1: 'LID' }, applies: isVpi },
  { name: 'SRIOV_IB_ROUTING_MODE_P2', kind: 'enum', default: 1, labels: { 0: 'GID', 1: 'LID' }, applies: isDualVpi },
  { name: 'KEEP_ETH_LINK_UP_P1', kind: 'bool', default: 1 },
  { name: 'KEEP_IB_LINK_UP_P1', kind: 'bool', default: 0 },
  { name: 'UCTX_EN', kind: 'bool', default: 1 },
  { name: 'EXP_ROM_UEFI_x86_ENABLE', kind: 'bool', default: 0 },
  { name: 'EXP_ROM_PXE_ENABLE', kind: 'bool', default: 1 },
  { name: 'ADVANCED_PCI_SETTINGS', kind: 'bool', default: 0 },
  { name: 'FORCE_ETH_PCI_SUBCLASS', kind: 'bool', default: 0, advanced: true, applies: (model) => model.forceEthSubclass },
];

const NAMES = new Set(DEFINITIONS.map((definition) => definition.name));

/** The tool knows the name, whether or not a given card has it: its two error texts differ by that. */
export function isKnownParameter(name: string): boolean {
  return NAMES.has(name);
}

/** Definitions for one card, with the limits that are its own. */
export function parametersOf(model: AdapterModel): readonly ParameterDefinition[] {
  return DEFINITIONS.filter((definition) => definition.applies?.(model) ?? true).map((definition) => {
    switch (definition.name) {
      case 'NUM_OF_VFS':
        return { ...definition, max: model.maxVfs };
      case 'NUM_OF_PF':
        return { ...definition, default: model.ports };
      default:
        return definition;
    }
  });
}

/** As the tool prints a value: `True(1)`, `ETH(2)`, `8`, `Array[0..7]`. */
export function formatParameter(definition: ParameterDefinition, value: number): string {
  switch (definition.kind) {
    case 'bool':
      return value === 0 ? 'False(0)' : `True(${value})`;
    case 'enum':
      return `${definition.labels?.[value] ?? 'N/A'}(${value})`;
    case 'array':
      return 'Array[0..7]';
    case 'number':
      return String(value);
  }
}

/** What a user may write after `=`: a number in decimal or hexadecimal, or the text in any case. */
export function parseParameter(definition: ParameterDefinition, text: string): number | undefined {
  if (/^(0x[0-9a-f]+|\d+)$/i.test(text)) {
    const value = Number(text);
    const known = definition.kind === 'enum' ? definition.labels?.[value] !== undefined : true;
    return known && (definition.kind !== 'bool' || value <= 1) ? value : undefined;
  }
  if (definition.kind === 'bool') {
    return new Map([
      ['false', 0],
      ['true', 1],
    ]).get(text.toLowerCase());
  }
  const entry = Object.entries(definition.labels ?? {}).find(([, label]) => label.toLowerCase() === text.toLowerCase());
  return entry === undefined ? undefined : Number(entry[0]);
}
