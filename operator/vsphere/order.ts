/**
 * The vim25 types and methods that this operator sends, with their fields in wire order.
 *
 * vSphere's schema is xsd:sequence throughout: elements must come in schema order, those of the base type first, and unset
 * ones are left out. Source: the type information of pyvmomi 8.0.3 and 9.1.1 and govmomi's vim25/types. A field's value is its
 * declared type; `[]` marks a list. Types that only occur in answers are not here: answers are read by name.
 */

export interface TypeOrder {
  readonly base?: string;
  /** True where the schema's type is only ever sent as one of its descendants, so that xsi:type is indispensable. */
  readonly abstract?: true;
  readonly fields: Readonly<Record<string, string>>;
}

/** Declared types that are written as plain text. */
export const SIMPLE_TYPES: ReadonlySet<string> = new Set(['string', 'boolean', 'int', 'long', 'short']);

/** Declared type of every reference to a managed object; the kind of object travels in the attribute `type`. */
export const REFERENCE = 'ManagedObjectReference';

/** A reference where the schema allows any type, so that its own has to be said. */
export const ANY_REFERENCE = 'xsd:anyType';

export const TYPES: Readonly<Record<string, TypeOrder>> = {
  // Property collector
  PropertyFilterSpec: { fields: { propSet: 'PropertySpec[]', objectSet: 'ObjectSpec[]', reportMissingObjectsInResults: 'boolean' } },
  PropertySpec: { fields: { type: 'string', all: 'boolean', pathSet: 'string[]' } },
  ObjectSpec: { fields: { obj: REFERENCE, skip: 'boolean', selectSet: 'SelectionSpec[]' } },
  SelectionSpec: { fields: { name: 'string' } },
  TraversalSpec: { base: 'SelectionSpec', fields: { type: 'string', path: 'string', skip: 'boolean', selectSet: 'SelectionSpec[]' } },
  RetrieveOptions: { fields: { maxObjects: 'int' } },
  WaitOptions: { fields: { maxWaitSeconds: 'int', maxObjectUpdates: 'int' } },

  // Cluster configuration, as far as DRS levels of single VMs go
  ComputeResourceConfigSpec: { abstract: true, fields: {} },
  ClusterConfigSpecEx: { base: 'ComputeResourceConfigSpec', fields: { drsVmConfigSpec: 'ClusterDrsVmConfigSpec[]' } },
  ArrayUpdateSpec: { abstract: true, fields: { operation: 'string', removeKey: ANY_REFERENCE } },
  ClusterDrsVmConfigSpec: { base: 'ArrayUpdateSpec', fields: { info: 'ClusterDrsVmConfigInfo' } },
  ClusterDrsVmConfigInfo: { fields: { key: REFERENCE, enabled: 'boolean', behavior: 'string' } },

  // Virtual machine configuration
  VirtualMachineConfigSpec: {
    fields: {
      changeVersion: 'string',
      memoryMB: 'long',
      deviceChange: 'VirtualDeviceConfigSpec[]',
      memoryAllocation: 'ResourceAllocationInfo',
      memoryReservationLockedToMax: 'boolean',
    },
  },
  VirtualMachineRelocateSpec: {
    fields: { folder: REFERENCE, datastore: REFERENCE, diskMoveType: 'string', pool: REFERENCE, host: REFERENCE },
  },
  ResourceAllocationInfo: { fields: { reservation: 'long', expandableReservation: 'boolean', limit: 'long' } },
  VirtualDeviceConfigSpec: { fields: { operation: 'string', fileOperation: 'string', device: 'VirtualDevice' } },
  VirtualDevice: {
    abstract: true,
    fields: {
      key: 'int',
      backing: 'VirtualDeviceBackingInfo',
      connectable: 'VirtualDeviceConnectInfo',
      controllerKey: 'int',
      unitNumber: 'int',
      numaNode: 'int',
    },
  },
  VirtualDeviceConnectInfo: {
    fields: { migrateConnect: 'string', startConnected: 'boolean', allowGuestControl: 'boolean', connected: 'boolean', status: 'string' },
  },
  VirtualEthernetCard: {
    base: 'VirtualDevice',
    abstract: true,
    fields: {
      addressType: 'string',
      macAddress: 'string',
      wakeOnLanEnabled: 'boolean',
      externalId: 'string',
      uptCompatibilityEnabled: 'boolean',
      subnetId: 'string',
    },
  },
  VirtualSriovEthernetCard: {
    base: 'VirtualEthernetCard',
    fields: { allowGuestOSMtuChange: 'boolean', sriovBacking: 'VirtualSriovEthernetCardSriovBackingInfo' },
  },
  VirtualPCIPassthrough: { base: 'VirtualDevice', fields: {} },

  // Guest operations
  GuestAuthentication: { abstract: true, fields: { interactiveSession: 'boolean' } },
  NamePasswordAuthentication: { base: 'GuestAuthentication', fields: { username: 'string', password: 'string' } },
  GuestProgramSpec: { fields: { programPath: 'string', arguments: 'string', workingDirectory: 'string', envVariables: 'string[]' } },
  // modificationTime and accessTime (dateTime) are never sent.
  GuestFileAttributes: { fields: { symlinkTarget: 'string' } },
  GuestPosixFileAttributes: { base: 'GuestFileAttributes', fields: { ownerId: 'int', groupId: 'int', permissions: 'long' } },

  // Backings
  VirtualDeviceBackingInfo: { abstract: true, fields: {} },
  VirtualDeviceDeviceBackingInfo: {
    base: 'VirtualDeviceBackingInfo',
    abstract: true,
    fields: { deviceName: 'string', useAutoDetect: 'boolean' },
  },
  VirtualSriovEthernetCardSriovBackingInfo: {
    base: 'VirtualDeviceBackingInfo',
    fields: {
      physicalFunctionBacking: 'VirtualPCIPassthroughDeviceBackingInfo',
      virtualFunctionBacking: 'VirtualPCIPassthroughDeviceBackingInfo',
      virtualFunctionIndex: 'int',
    },
  },
  VirtualPCIPassthroughDeviceBackingInfo: {
    base: 'VirtualDeviceDeviceBackingInfo',
    fields: { id: 'string', deviceId: 'string', systemId: 'string', vendorId: 'short' },
  },
  VirtualEthernetCardNetworkBackingInfo: {
    base: 'VirtualDeviceDeviceBackingInfo',
    fields: { network: REFERENCE, inPassthroughMode: 'boolean' },
  },
  VirtualEthernetCardDistributedVirtualPortBackingInfo: {
    base: 'VirtualDeviceBackingInfo',
    fields: { port: 'DistributedVirtualSwitchPortConnection' },
  },
  DistributedVirtualSwitchPortConnection: {
    fields: { switchUuid: 'string', portgroupKey: 'string', portKey: 'string', connectionCookie: 'int' },
  },
};

/** Parameters of every method used, in wire order, after `_this`. */
export const METHODS = {
  RetrieveServiceContent: {},
  Login: { userName: 'string', password: 'string', locale: 'string' },
  Logout: {},
  RetrievePropertiesEx: { specSet: 'PropertyFilterSpec[]', options: 'RetrieveOptions' },
  ContinueRetrievePropertiesEx: { token: 'string' },
  CreatePropertyCollector: {},
  DestroyPropertyCollector: {},
  CreateFilter: { spec: 'PropertyFilterSpec', partialUpdates: 'boolean' },
  WaitForUpdatesEx: { version: 'string', options: 'WaitOptions' },
  CreateContainerView: { container: REFERENCE, type: 'string[]', recursive: 'boolean' },
  DestroyView: {},
  FindByInventoryPath: { inventoryPath: 'string' },
  FindAllByUuid: { datacenter: REFERENCE, uuid: 'string', vmSearch: 'boolean', instanceUuid: 'boolean' },
  QueryConfigTarget: { host: REFERENCE },
  HasPrivilegeOnEntities: { entity: `${REFERENCE}[]`, sessionId: 'string', privId: 'string[]' },
  ReconfigVM_Task: { spec: 'VirtualMachineConfigSpec' },
  ReconfigureComputeResource_Task: { spec: 'ComputeResourceConfigSpec', modify: 'boolean' },
  RelocateVM_Task: { spec: 'VirtualMachineRelocateSpec', priority: 'string' },
  PowerOnVM_Task: { host: REFERENCE },
  PowerOffVM_Task: {},
  ShutdownGuest: {},
  EnterMaintenanceMode_Task: { timeout: 'int', evacuatePoweredOffVms: 'boolean' },
  ExitMaintenanceMode_Task: { timeout: 'int' },
  CancelTask: {},
  StartProgramInGuest: { vm: REFERENCE, auth: 'GuestAuthentication', spec: 'GuestProgramSpec' },
  ListProcessesInGuest: { vm: REFERENCE, auth: 'GuestAuthentication', pids: 'long[]' },
  TerminateProcessInGuest: { vm: REFERENCE, auth: 'GuestAuthentication', pid: 'long' },
  InitiateFileTransferFromGuest: { vm: REFERENCE, auth: 'GuestAuthentication', guestFilePath: 'string' },
  InitiateFileTransferToGuest: {
    vm: REFERENCE,
    auth: 'GuestAuthentication',
    guestFilePath: 'string',
    fileAttributes: 'GuestFileAttributes',
    fileSize: 'long',
    overwrite: 'boolean',
  },
  MoveFileInGuest: { vm: REFERENCE, auth: 'GuestAuthentication', srcFilePath: 'string', dstFilePath: 'string', overwrite: 'boolean' },
  MakeDirectoryInGuest: { vm: REFERENCE, auth: 'GuestAuthentication', directoryPath: 'string', createParentDirectories: 'boolean' },
  CreateTemporaryDirectoryInGuest: {
    vm: REFERENCE,
    auth: 'GuestAuthentication',
    prefix: 'string',
    suffix: 'string',
    directoryPath: 'string',
  },
  DeleteDirectoryInGuest: { vm: REFERENCE, auth: 'GuestAuthentication', directoryPath: 'string', recursive: 'boolean' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

export type MethodName = keyof typeof METHODS;

/** Fields of a type in wire order, those of its ancestors first. Undefined for a type that is not in the table. */
export function fieldsOf(typeName: string): ReadonlyMap<string, string> | undefined {
  const type = TYPES[typeName];
  if (type === undefined) {
    return undefined;
  }
  const inherited = type.base === undefined ? undefined : fieldsOf(type.base);
  return new Map([...(inherited ?? []), ...Object.entries(type.fields)]);
}

/** True when `typeName` is `ancestor` or extends it. */
export function isKindOf(typeName: string, ancestor: string): boolean {
  const base = TYPES[typeName]?.base;
  return typeName === ancestor || (base !== undefined && isKindOf(base, ancestor));
}
