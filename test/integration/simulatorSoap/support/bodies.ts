/** Method elements as govmomi's encoder writes them, the way real clients do. */
import type { Ref } from '../../../simulator/soap/wire/values.ts';

export function self({ type, value }: Ref): string {
  return `<_this type="${type}">${value}</_this>`;
}

export function reference(name: string, { type, value }: Ref): string {
  return `<${name} type="${type}">${value}</${name}>`;
}

export function call(method: string, on: Ref, parameters = ''): string {
  return `<${method} xmlns="urn:vim25">${self(on)}${parameters}</${method}>`;
}

export const CONNECTABLE =
  '<connectable><startConnected>true</startConnected><allowGuestControl>true</allowGuestControl><connected>false</connected></connectable>';

export function standardBacking(network: Ref): string {
  return `<backing xsi:type="VirtualEthernetCardNetworkBackingInfo"><deviceName>VM Network</deviceName>${reference('network', network)}</backing>`;
}

export function sriovBacking(id: string, systemId = 'BYPASS'): string {
  return (
    `<sriovBacking><physicalFunctionBacking><deviceName>ConnectX-6 Dx</deviceName><id>${id}</id><deviceId>101d</deviceId>` +
    `<systemId>${systemId}</systemId><vendorId>5555</vendorId></physicalFunctionBacking></sriovBacking>`
  );
}

/** Elements of the card of ReconfigVM_Task "add SR-IOV (standard port group)", in order. */
export function cardElements(network: Ref, physicalFunction: string): readonly string[] {
  return [
    '<key>-1</key>',
    standardBacking(network),
    CONNECTABLE,
    '<addressType>manual</addressType>',
    '<macAddress>00:50:56:12:34:56</macAddress>',
    '<allowGuestOSMtuChange>false</allowGuestOSMtuChange>',
    sriovBacking(physicalFunction),
  ];
}

export const MEMORY = [
  '<memoryAllocation><reservation>8192</reservation></memoryAllocation>',
  '<memoryReservationLockedToMax>true</memoryReservationLockedToMax>',
] as const;

export function deviceChange(operation: string, type: string, elements: readonly string[]): string {
  return `<deviceChange xsi:type="VirtualDeviceConfigSpec"><operation>${operation}</operation><device xsi:type="${type}">${elements.join('')}</device></deviceChange>`;
}

export function reconfigure(vm: Ref, spec: string): string {
  return call('ReconfigVM_Task', vm, `<spec>${spec}</spec>`);
}

/** RetrievePropertiesEx of one object. */
export function retrieve(collector: Ref, object: Ref, paths: readonly string[]): string {
  return call(
    'RetrievePropertiesEx',
    collector,
    `<specSet>${propSet(object.type, paths)}<objectSet>${reference('obj', object)}</objectSet></specSet><options></options>`,
  );
}

export function propSet(type: string, paths: readonly string[]): string {
  return `<propSet><type>${type}</type>${paths.map((path) => `<pathSet>${path}</pathSet>`).join('')}</propSet>`;
}

export function filter(collector: Ref, object: Ref, paths: readonly string[]): string {
  const spec = `<spec>${propSet(object.type, paths)}<objectSet>${reference('obj', object)}<skip>false</skip></objectSet></spec>`;
  return call('CreateFilter', collector, `${spec}<partialUpdates>false</partialUpdates>`);
}

export function wait(collector: Ref, version: string, seconds: number): string {
  return call('WaitForUpdatesEx', collector, `<version>${version}</version><options><maxWaitSeconds>${seconds}</maxWaitSeconds></options>`);
}
