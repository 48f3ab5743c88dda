/**
 * Data types that the simulated server accepts, with their fields in the order of the vSphere schema (inherited fields
 * first) as the vSphere SDK's type information gives it. Written on its own, not derived from the client: two tables that were one could not
 * disagree.
 *
 * A field reads `name:Type`, `name?:Type` when optional, `name:Type[]` when repeated, with `@5.5` for the API version that
 * added it. Types that are no key of a table here are scalars, `ref` is a managed object reference.
 */

export interface WireField {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly many: boolean;
  readonly since: string | undefined;
}

export interface WireType {
  readonly name: string;
  readonly base: WireType | undefined;
  /** Only types derived from it can be sent, so xsi:type is needed. */
  readonly abstract: boolean;
  readonly since: string | undefined;
  /** Inherited ones first. */
  readonly fields: readonly WireField[];
}

interface Row {
  readonly base?: string;
  readonly abstract?: true;
  readonly since?: string;
  readonly fields: string;
}

const ROWS: Readonly<Record<string, Row>> = {
  Description: { fields: 'label:string summary:string' },
  VirtualDeviceConnectInfo: {
    fields: 'migrateConnect?:string@6.7 startConnected:boolean allowGuestControl:boolean connected:boolean status?:string@4.0',
  },
  VirtualDeviceBackingInfo: { abstract: true, fields: '' },
  VirtualDeviceDeviceBackingInfo: {
    base: 'VirtualDeviceBackingInfo',
    abstract: true,
    fields: 'deviceName:string useAutoDetect?:boolean@2.5',
  },
  VirtualEthernetCardNetworkBackingInfo: {
    base: 'VirtualDeviceDeviceBackingInfo',
    fields: 'network?:ref inPassthroughMode?:boolean@2.5u2',
  },
  DistributedVirtualSwitchPortConnection: {
    since: '4.0',
    fields: 'switchUuid:string portgroupKey?:string portKey?:string connectionCookie?:int',
  },
  VirtualEthernetCardDistributedVirtualPortBackingInfo: {
    base: 'VirtualDeviceBackingInfo',
    since: '4.0',
    fields: 'port:DistributedVirtualSwitchPortConnection',
  },
  VirtualPCIPassthroughDeviceBackingInfo: {
    base: 'VirtualDeviceDeviceBackingInfo',
    since: '4.0',
    fields: 'id:string deviceId:string systemId:string vendorId:short',
  },
  VirtualSriovEthernetCardSriovBackingInfo: {
    base: 'VirtualDeviceBackingInfo',
    since: '5.5',
    fields:
      'physicalFunctionBacking?:VirtualPCIPassthroughDeviceBackingInfo virtualFunctionBacking?:VirtualPCIPassthroughDeviceBackingInfo virtualFunctionIndex?:int',
  },
  VirtualDevice: {
    abstract: true,
    fields:
      'key:int deviceInfo?:Description backing?:VirtualDeviceBackingInfo connectable?:VirtualDeviceConnectInfo controllerKey?:int unitNumber?:int numaNode?:int@8.0.0.1',
  },
  VirtualEthernetCard: {
    base: 'VirtualDevice',
    abstract: true,
    fields:
      'addressType?:string macAddress?:string wakeOnLanEnabled?:boolean externalId?:string@6.0 uptCompatibilityEnabled?:boolean@6.0 subnetId?:string@9.0.0.0',
  },
  VirtualVmxnet3: { base: 'VirtualEthernetCard', fields: '' },
  VirtualSriovEthernetCard: {
    base: 'VirtualEthernetCard',
    since: '5.5',
    fields: 'allowGuestOSMtuChange?:boolean sriovBacking?:VirtualSriovEthernetCardSriovBackingInfo',
  },
  VirtualPCIPassthrough: { base: 'VirtualDevice', since: '4.0', fields: '' },
  VirtualDeviceConfigSpec: { fields: 'operation?:VirtualDeviceConfigSpecOperation device:VirtualDevice' },
  SharesInfo: { fields: 'shares:int level:SharesLevel' },
  ResourceAllocationInfo: {
    fields: 'reservation?:long expandableReservation?:boolean limit?:long shares?:SharesInfo overheadLimit?:long@2.5',
  },
  VirtualMachineConfigSpec: {
    fields:
      'changeVersion?:string memoryMB?:long deviceChange?:VirtualDeviceConfigSpec[] memoryAllocation?:ResourceAllocationInfo memoryReservationLockedToMax?:boolean@5.0',
  },
  VirtualMachineRelocateSpec: { fields: 'folder?:ref datastore?:ref diskMoveType?:string pool?:ref host?:ref transform?:string' },
  ComputeResourceConfigSpec: { abstract: true, fields: 'vmSwapPlacement?:string' },
  ClusterConfigSpecEx: { base: 'ComputeResourceConfigSpec', fields: 'drsVmConfigSpec?:ClusterDrsVmConfigSpec[]' },
  ArrayUpdateSpec: { abstract: true, fields: 'operation:ArrayUpdateOperation removeKey?:ref' },
  ClusterDrsVmConfigSpec: { base: 'ArrayUpdateSpec', fields: 'info?:ClusterDrsVmConfigInfo' },
  ClusterDrsVmConfigInfo: { fields: 'key:ref enabled?:boolean behavior?:DrsBehavior' },
  GuestAuthentication: { abstract: true, since: '5.0', fields: 'interactiveSession:boolean' },
  NamePasswordAuthentication: { base: 'GuestAuthentication', since: '5.0', fields: 'username:string password:string' },
  GuestProgramSpec: { since: '5.0', fields: 'programPath:string arguments:string workingDirectory?:string envVariables?:string[]' },
  GuestFileAttributes: { since: '5.0', fields: 'modificationTime?:string accessTime?:string symlinkTarget?:string' },
  GuestPosixFileAttributes: { base: 'GuestFileAttributes', since: '5.0', fields: 'ownerId?:int groupId?:int permissions?:long' },
  HostPciPassthruConfig: {
    since: '4.0',
    fields: 'id:string passthruEnabled:boolean applyNow?:boolean@7.0.0.0 hardwareLabel?:string@7.0.2.0',
  },
  HostSriovConfig: { base: 'HostPciPassthruConfig', since: '5.5', fields: 'sriovEnabled:boolean numVirtualFunction:int' },
  HostMaintenanceSpec: { since: '5.5', fields: 'purpose?:string@7.0.0.0' },
  PropertyFilterSpec: { fields: 'propSet:PropertySpec[] objectSet:ObjectSpec[] reportMissingObjectsInResults?:boolean' },
  PropertySpec: { fields: 'type:string all?:boolean pathSet?:string[]' },
  ObjectSpec: { fields: 'obj:ref skip?:boolean selectSet?:SelectionSpec[]' },
  SelectionSpec: { fields: 'name?:string' },
  TraversalSpec: { base: 'SelectionSpec', fields: 'type:string path:string skip?:boolean selectSet?:SelectionSpec[]' },
  RetrieveOptions: { fields: 'maxObjects?:int' },
  WaitOptions: { fields: 'maxWaitSeconds?:int maxObjectUpdates?:int' },
};

/** Values that an enumeration allows. */
export const WIRE_ENUMS: Readonly<Record<string, readonly string[]>> = {
  VirtualDeviceConfigSpecOperation: ['add', 'remove', 'edit'],
  ArrayUpdateOperation: ['add', 'remove', 'edit'],
  DrsBehavior: ['manual', 'partiallyAutomated', 'fullyAutomated'],
  SharesLevel: ['low', 'normal', 'high', 'custom'],
};

const built = new Map<string, WireType>();

/** The type of that name, or undefined when the server does not know it. */
export function wireType(name: string): WireType | undefined {
  const known = built.get(name);
  const row = ROWS[name];
  if (known !== undefined || row === undefined) {
    return known;
  }
  const base = row.base === undefined ? undefined : wireType(row.base);
  const type: WireType = {
    name,
    base,
    abstract: row.abstract ?? false,
    since: row.since,
    fields: [...(base?.fields ?? []), ...wireFields(row.fields)],
  };
  built.set(name, type);
  return type;
}

export function isDerivedFrom(type: WireType | undefined, ancestor: string): boolean {
  return type !== undefined && (type.name === ancestor || isDerivedFrom(type.base, ancestor));
}

/** Reads the notation above. */
export function wireFields(text: string): readonly WireField[] {
  return text.split(' ').filter(Boolean).map(wireField);
}

function wireField(text: string): WireField {
  const match = /^(\w+)(\?)?:(\w+)(\[\])?(?:@(\S+))?$/.exec(text);
  if (match === null) {
    throw new Error(`wireField: "${text}" is not of the form name?:Type[]@version`);
  }
  const [, name = '', unset, type = '', repeated, since] = match;
  return { name, type, required: unset === undefined, many: repeated !== undefined, since };
}
