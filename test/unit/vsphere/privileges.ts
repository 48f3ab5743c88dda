/**
 * The privileges that each method of the vSphere API takes, on whatever object. From the type information of pyvmomi 9 (`_typeinfo_vim.py`,
 * `_typeinfo_core.py`, `_typeinfo_query.py`); where it has none because they hang on the arguments, from the vSphere Web Services API reference.
 * The type makes a method without an entry an error.
 */
import type { MethodName } from '../../../operator/vsphere/order.ts';

const ANYBODY = ['System.Anonymous'];
const VIEW = ['System.View'];
const GUEST_QUERY = ['VirtualMachine.GuestOperations.Query'];
const GUEST_MODIFY = ['VirtualMachine.GuestOperations.Modify'];
const GUEST_EXECUTE = ['VirtualMachine.GuestOperations.Execute'];
const MAINTENANCE = ['Host.Config.Maintenance'];

export const PRIVILEGES: Readonly<Record<MethodName, readonly string[]>> = {
  RetrieveServiceContent: ANYBODY,
  Login: ANYBODY,
  Logout: VIEW,
  // Of the objects whose properties are read.
  RetrievePropertiesEx: [...ANYBODY, 'System.Read'],
  ContinueRetrievePropertiesEx: VIEW,
  CreatePropertyCollector: VIEW,
  DestroyPropertyCollector: VIEW,
  CreateFilter: VIEW,
  WaitForUpdatesEx: [...VIEW, 'System.Read'],
  CreateContainerView: VIEW,
  DestroyView: VIEW,
  FindByInventoryPath: VIEW,
  FindAllByUuid: VIEW,
  QueryConfigTarget: VIEW,
  // System.Read of the objects that are asked about.
  HasPrivilegeOnEntities: [...VIEW, 'System.Read'],
  // By what reconfigureSpec.ts sends (VirtualMachineConfigSpec): devices added and removed, `connectable` of a card, its network, memory.
  ReconfigVM_Task: [
    'VirtualMachine.Config.AddRemoveDevice',
    'VirtualMachine.Interact.DeviceConnection',
    'Network.Assign',
    'VirtualMachine.Config.Resource',
  ],
  ReconfigureComputeResource_Task: ['Host.Inventory.EditCluster'],
  RelocateVM_Task: ['Resource.ColdMigrate', 'Resource.AssignVMToPool'],
  PowerOnVM_Task: ['VirtualMachine.Interact.PowerOn'],
  PowerOffVM_Task: ['VirtualMachine.Interact.PowerOff'],
  ShutdownGuest: ['VirtualMachine.Interact.PowerOff'],
  EnterMaintenanceMode_Task: MAINTENANCE,
  ExitMaintenanceMode_Task: MAINTENANCE,
  // Of a task of one's own.
  CancelTask: [],
  StartProgramInGuest: GUEST_EXECUTE,
  TerminateProcessInGuest: GUEST_EXECUTE,
  ListProcessesInGuest: GUEST_QUERY,
  InitiateFileTransferFromGuest: GUEST_QUERY,
  InitiateFileTransferToGuest: GUEST_MODIFY,
  MoveFileInGuest: GUEST_MODIFY,
  MakeDirectoryInGuest: GUEST_MODIFY,
  CreateTemporaryDirectoryInGuest: GUEST_MODIFY,
  DeleteDirectoryInGuest: GUEST_MODIFY,
};
