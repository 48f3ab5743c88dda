/** Declared versus seen, layer by layer: the data behind `diff`. Pure. */
import { isTrue } from '../api/conditions.ts';
import type { AdapterSpec, AdapterStatus, SriovHost } from '../api/types.ts';
import { passthroughOf } from './fabric.ts';

export type Layer = 'software' | 'firmware' | 'driver' | 'virtual functions';

export interface Difference {
  readonly layer: Layer;
  readonly item: string;
  readonly declared: string;
  readonly seen: string;
  /** Undefined: not seen yet, or the status does not tell. */
  readonly same: boolean | undefined;
}

const UNSEEN = 'not seen';

export function diffView(host: SriovHost): readonly Difference[] {
  const adapters = host.spec.adapters.map((spec) => [spec, host.status?.adapters?.find(({ name }) => name === spec.name)] as const);
  return [
    ...software(host),
    ...adapters.flatMap(([spec, seen]) => firmware(spec, seen, host)),
    ...ports(adapters, { layer: 'driver', word: 'max_vfs' }, (spec, { number, vfs }) =>
      // The driver has no entry for a port that it lost to a VM.
      vfs.configured === undefined && passthroughOf(host, spec.name, number)?.active === true ? 'passed through' : vfs.configured,
    ),
    ...ports(adapters, { layer: 'virtual functions', word: 'present' }, (_, { vfs }) => vfs.present),
  ];
}

/** `at least` is the operator's own judgement: it compares versions, we do not do it a second time. */
function software({ spec, status }: SriovHost): readonly Difference[] {
  const judged = isTrue(status?.conditions, 'SoftwareInstalled');
  return spec.software.map(({ name, minVersion }) => {
    const seen = status?.software?.find((vib) => vib.name === name);
    const staged = seen?.staged === undefined ? '' : `, ${seen.staged} after the next restart`;
    const same = status?.software === undefined ? undefined : judged || seen?.running === minVersion;
    const running = status?.software === undefined ? UNSEEN : (seen?.running ?? 'not running');
    return { layer: 'software', item: name, declared: `at least ${minVersion}`, seen: `${running}${staged}`, same };
  });
}

function firmware(spec: AdapterSpec, seen: AdapterStatus | undefined, host: SriovHost): readonly Difference[] {
  const rows: Difference[] = [];
  const layer = 'firmware';
  if (spec.firmware !== undefined) {
    const { running, flashed } = seen?.firmware ?? {};
    const staged = flashed === undefined || flashed === running ? '' : `, ${flashed} after the next restart`;
    rows.push({
      layer,
      item: `${spec.name} version`,
      declared: spec.firmware.version,
      seen: `${running ?? UNSEEN}${staged}`,
      same: running === undefined ? undefined : running === spec.firmware.version,
    });
  }
  const current = seen?.ports?.find(({ vfs }) => vfs.firmware !== undefined)?.vfs.firmware;
  const largest = Math.max(0, ...spec.ports.map(({ vfs }) => vfs));
  const wanted = spec.firmwareVfs ?? largest;
  // Without firmwareVfs a higher value is kept: the operator never lowers it by itself.
  const enough = spec.firmwareVfs === undefined ? (current ?? 0) >= wanted : current === wanted;
  rows.push({
    layer,
    item: `${spec.name} NUM_OF_VFS`,
    declared: spec.firmwareVfs === undefined ? `at least ${wanted}` : String(wanted),
    seen: current === undefined ? UNSEEN : String(current),
    same: current === undefined ? undefined : enough,
  });
  return [...rows, ...linkTypes(spec, seen), ...parameters(spec, seen, host)];
}

function linkTypes(spec: AdapterSpec, seen: AdapterStatus | undefined): readonly Difference[] {
  return spec.ports.flatMap(({ number, linkType }) => {
    if (linkType === undefined) return [];
    const current = seen?.ports?.find((port) => port.number === number)?.linkType;
    const same = current === undefined ? undefined : current === linkType;
    return [
      { layer: 'firmware' as const, item: `${spec.name} port ${number} link type`, declared: linkType, seen: current ?? UNSEEN, same },
    ];
  });
}

/** The status names parameters that are not in effect, not their values; FirmwareConfigured says that all of them are. */
function parameters(spec: AdapterSpec, seen: AdapterStatus | undefined, { status }: SriovHost): readonly Difference[] {
  const all = isTrue(status?.conditions, 'FirmwareConfigured');
  const message = status?.conditions?.find(({ type }) => type === 'FirmwareConfigured')?.message ?? '';
  return Object.entries(spec.parameters ?? {}).map(([name, value]) => {
    const unsupported = seen?.unsupportedParameters?.includes(name) === true;
    const open = message.includes(`${spec.name}/${name}=`);
    const words = unsupported ? 'this device has no such parameter' : open ? 'not in effect' : all ? value : UNSEEN;
    return {
      layer: 'firmware',
      item: `${spec.name} ${name}`,
      declared: value,
      seen: words,
      same: unsupported || open ? false : all ? true : undefined,
    };
  });
}

type PortStatus = NonNullable<AdapterStatus['ports']>[number];

function ports(
  adapters: readonly (readonly [AdapterSpec, AdapterStatus | undefined])[],
  { layer, word }: { readonly layer: Layer; readonly word: string },
  pick: (spec: AdapterSpec, port: PortStatus) => number | 'passed through' | undefined,
): readonly Difference[] {
  return adapters.flatMap(([spec, seen]) =>
    spec.ports.map(({ number, vfs }) => {
      const port = seen?.ports?.find((candidate) => candidate.number === number);
      const value = port === undefined ? undefined : pick(spec, port);
      return {
        layer,
        item: `${spec.name} port ${number} ${word}`,
        declared: String(vfs),
        seen: value === undefined ? UNSEEN : String(value),
        same: value === undefined ? undefined : (value === 'passed through' ? 0 : value) === vfs,
      };
    }),
  );
}
