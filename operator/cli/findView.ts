/** Everything that is known by a MAC address, PCI address or name, each with its whole chain. Pure. */
import type { AdapterStatus, SriovHost, SriovVmAttachment } from '../api/types.ts';
import { attachmentsOf } from './statusView.ts';

/** From the VM to the BMC; what is not known is left out. */
export interface Chain {
  /** What fitted: for example `macAddress of the card`. */
  readonly matched: string;
  readonly vm?: string;
  readonly attachment?: string;
  readonly card?: string;
  readonly virtualFunction?: string;
  readonly port?: string;
  readonly adapter?: string;
  readonly host?: string;
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
      const names = { 'MAC address of the port': port.macAddress, 'PCI address of the port': port.pciAddress, 'uplink name': port.vmnic };
      return matchedChain(wanted, names, { ...portPart(host, adapter.name, port.number), ...hostPart(host) });
    }),
  );
  return [...ofVms, ...ofPorts, ...matchedChain(wanted, namesOfHost(host), hostPart(host))];
}

function matchedChain(wanted: string, names: Names, chain: Omit<Chain, 'matched'>): readonly Chain[] {
  const hit = Object.entries(names).find(([, value]) => value !== undefined && sameName(value, wanted));
  return hit === undefined ? [] : [{ matched: hit[0], ...chain }];
}

const MAC = /^([0-9a-f]{2}[:.-]?){5}[0-9a-f]{2}$/i;

/** MAC addresses in any spelling, all else without regard to case. */
export function sameName(a: string, b: string): boolean {
  if (MAC.test(a) && MAC.test(b)) return bare(a) === bare(b);
  return a.toLowerCase() === b.toLowerCase();
}

function bare(mac: string): string {
  return mac.replace(/[:.-]/g, '').toLowerCase();
}

function namesOfAttachment({ metadata, spec, status }: SriovVmAttachment): Names {
  return {
    'VM name': status?.vm?.name ?? spec.vm.name,
    'VM inventory path': spec.vm.inventoryPath,
    'VM instance UUID': spec.vm.instanceUuid,
    'VM managed object reference': status?.vm?.moRef ?? spec.vm.moRef,
    'MAC address of the card': status?.device?.macAddress ?? spec.macAddress,
    'PCI address of the virtual function': status?.device?.virtualFunction,
    'attachment name': metadata.name,
  };
}

function namesOfHost({ metadata, spec }: SriovHost): Names {
  return { 'host name': metadata.name, 'host address': spec.esxi.address, 'BMC address': bmcAddress(spec.bmc?.systemUrl) };
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
    ...(device === undefined ? {} : { card: `${device.macAddress} on ${device.portGroup ?? spec.network.portGroup}` }),
    ...(device?.virtualFunction === undefined ? {} : { virtualFunction: device.virtualFunction }),
  };
}

function portPart(host: SriovHost, adapterName: string, number: number): Omit<Chain, 'matched'> {
  const adapter = host.status?.adapters?.find(({ name }) => name === adapterName);
  const port = adapter?.ports?.find((candidate) => candidate.number === number);
  const facts = [port?.vmnic, port?.pciAddress, port?.macAddress].filter((fact) => fact !== undefined).join(', ');
  return { port: facts === '' ? String(number) : `${number} (${facts})`, adapter: adapterText(adapterName, adapter) };
}

function adapterText(name: string, adapter: AdapterStatus | undefined): string {
  const facts = [adapter?.device, adapter?.firmware === undefined ? undefined : `firmware ${adapter.firmware.running}`, adapter?.psid];
  const known = facts.filter((fact) => fact !== undefined).join(', ');
  return known === '' ? name : `${name} (${known})`;
}

function hostPart({ metadata, spec, status }: SriovHost): Omit<Chain, 'matched'> {
  const version = status?.esxi?.version === undefined ? '' : ` (ESXi ${status.esxi.version})`;
  return {
    host: `${metadata.namespace}/${metadata.name}${version}`,
    address: `${spec.esxi.address} port ${spec.esxi.sshPort}`,
    ...(spec.bmc === undefined ? {} : { bmc: spec.bmc.systemUrl }),
  };
}
