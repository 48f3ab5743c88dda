/** Methods that the simulated server answers: the type of the object they are called on, and their parameters in order. */
import { type WireField, wireFields } from './wireTypes.ts';

export interface WireMethod {
  readonly name: string;
  readonly on: string;
  readonly parameters: readonly WireField[];
}

const ROWS: Readonly<Record<string, readonly [on: string, parameters: string]>> = {
  RetrieveServiceContent: ['ServiceInstance', ''],
  CurrentTime: ['ServiceInstance', ''],
  Login: ['SessionManager', 'userName:string password:string locale?:string'],
  Logout: ['SessionManager', ''],
  CreateFilter: ['PropertyCollector', 'spec:PropertyFilterSpec partialUpdates:boolean'],
  DestroyPropertyFilter: ['PropertyFilter', ''],
  CreatePropertyCollector: ['PropertyCollector', ''],
  DestroyPropertyCollector: ['PropertyCollector', ''],
  RetrievePropertiesEx: ['PropertyCollector', 'specSet:PropertyFilterSpec[] options:RetrieveOptions'],
  ContinueRetrievePropertiesEx: ['PropertyCollector', 'token:string'],
  CancelRetrievePropertiesEx: ['PropertyCollector', 'token:string'],
  WaitForUpdatesEx: ['PropertyCollector', 'version?:string options?:WaitOptions'],
  CancelWaitForUpdates: ['PropertyCollector', ''],
  CreateContainerView: ['ViewManager', 'container:ref type?:string[] recursive:boolean'],
  DestroyView: ['View', ''],
  FindByInventoryPath: ['SearchIndex', 'inventoryPath:string'],
  FindByUuid: ['SearchIndex', 'datacenter?:ref uuid:string vmSearch:boolean instanceUuid?:boolean@4.0'],
  FindAllByUuid: ['SearchIndex', 'datacenter?:ref uuid:string vmSearch:boolean instanceUuid?:boolean@4.0'],
  QueryConfigTarget: ['EnvironmentBrowser', 'host?:ref'],
  HasPrivilegeOnEntities: ['AuthorizationManager', 'entity:ref[] sessionId:string privId?:string[]'],
  ReconfigVM_Task: ['VirtualMachine', 'spec:VirtualMachineConfigSpec'],
  ReconfigureComputeResource_Task: ['ComputeResource', 'spec:ComputeResourceConfigSpec modify:boolean'],
  RelocateVM_Task: ['VirtualMachine', 'spec:VirtualMachineRelocateSpec priority?:string'],
  PowerOnVM_Task: ['VirtualMachine', 'host?:ref'],
  PowerOffVM_Task: ['VirtualMachine', ''],
  ShutdownGuest: ['VirtualMachine', ''],
  EnterMaintenanceMode_Task: ['HostSystem', 'timeout:int evacuatePoweredOffVms?:boolean@2.5 maintenanceSpec?:HostMaintenanceSpec@5.5'],
  ExitMaintenanceMode_Task: ['HostSystem', 'timeout:int'],
  CancelTask: ['Task', ''],
  StartProgramInGuest: ['GuestProcessManager', 'vm:ref auth:GuestAuthentication spec:GuestProgramSpec'],
  ListProcessesInGuest: ['GuestProcessManager', 'vm:ref auth:GuestAuthentication pids?:long[]'],
  TerminateProcessInGuest: ['GuestProcessManager', 'vm:ref auth:GuestAuthentication pid:long'],
  InitiateFileTransferFromGuest: ['GuestFileManager', 'vm:ref auth:GuestAuthentication guestFilePath:string'],
  InitiateFileTransferToGuest: [
    'GuestFileManager',
    'vm:ref auth:GuestAuthentication guestFilePath:string fileAttributes:GuestFileAttributes fileSize:long overwrite:boolean',
  ],
  MoveFileInGuest: ['GuestFileManager', 'vm:ref auth:GuestAuthentication srcFilePath:string dstFilePath:string overwrite:boolean'],
  MakeDirectoryInGuest: ['GuestFileManager', 'vm:ref auth:GuestAuthentication directoryPath:string createParentDirectories:boolean'],
  CreateTemporaryDirectoryInGuest: [
    'GuestFileManager',
    'vm:ref auth:GuestAuthentication prefix:string suffix:string directoryPath?:string',
  ],
  DeleteDirectoryInGuest: ['GuestFileManager', 'vm:ref auth:GuestAuthentication directoryPath:string recursive:boolean'],
  RebootHost_Task: ['HostSystem', 'force:boolean'],
  UpdatePassthruConfig: ['HostPciPassthruSystem', 'config:HostPciPassthruConfig[]'],
  Refresh: ['HostPciPassthruSystem', ''],
};

const METHODS: ReadonlyMap<string, WireMethod> = new Map(
  Object.entries(ROWS).map(([name, [on, parameters]]) => [name, { name, on, parameters: wireFields(parameters) }]),
);

/** The method of that name, or undefined when the server has none. */
export function wireMethod(name: string): WireMethod | undefined {
  return METHODS.get(name);
}
