/** `status` as a tree: host, adapter, port with its virtual functions layer by layer, VM. Pure. */
import { fabricWords, passthroughWords } from '../fabric.ts';
import type { Style } from '../io.ts';
import type { AdapterView, AttachmentView, HostView, PortView, StatusView } from '../statusView.ts';
import { foldedWords, isAsDeclared } from './fold.ts';
import { stateCell } from './state.ts';
import { type Cell, layOut, type Row, type TreeNode, treeRows } from './table.ts';

const TITLES = ['NAME', 'STATE', 'DECLARED', 'FIRMWARE', 'DRIVER', 'PRESENT', 'IN USE', 'MESSAGE'];

/** Lines of the tree; several namespaces are told apart by `namespace/name`. `fold`: a host that is as declared is one line. */
export function renderStatus(view: StatusView, style: Style, { fold = false }: { readonly fold?: boolean } = {}): readonly string[] {
  if (view.hosts.length === 0 && view.withoutHost.length === 0) return ['no SriovHost and no SriovVmAttachment here'];
  const namespaces = new Set([...view.hosts, ...view.withoutHost].map(({ namespace }) => namespace));
  const named = (one: { readonly namespace: string; readonly name: string }): string =>
    namespaces.size > 1 ? `${one.namespace}/${one.name}` : one.name;
  const hosts = view.hosts.map((host) => {
    const node = hostNode(host, named(host), style);
    return fold && isAsDeclared(host) ? folded(node, host) : node;
  });
  const lost = view.withoutHost.map((attachment) => attachmentNode(attachment, style, undefined));
  const rest: readonly TreeNode[] = lost.length === 0 ? [] : [{ cells: cells('attachments without a host here', [], ''), children: lost }];
  return layOut(TITLES, treeRows([...hosts, ...rest]), style);
}

function hostNode(host: HostView, name: string, style: Style): TreeNode {
  const facts = [
    ...(host.maintenanceMode === true ? ['maintenance mode'] : []),
    ...(style.wide ? [`${host.restarts} restart(s) so far`] : []),
  ];
  const message = [host.reason === '' || host.reason === 'Succeeded' ? '' : `${host.reason}: `, host.progress].join('');
  const total = [text(host.vfs?.desired), text(undefined), text(undefined), presentCell(host.vfs?.present, host.vfs?.desired)];
  return {
    cells: [{ text: name, tone: 'strong' }, stateCell(host.state), ...total, text(undefined), { text: [message, ...facts].join('; ') }],
    children: [
      ...host.adapters.map((adapter) => adapterNode(adapter, host, style)),
      ...host.elsewhere.map((attachment) => attachmentNode(attachment, style, host.namespace)),
    ],
  };
}

function folded({ cells: row }: TreeNode, host: HostView): TreeNode {
  const message = row.at(-1)?.text ?? '';
  return { cells: [...row.slice(0, -1), { text: `${message}; ${foldedWords(host)}` }], children: [] };
}

function adapterNode({ name, device, firmware, problem, ports }: AdapterView, host: HostView, style: Style): TreeNode {
  const facts = [device, firmware === undefined ? undefined : `firmware ${firmware}`].filter((fact) => fact !== undefined).join(', ');
  // The row of the host says it already where it is the first thing in the way.
  const text =
    problem !== undefined && host.progress.includes(problem.message) ? problem.reason : `${problem?.reason}: ${problem?.message}`;
  const message: Cell = problem === undefined ? { text: facts } : { text, tone: 'bad' };
  return { cells: [...cells(`adapter ${name}`, [], '').slice(0, -1), message], children: ports.map((port) => portNode(port, host, style)) };
}

function portNode(port: PortView, host: HostView, style: Style): TreeNode {
  const { desired, firmware, configured, present, inUse } = port.vfs;
  const facts = [
    port.linkType,
    style.wide ? port.pciAddress : undefined,
    style.wide ? port.macAddress : undefined,
    style.wide && port.guid !== undefined ? `GUID ${port.guid}` : undefined,
    port.passthrough === undefined ? undefined : passthroughWords(port.passthrough),
    // An InfiniBand port is a downed uplink on ESXi; that is no fault.
    port.linkUp === false && port.linkType !== 'InfiniBand' ? 'no link' : undefined,
  ];
  return {
    cells: cells(
      `port ${port.number}${port.vmnic === undefined ? '' : ` ${port.vmnic}`}`,
      [text(desired), text(firmware), layer(configured, desired), presentCell(present, desired), text(inUse)],
      facts.filter((fact) => fact !== undefined).join(', '),
      port.passthrough?.problem === undefined ? undefined : 'bad',
    ),
    children: port.attachments.map((attachment) => attachmentNode(attachment, style, host.namespace)),
  };
}

/** `home`: the namespace of the host; another one is shown. */
function attachmentNode(attachment: AttachmentView, style: Style, home: string | undefined): TreeNode {
  const { namespace, name, vm, powerState, state, reason, progress } = attachment;
  const foreign = home !== undefined && namespace === home ? '' : `${namespace}/`;
  const facts = [
    powerState,
    ...fabricWords(attachment),
    ...deviceWords(attachment, style),
    state === 'Ready' && !style.wide ? undefined : `${reason === '' || reason === 'Succeeded' ? '' : `${reason}: `}${progress}`,
  ];
  const label = vm === name ? `VM ${vm}` : `VM ${vm} by ${foreign}${name}`;
  const shown = vm === name && foreign !== '' ? `VM ${vm} by ${foreign}${name}` : label;
  return {
    cells: [
      { text: shown },
      stateCell(attachment.state),
      ...Array<Cell>(5).fill(text(undefined)),
      { text: facts.filter(Boolean).join(', ') },
    ],
    children: [],
  };
}

/** The GUID tells the MAC address as well: it has ff:fe in its middle. */
function deviceWords({ kind, physicalFunction, virtualFunction, macAddress, guid }: AttachmentView, { wide }: Style): readonly string[] {
  const whole = physicalFunction === undefined ? 'whole physical function' : `PF ${physicalFunction}`;
  return [
    ...(kind === 'Physical' ? [whole] : []),
    ...(virtualFunction === undefined ? [] : [`VF ${virtualFunction}`]),
    ...(macAddress !== undefined && (wide || guid === undefined) ? [macAddress] : []),
    ...(guid === undefined || (kind === 'Physical' && !wide) ? [] : [guid]),
  ];
}

function cells(name: string, counts: readonly Cell[], message: string, tone?: Cell['tone']): Row {
  const numbers = Array.from({ length: 5 }, (_, index) => counts[index] ?? text(undefined));
  return [{ text: name }, text(undefined), ...numbers, { text: message, tone }];
}

function text(value: number | string | undefined): Cell {
  return { text: value === undefined ? '' : String(value) };
}

function layer(value: number | undefined, desired: number | undefined): Cell {
  return { ...text(value), ...(value !== undefined && value !== desired ? { tone: 'busy' } : {}) };
}

function presentCell(present: number | undefined, desired: number | undefined): Cell {
  return { ...text(present), ...(present === undefined ? {} : { tone: present === desired ? 'good' : 'busy' }) };
}
