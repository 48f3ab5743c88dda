/** What an adapter's firmware parameters shall be, from its ports. Pure. */
import type { AdapterSpec, Problem } from '../../../api/types.ts';
import type { FirmwareConfig } from '../../../ports/esxiHost.ts';
import { sameFirmwareValue } from '../firmwareValues.ts';

export interface FirmwareTargets {
  readonly wanted: Readonly<Record<string, string>>;
  /** Declared parameters that this device does not have. */
  readonly unsupported: readonly string[];
  readonly problem: Problem | undefined;
  /** The problem is what this firmware lacks, and newer firmware may have. */
  readonly newerMayHave: boolean;
  /** Only ADVANCED_PCI_SETTINGS is to be set now: whether the card has the override is seen after that. */
  readonly gateFirst: boolean;
}

const LINK_TYPE = { InfiniBand: '1', Ethernet: '2' } as const;
export const OVERRIDE_GATE = 'ADVANCED_PCI_SETTINGS';
const GATE = OVERRIDE_GATE;
const OVERRIDE = 'FORCE_ETH_PCI_SUBCLASS';

export function firmwareTargets(spec: AdapterSpec, config: FirmwareConfig): FirmwareTargets {
  const wanted: Record<string, string> = {};
  const unsupported: string[] = [];
  let problem: Problem | undefined;
  const want = (name: string, value: string): void => {
    if (config.parameters[name] === undefined) unsupported.push(name);
    else wanted[name] = value;
  };
  Object.assign(wanted, virtualFunctionTargets(spec, config, unsupported));
  for (const port of spec.ports) {
    if (port.linkType === undefined) continue;
    const name = `LINK_TYPE_P${port.number}`;
    if (config.parameters[name] !== undefined) wanted[name] = LINK_TYPE[port.linkType];
    else if (port.linkType === 'InfiniBand') {
      problem = {
        reason: 'LinkTypeUnsupported',
        message: `adapter ${spec.name}: port ${port.number} cannot be InfiniBand, this card has no ${name} (not a VPI card); declare linkType Ethernet`,
      };
    }
  }
  let lack = unsupported.length > 0 ? noVirtualFunctions(spec, unsupported) : undefined;
  let gateFirst = false;
  if (problem === undefined && usesInfiniBand(spec, config)) {
    const override = subclassOverride(config, wanted);
    gateFirst = override === 'hidden';
    if (override === 'absent') {
      unsupported.push(OVERRIDE);
      lack ??= noOverride(spec);
    }
  }
  for (const [name, value] of Object.entries(spec.parameters ?? {})) want(name, value);
  return {
    wanted,
    unsupported: [...new Set(unsupported)].sort(),
    problem: problem ?? lack,
    newerMayHave: problem === undefined && lack !== undefined,
    gateFirst,
  };
}

function virtualFunctionTargets(spec: AdapterSpec, config: FirmwareConfig, unsupported: string[]): Record<string, string> {
  const most = Math.max(...spec.ports.map(({ vfs }) => vfs));
  if (most === 0 && spec.firmwareVfs === undefined) return {};
  for (const name of ['SRIOV_EN', 'NUM_OF_VFS']) if (config.parameters[name] === undefined) unsupported.push(name);
  if (config.parameters['SRIOV_EN'] === undefined || config.parameters['NUM_OF_VFS'] === undefined) return {};
  const count = spec.firmwareVfs ?? Math.max(most, config.parameters['NUM_OF_VFS'].next.number ?? 0);
  return { SRIOV_EN: count > 0 ? '1' : '0', NUM_OF_VFS: String(count) };
}

/** Only a port that shall have virtual functions needs the driver, and so the override. A link type that is left out is the stored one. */
export function usesInfiniBand(spec: AdapterSpec, { parameters }: FirmwareConfig): boolean {
  return spec.ports.some(({ number, linkType, vfs }) => {
    const stored = parameters[`LINK_TYPE_P${number}`]?.next;
    const asItIs = stored !== undefined && sameFirmwareValue(LINK_TYPE.InfiniBand, stored) ? 'InfiniBand' : 'Ethernet';
    return vfs > 0 && (linkType ?? asItIs) === 'InfiniBand';
  });
}

/**
 * The override makes an InfiniBand port show the Ethernet PCI subclass, without which ESXi's driver does not take it. mlxconfig
 * knows it only once the stored next value of ADVANCED_PCI_SETTINGS is True (mlxconfig_host.db), so the first set opens the gate alone
 * and the next look decides about the rest; no restart lies between. A card without the override keeps its link type.
 */
function subclassOverride(config: FirmwareConfig, wanted: Record<string, string>): 'there' | 'hidden' | 'absent' {
  const gate = config.parameters[GATE];
  if (gate === undefined) return 'absent';
  wanted[GATE] = '1';
  if (config.parameters[OVERRIDE] === undefined) return sameFirmwareValue('1', gate.next) ? 'absent' : 'hidden';
  wanted[OVERRIDE] = '1';
  return 'there';
}

/** Without these settings a restart for the sake of virtual functions would be in vain. */
function noVirtualFunctions({ name }: AdapterSpec, missing: readonly string[]): Problem {
  return {
    reason: 'ParameterUnsupported',
    message: `adapter ${name}: its firmware has no ${missing.join(', ')}, so it cannot have virtual functions; newer firmware may have it, otherwise declare vfs: 0`,
  };
}

function noOverride({ name }: AdapterSpec): Problem {
  return {
    reason: 'ParameterUnsupported',
    message: `adapter ${name}: its firmware has no ${OVERRIDE}, without which ESXi's driver does not take an InfiniBand port, so it cannot have virtual functions; newer firmware may have it, otherwise declare linkType Ethernet, or vfs: 0 for the InfiniBand port`,
  };
}
