/** Rule: an adapter on spec.adapterDenyList is never written to, whatever selected it. Pure. */
import type { AdapterSpec, Problem, SriovHostSpec } from '../../../api/types.ts';
import type { DeclaredAdapter } from '../observation.ts';
import type { AdapterWork } from './input.ts';

type Denied = NonNullable<SriovHostSpec['adapterDenyList']>[number];

export interface Denial {
  readonly problem: Problem | undefined;
  /** An entry names boards by PSID, and that of this adapter cannot be read yet: until it can, nothing is written for it. */
  readonly open: Pick<AdapterWork, 'untouchable'>;
}

export function denial({ adapterDenyList = [] }: SriovHostSpec, spec: AdapterSpec, seen: DeclaredAdapter): Denial {
  const entry = adapterDenyList.find((denied) => matches(denied, seen));
  if (entry !== undefined) return { problem: problemOf(entry, spec, seen), open: {} };
  const open = !seen.firmware.known && adapterDenyList.some(({ psid }) => psid !== undefined);
  return { problem: undefined, open: open ? { untouchable: true } : {} };
}

function matches({ macAddress, pciAddress, psid, deviceName }: Denied, { adapter, firmware }: DeclaredAdapter): boolean {
  if (psid !== undefined) return firmware.known && globOf(psid).test(firmware.value.psid);
  if (!adapter.known) return false;
  const { ports, deviceName: name } = adapter.value;
  if (deviceName !== undefined) return globOf(deviceName).test(name);
  if (pciAddress !== undefined) return ports.some(({ address }) => address === pciAddress);
  const wanted = macAddress?.toLowerCase();
  const burned = firmware.known ? firmware.value.baseMac?.toLowerCase() : undefined;
  return wanted !== undefined && (burned === wanted || ports.some((port) => port.macAddress === wanted));
}

/** `*` stands for any characters; everything else for itself. */
function globOf(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'is');
}

function problemOf(entry: Denied, spec: AdapterSpec, { adapter }: DeclaredAdapter): Problem {
  const { why, ...property } = entry;
  const text = Object.entries(property).flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]));
  const place = adapter.known ? ` at ${adapter.value.slot} (${adapter.value.deviceName})` : '';
  const reason = why === undefined ? '' : ` (${why})`;
  return {
    reason: 'AdapterDenied',
    message: `adapter ${spec.name}${place} is on spec.adapterDenyList by ${text.join(', ')}${reason}: it is not written to; correct its selector, or remove that entry`,
  };
}
