/** Everything that is known by a MAC address, PCI address or name, each with its whole chain. Pure. */
import type { AdapterStatus, SriovHost, SriovVmAttachment } from '../api/types.ts';
import { passthroughOf, passthroughWords } from './fabric.ts';
import { attachmentsOf, isOn } from './statusView.ts';

/** From the VM to the BMC; what is not known is left out. */
export interface Chain {
  /** What fitted: for example `macAddress of the card`. */
  readonly matched: string;
  readonly vm?: string;
  readonly attachment?: string;
  readonly card?: string;
  readonly virtualFunction?: string;
  /** InfiniBand: what the guest last showed. */
  readonly link?: string;
  readonly subnetManager?: string;
  readonly port?: string;
  /** Of a port or a host: the VMs that use it, each with its place. */
  readonly vms?: readonly string[];
  readonly adapter?: string;
  readonly host?: string;
  /** Manufacturer, model and serial number, as the BMC tells them. */
  readonly machine?: string;
  readonly address?: string;
  readonly bmc?: string;
}

type Names = Readonly<Record<string, string | undefined>>;

export function findView(wanted: string, hosts: readonly SriovHost[], attachments: readonly SriovVmAttachment[]): readonly Chain[] {
  const chains = hosts.flatMap((host) => chainsOfHost(wanted, host, attachmentsOf(host, attachments)));
  const withHost = new Set(hosts.flatMap((host) => attachmentsOf(host, attachments)));
  const lost = attachments.filter((attachment) => !withHost.has(attachment));
  return [...chains, ...lost.flatMap((attachment) => matchedChain(wanted, namesOfAttachment(attachment), attachmentPart(attachment)))];
}

/** A VM is the most specific answer, a host the least: only the most specific of a host are shown. */
function chainsOfHost(wanted: string, host: SriovHost, attachments: readonly SriovVmAttachment[]): readonly Chain[] {
  const ofVms = attachments.flatMap((attachment) => {
    const { adapter, port } = attachment.spec.function;
    const place = portPart(host, adapter, port);
    return matchedChain(wanted, namesOfAttachment(attachment), { ...attachmentPart(attachment), ...place, ...hostPart(host) });
  });
  const ofPorts = (host.status?.adapters ?? []).flatMap((adapter) =>
    (adapter.ports ?? []).flatMap((port) => {
      const before = passthroughOf(host, adapter.name, port.number);
      const names = {
        'MAC address of the port': port.macAddress ?? before?.macAddress,
        'GUID of the port': port.guid,
        'PCI address of the port': port.pciAddress,
        'uplink name': port.vmnic,
        'uplink name before passthrough': port.vmnic === undefined ? before?.vmnic : undefined,
      };
      const here = attachments.filter((attachment) => isOn(attachment, adapter.name, port.number));
      return matchedChain(wanted, names, { ...portPart(host, adapter.name, port.number), ...vmsPart(here), ...hostPart(host) });
    }),
  );
  return [...ofVms, ...ofPorts, ...matchedChain(wanted, namesOfHost(host), { ...vmsPart(attachments), ...hostPart(host) })];
}

function matchedChain(wanted: string, names: Names, chain: Omit<Chain, 'matched'>): readonly Chain[] {
  const hit = Object.entries(names).find(([, value]) => value !== undefined && sameName(value, wanted));
  return hit === undefined ? [] : [{ matched: hit[0], ...chain }];
}

/** A MAC address or a GUID, with or without 0x and whatever stands between its digits. */
const HARDWARE_ADDRESS = /^(0x)?([0-9a-f]{2}[:.-]?){5}([0-9a-f]{2}[:.-]?[0-9a-f]{2}[:.-]?)?[0-9a-f]{2}$/i;
const SHORT_PCI = /^[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f]$/i;

/** MAC addresses and GUIDs in any spelling, PCI addresses also without their segment, all else without regard to case. */
export function sameName(a: string, b: string): boolean {
  if (HARDWARE_ADDRESS.test(a) && HARDWARE_ADDRESS.test(b)) return bare(a) === bare(b);
  if (SHORT_PCI.test(b)) return a.toLowerCase() === `0000:${b.toLowerCase()}`;
  return a.toLowerCase() === b.toLowerCase();
}

function bare(address: string): string {
  return address.replace(/^0x/i, '').replace(/[:.-]/g, '').toLowerCase();
}

function namesOfAttachment({ metadata, spec, status }: SriovVmAttachment): Names {
  return {
    'VM name': status?.vm?.name ?? spec.vm.name,
    'VM inventory path': spec.vm.inventoryPath,
    'VM instance UUID': spec.vm.instanceUuid,
    'VM managed object reference': status?.vm?.moRef ?? spec.vm.moRef,
    'MAC address of the card': status?.device?.macAddress ?? spec.macAddress,
    'GUID of the virtual function': status?.device?.guid,
    'GUID that the guest has': status?.link?.guid,
    'PCI address of the virtual function': status?.device?.virtualFunction,
    'attachment name': metadata.name,
  };
}

function namesOfHost({ metadata, spec, status }: SriovHost): Names {
  return {
    'host name': metadata.name,
    'host address': spec.esxi.address,
    'BMC address': bmcAddress(spec.bmc?.systemUrl),
    'serial number of the machine': status?.hardware?.serialNumber,
  };
}

function bmcAddress(systemUrl: string | undefined): string | undefined {
  return systemUrl === undefined ? undefined : URL.parse(systemUrl)?.hostname;
}

function attachmentPart({ metadata, spec, status }: SriovVmAttachment): Omit<Chain, 'matched'> {
  const { vm, device } = status ?? {};
  const name = vm?.name ?? spec.vm.name ?? spec.vm.inventoryPath ?? spec.vm.instanceUuid ?? spec.vm.moRef ?? '';
  return {
    vm: vm === undefined ? name : `${name} (${vm.moRef}, ${vm.powerState})`,
    attachment: `${metadata.namespace}/${metadata.name}`,
    ...(device === undefined ? {} : { card: cardText(device, spec) }),
    ...(device?.virtualFunction === undefined ? {} : { virtualFunction: device.virtualFunction }),
    ...fabricPart(status),
  };
}

function vmsPart(attachments: readonly SriovVmAttachment[]): Pick<Chain, 'vms'> {
  const vms = attachments.map((attachment) => {
    const { vm = '', virtualFunction } = attachmentPart(attachment);
    const { adapter, port } = attachment.spec.function;
    return `${vm} on ${adapter} port ${port}${virtualFunction === undefined ? '' : `, VF ${virtualFunction}`}`;
  });
  return vms.length === 0 ? {} : { vms };
}

function fabricPart(status: SriovVmAttachment['status']): Pick<Chain, 'link' | 'subnetManager'> {
  const { link, subnetManager } = status ?? {};
  return {
    ...(link === undefined
      ? {}
      : { link: withFacts(link.state, [link.device, link.physicalState, prefixed('LID ', link.lid), link.guid]) }),
    ...(subnetManager === undefined
      ? {}
      : {
          subnetManager: withFacts(subnetManager.state, [
            prefixed('priority ', subnetManager.priority),
            prefixed('LID ', subnetManager.lid),
            prefixed('run by ', subnetManager.serviceManagedBy),
          ]),
        }),
  };
}

function portPart(host: SriovHost, adapterName: string, number: number): Omit<Chain, 'matched'> {
  const adapter = host.status?.adapters?.find(({ name }) => name === adapterName);
  const port = adapter?.ports?.find((candidate) => candidate.number === number);
  const whole = passthroughOf(host, adapterName, number);
  const facts = [
    port?.vmnic,
    port?.pciAddress ?? whole?.pciAddress,
    port?.macAddress ?? whole?.macAddress,
    prefixed('GUID ', port?.guid),
    whole === undefined ? undefined : passthroughWords(whole),
  ];
  return { port: withFacts(String(number), facts), adapter: adapterText(adapterName, adapter) };
}

function adapterText(name: string, adapter: AdapterStatus | undefined): string {
  return withFacts(name, [adapter?.device, prefixed('firmware ', adapter?.firmware?.running), adapter?.psid]);
}

/** `word (fact, fact)`; what is not known is left out. */
function withFacts(word: string, facts: readonly (string | undefined)[]): string {
  const known = facts.filter((fact) => fact !== undefined).join(', ');
  return known === '' ? word : `${word} (${known})`;
}

function prefixed(label: string, value: string | number | undefined): string | undefined {
  return value === undefined ? undefined : `${label}${value}`;
}

function hostPart({ metadata, spec, status }: SriovHost): Omit<Chain, 'matched'> {
  const version = status?.esxi?.version === undefined ? '' : ` (ESXi ${status.esxi.version})`;
  return {
    host: `${metadata.namespace}/${metadata.name}${version}`,
    address: `${spec.esxi.address} port ${spec.esxi.sshPort}`,
    ...machinePart(status?.hardware),
    ...(spec.bmc === undefined ? {} : { bmc: spec.bmc.systemUrl }),
  };
}

function cardText(device: NonNullable<SriovVmAttachment['status']>['device'] & {}, spec: SriovVmAttachment['spec']): string {
  if (device.kind === 'Physical') return `physical function ${device.physicalFunction ?? ''} as a whole`;
  const addresses = [device.macAddress, prefixed('GUID ', device.guid)].filter((address) => address !== undefined);
  return `${addresses.join(', ')} on ${device.portGroup ?? spec.network?.portGroup ?? ''}`;
}

function machinePart(hardware: NonNullable<SriovHost['status']>['hardware']): Pick<Chain, 'machine'> {
  const { manufacturer, model, serialNumber } = hardware ?? {};
  const facts = [manufacturer, model, serialNumber === undefined ? undefined : `serial number ${serialNumber}`];
  const text = facts.filter((fact) => fact !== undefined).join(' ');
  return text === '' ? {} : { machine: text };
}
