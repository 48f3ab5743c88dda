/** Every port as a row of cells, one for each virtual function: the data behind `map`. Pure. */
import { fabricWords } from './fabric.ts';
import type { AttachmentView, HostView, StatusView } from './statusView.ts';

export interface MapCell {
  /** ours: of an attachment; other: used by a VM without one; missing: declared and not there; extra: there and not declared. */
  readonly use: 'ours' | 'other' | 'free' | 'missing' | 'extra';
  /** PCI address, where an attachment reports it. */
  readonly virtualFunction?: string;
  /** The VM has the whole physical function: the port has this one cell. */
  readonly whole?: true;
  readonly attachment?: string;
  readonly vm?: string;
  /** InfiniBand: link and Subnet Manager in words. */
  readonly fabric?: readonly string[];
}

export interface MapRow {
  readonly host: string;
  readonly adapter: string;
  readonly port: number;
  readonly vmnic?: string;
  /** Set while VMs have the port as a whole, or may have it: it has no virtual functions. */
  readonly passedThrough?: true;
  readonly cells: readonly MapCell[];
}

export function mapView({ hosts }: StatusView): readonly MapRow[] {
  return hosts.flatMap((host) =>
    host.adapters.flatMap((adapter) =>
      adapter.ports.map((port) => ({
        host: `${host.namespace}/${host.name}`,
        adapter: adapter.name,
        port: port.number,
        ...(port.vmnic === undefined ? {} : { vmnic: port.vmnic }),
        ...(port.passthrough?.active === true ? { passedThrough: true } : {}),
        cells: cellsOf(port, host),
      })),
    ),
  );
}

/** The status counts virtual functions and does not list them: cells are in this order, not in that of PCI addresses. */
function cellsOf(port: HostView['adapters'][number]['ports'][number], host: HostView): readonly MapCell[] {
  const { desired = 0, present = 0, inUse = 0 } = port.vfs;
  const whole = port.attachments.find(({ kind, powerState }) => kind === 'Physical' && powerState === 'poweredOn');
  if (whole !== undefined) return [{ use: 'ours', whole: true, ...named(whole, host) }];
  const running = port.attachments.filter(({ virtualFunction }) => virtualFunction !== undefined);
  const ours = running.map((attachment): MapCell => ({ use: 'ours', ...named(attachment, host) }));
  const other = Math.max(0, inUse - ours.length);
  const free = Math.max(0, present - ours.length - other);
  const missing = Math.max(0, desired - present);
  const extra = Math.min(free, Math.max(0, present - desired));
  return [...ours, ...repeat('other', other), ...repeat('free', free - extra), ...repeat('extra', extra), ...repeat('missing', missing)];
}

function named(view: AttachmentView, host: HostView): Omit<MapCell, 'use'> {
  const { namespace, name, vm, virtualFunction } = view;
  const attachment = namespace === host.namespace ? name : `${namespace}/${name}`;
  const fabric = fabricWords(view);
  return { attachment, vm, ...(virtualFunction === undefined ? {} : { virtualFunction }), ...(fabric.length === 0 ? {} : { fabric }) };
}

function repeat(use: MapCell['use'], times: number): readonly MapCell[] {
  return Array.from({ length: times }, () => ({ use }));
}
