/** The VSphere port straight on a simulated inventory, without SOAP: what lets a test crash the operator at any write. */
import { PortError } from '../../../operator/ports/errors.ts';
import type { EvacuationFacts, HostManagement, SriovCard, Vm, VSphere } from '../../../operator/ports/vsphere.ts';
import type { HostWorld } from '../../simulator/world/hostWorld.ts';
import type { Inventory } from '../../simulator/world/inventory.ts';
import type { SimVm } from '../../simulator/world/vm.ts';
import { SimFault } from '../../simulator/world/vmFault.ts';

export interface WorldVsphereOptions {
  readonly inventory: Inventory;
  readonly world: HostWorld;
  readonly facts?: EvacuationFacts;
  readonly management?: HostManagement;
  /** Called after each write that took effect; may throw, as a crash of the operator does. */
  readonly afterWrite?: () => void;
}

/** As a host's own endpoint, or with `facts` as the vCenter above it. */
export function worldVsphere({ inventory, world, facts, management, afterWrite = () => undefined }: WorldVsphereOptions): VSphere {
  const find = (moRef: string): SimVm => {
    reach(world);
    const vm = inventory.vm(Number(moRef));
    if (vm === undefined) throw new PortError('VsphereObjectNotFound', `VM ${moRef} does not exist`);
    return vm;
  };
  const write = async (effect: () => unknown): Promise<void> => {
    reach(world);
    try {
      await effect();
    } catch (error) {
      if (!(error instanceof SimFault)) throw error;
      throw new PortError('VsphereFault', error.message, { cause: error, detail: { fault: error.type } });
    }
    afterWrite();
  };
  const unused = async (): Promise<never> => {
    throw new Error('not used by the host controller');
  };
  return {
    apiType: async () => (facts === undefined ? 'HostAgent' : 'VirtualCenter'),
    hosts: async () => {
      reach(world);
      const { maintenanceMode: inMaintenanceMode } = world;
      const connectionState = 'connected';
      return [{ moRef: 'host', name: world.name, ipAddresses: ['127.0.0.1'], connectionState, inMaintenanceMode, physicalFunctions: [] }];
    },
    vm: async (moRef) => toVm(find(moRef)),
    vmsOfHost: async () => {
      reach(world);
      return inventory.vmsOfHost(world.id).map(toVm);
    },
    hostManagement: async () => management ?? unused(),
    evacuationFacts: async () => facts ?? unused(),
    enterMaintenanceMode: async () =>
      await write(async () => {
        inventory.drs.evacuate(world.id);
        const ended = await world.enterMaintenanceMode(0);
        if (!ended) throw new SimFault('Timedout', 'Operation timed out.');
      }),
    exitMaintenanceMode: async () => await write(() => world.exitMaintenanceMode()),
    powerOn: async (moRef) => await write(() => inventory.power.on(find(moRef))),
    powerOff: async (moRef) => await write(() => inventory.power.off(find(moRef))),
    shutdownGuest: async (moRef) => await write(() => inventory.power.shutdownGuest(find(moRef))),
    networksOfHost: unused,
    findVms: unused,
    systemId: unused,
    relocationFacts: unused,
    relocate: unused,
    setDrsLevel: unused,
    reservableMemory: unused,
    missingPrivileges: unused,
    waitForPowerState: unused,
    reconfigure: unused,
    guest: () => {
      throw new Error('not used by the host controller');
    },
  };
}

function reach(world: HostWorld): void {
  if (!world.sshListening || !world.hostdReady) throw new PortError('VsphereUnreachable', 'the vSphere server does not answer');
}

function toVm(vm: SimVm): Vm {
  const { name, instanceUuid, powerState, template, changeVersion, hardwareVersion, memoryMB, memoryReservationMB, memoryLockedToMax } = vm;
  const { hasSnapshot, question } = vm;
  return {
    moRef: String(vm.number),
    name,
    instanceUuid,
    hostMoRef: 'host',
    powerState,
    connectionState: 'connected',
    template,
    changeVersion,
    hardwareVersion,
    memoryMB,
    memoryReservationMB,
    memoryLockedToMax,
    toolsRunning: vm.toolsRunning,
    hasSnapshot,
    question,
    sriovCards: vm.devices.flatMap((device) => (device.kind === 'Sriov' ? [card(device.key)] : [])),
    passthroughDevices: vm.devices.filter(({ kind }) => kind === 'Passthrough').length,
  };
}

function card(key: number): SriovCard {
  const network = { kind: 'Standard', portGroup: 'VM Network', networkMoRef: undefined } as const;
  const unset = { physicalFunction: undefined, virtualFunction: undefined, allowGuestMtuChange: undefined };
  return { key, label: '', macAddress: '', addressType: 'assigned', automaticPhysicalFunction: true, network, ...unset };
}
