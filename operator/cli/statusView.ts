/** Hosts with their adapters, ports, virtual functions and VMs: the data behind `status`, also as JSON and YAML. Pure. */
import type { AdapterSpec, SriovHost, SriovVmAttachment } from '../api/types.ts';
import { type FabricView, fabricView, type Passthrough, passthroughOf } from './fabric.ts';
import { type StateWord, stateOf } from './render/state.ts';

export interface AttachmentView extends FabricView {
  readonly namespace: string;
  readonly name: string;
  readonly state: StateWord;
  readonly reason: string;
  readonly progress: string;
  readonly vm: string;
  readonly powerState?: string;
  readonly macAddress?: string;
  readonly virtualFunction?: string;
  /** Set where the VM has, or shall have, the whole physical function. */
  readonly kind?: 'Physical';
  readonly physicalFunction?: string;
}

export interface PortView {
  readonly number: number;
  readonly vmnic?: string | undefined;
  readonly pciAddress?: string | undefined;
  readonly macAddress?: string | undefined;
  readonly linkType?: string | undefined;
  readonly linkUp?: boolean | undefined;
  readonly guid?: string | undefined;
  /** Where an attachment asks for the whole physical function, or has it. */
  readonly passthrough?: Passthrough;
  readonly vfs: {
    readonly desired?: number | undefined;
    readonly firmware?: number | undefined;
    readonly configured?: number | undefined;
    readonly present?: number | undefined;
    readonly inUse?: number | undefined;
  };
  readonly attachments: readonly AttachmentView[];
}

export interface AdapterView {
  readonly name: string;
  readonly device?: string;
  readonly firmware?: string;
  readonly problem?: { readonly reason: string; readonly message: string };
  readonly ports: readonly PortView[];
}

export interface HostView {
  readonly namespace: string;
  readonly name: string;
  readonly state: StateWord;
  readonly reason: string;
  readonly progress: string;
  readonly vfs?: { readonly desired: number; readonly present: number };
  readonly restarts: number;
  readonly maintenanceMode?: boolean;
  readonly adapters: readonly AdapterView[];
  /** Attachments to an adapter or port that the host does not declare. */
  readonly elsewhere: readonly AttachmentView[];
}

export interface StatusView {
  readonly hosts: readonly HostView[];
  /** Attachments whose host is not among these. */
  readonly withoutHost: readonly AttachmentView[];
}

export function statusView(hosts: readonly SriovHost[], attachments: readonly SriovVmAttachment[]): StatusView {
  const known = new Set(hosts.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
  return {
    hosts: hosts.map((host) => hostView(host, attachmentsOf(host, attachments))),
    withoutHost: attachments.filter((attachment) => !known.has(hostKeyOf(attachment))).map(attachmentView),
  };
}

/** Those of every host and those without one. */
export function everyAttachment({ hosts, withoutHost }: StatusView): readonly AttachmentView[] {
  const ofHosts = hosts.flatMap((host) => [
    ...host.adapters.flatMap(({ ports }) => ports.flatMap(({ attachments }) => attachments)),
    ...host.elsewhere,
  ]);
  return [...ofHosts, ...withoutHost];
}

/** `namespace/name` of the host that an attachment refers to. */
export function hostKeyOf({ metadata, spec }: SriovVmAttachment): string {
  return `${spec.hostRef.namespace ?? metadata.namespace}/${spec.hostRef.name}`;
}

export function attachmentsOf({ metadata }: SriovHost, attachments: readonly SriovVmAttachment[]): readonly SriovVmAttachment[] {
  return attachments.filter((attachment) => hostKeyOf(attachment) === `${metadata.namespace}/${metadata.name}`);
}

function hostView(host: SriovHost, attachments: readonly SriovVmAttachment[]): HostView {
  const { metadata, spec, status } = host;
  const { word, reason, progress } = stateOf(host);
  const declared = (attachment: SriovVmAttachment): boolean =>
    spec.adapters.some((adapter) => adapter.ports.some((port) => isOn(attachment, adapter.name, port.number)));
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    state: word,
    reason,
    progress,
    ...(status?.vfs === undefined ? {} : { vfs: status.vfs }),
    restarts: status?.restarts?.total ?? 0,
    ...(status?.esxi?.maintenanceMode === undefined ? {} : { maintenanceMode: status.esxi.maintenanceMode }),
    adapters: spec.adapters.map((adapter) => adapterView(adapter, host, attachments)),
    elsewhere: attachments.filter((attachment) => !declared(attachment)).map(attachmentView),
  };
}

export function isOn({ spec }: SriovVmAttachment, adapter: string, port: number): boolean {
  return spec.function.adapter === adapter && spec.function.port === port;
}

function adapterView(spec: AdapterSpec, host: SriovHost, attachments: readonly SriovVmAttachment[]): AdapterView {
  const seen = host.status?.adapters?.find(({ name }) => name === spec.name);
  const { device, firmware, problem } = seen ?? {};
  return {
    name: spec.name,
    ...(device === undefined ? {} : { device }),
    ...(firmware === undefined ? {} : { firmware: firmware.running }),
    ...(problem === undefined ? {} : { problem }),
    ports: spec.ports.map(({ number, vfs }) => {
      const port = seen?.ports?.find((candidate) => candidate.number === number);
      const mine = attachments.filter((attachment) => isOn(attachment, spec.name, number)).map(attachmentView);
      return { number, ...port, ...passthroughPart(host, spec.name, number), vfs: { desired: vfs, ...port?.vfs }, attachments: mine };
    }),
  };
}

function passthroughPart(host: SriovHost, adapter: string, number: number): Pick<PortView, 'passthrough'> {
  const passthrough = passthroughOf(host, adapter, number);
  return passthrough === undefined ? {} : { passthrough };
}

function attachmentView(attachment: SriovVmAttachment): AttachmentView {
  const { metadata, spec, status } = attachment;
  const { word, reason, progress } = stateOf(attachment);
  const { vm, device } = status ?? {};
  const macAddress = device?.macAddress ?? spec.macAddress;
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    state: word,
    reason,
    progress,
    vm: vm?.name ?? spec.vm.name ?? spec.vm.inventoryPath ?? spec.vm.instanceUuid ?? spec.vm.moRef ?? '',
    ...(vm === undefined ? {} : { powerState: vm.powerState }),
    ...(macAddress === undefined ? {} : { macAddress }),
    ...(device?.virtualFunction === undefined ? {} : { virtualFunction: device.virtualFunction }),
    ...(spec.function.kind === 'Physical' ? { kind: 'Physical' } : {}),
    ...(device?.physicalFunction === undefined ? {} : { physicalFunction: device.physicalFunction }),
    ...fabricView(attachment),
  };
}
