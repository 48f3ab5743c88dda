/** HostSystem and HostPciPassthruSystem: maintenance mode, restart, passthrough. */
import type { InventoryHost } from '../../world/inventory.ts';
import { hostNotConnected, invalidState, SimFault } from '../../world/vmFault.ts';
import type { Call, CallResult, Method } from '../call.ts';
import { managedObjectNotFound } from '../collector/propertyQuery.ts';
import { rebindsWithoutReboot } from '../objects/hostObject.ts';
import { sameRef } from '../objects/managedObject.ts';
import type { Naming } from '../objects/naming.ts';
import { ref } from '../wire/values.ts';

export const hostMethods: Readonly<Record<string, Method>> = {
  EnterMaintenanceMode_Task: enterMaintenanceMode,
  CancelTask: (call) => {
    const { inventory, naming } = call.service.view;
    const task = inventory.tasks.get(naming.taskNumber(call.self) ?? 0);
    if (task === undefined) {
      throw managedObjectNotFound(call.self);
    }
    inventory.tasks.cancel(task);
    return {};
  },
  ExitMaintenanceMode_Task: (call) => hostTask(call, 'exitMaintenanceMode', ({ view }) => view.exitMaintenanceMode()),
  RebootHost_Task: (call) => {
    const { view } = hostOf(call, (naming) => naming.host);
    if (!view.maintenanceMode && !call.parameters.boolean('force')) {
      throw invalidState();
    }
    return hostTask(call, 'reboot', ({ view: host }) => host.reboot());
  },
  UpdatePassthruConfig: updatePassthruConfig,
  Refresh: () => ({}),
};

function hostOf(
  { service, self }: Call,
  reference: (naming: Naming) => (host: InventoryHost) => ReturnType<Naming['host']>,
): InventoryHost {
  const host = service.view.hosts().find((other) => sameRef(reference(service.view.naming)(other), self));
  if (host === undefined) {
    throw managedObjectNotFound(self);
  }
  if (!host.view.up) {
    throw hostNotConnected();
  }
  return host;
}

/** A vCenter lets DRS move VMs away first; a host on its own only waits. */
function enterMaintenanceMode(call: Call): CallResult {
  const seconds = Math.max(0, call.parameters.number('timeout'));
  const { apiType, inventory } = call.service.view;
  const { view: target } = hostOf(call, (naming) => naming.host);
  const work = async ({ view }: InventoryHost) => {
    if (apiType === 'VirtualCenter') {
      inventory.drs.evacuate(view.id);
    }
    if (!(await view.enterMaintenanceMode(seconds))) {
      throw new SimFault('Timedout', 'Operation timed out.');
    }
  };
  return hostTask(call, 'enterMaintenanceMode', work, () => target.exitMaintenanceMode());
}

function hostTask(call: Call, operation: string, work: (host: InventoryHost) => void | Promise<void>, cancel?: () => void): CallResult {
  const { view } = call.service;
  const host = hostOf(call, (naming) => naming.host);
  const method = `${operation.charAt(0).toUpperCase()}${operation.slice(1)}_Task`;
  const task = view.inventory.tasks.start(
    {
      method,
      descriptionId: `HostSystem.${operation}`,
      subject: { hostId: host.view.id, name: host.view.name },
      ...(cancel && { cancel }),
    },
    () => work(host),
  );
  return { value: ref(view.naming.task(task)) };
}

/** Whole functions only: SR-IOV itself is set with the driver's max_vfs here, so HostSriovConfig is refused. */
function updatePassthruConfig(call: Call): CallResult {
  const host = hostOf(call, (naming) => naming.pciPassthruSystem);
  const configs = call.parameters.objects('config');
  for (const config of configs) {
    const known = host.view.physicalFunctions.some((pf) => pf.address === config.string('id'));
    if (!known || config.type === 'HostSriovConfig') {
      throw new SimFault('HostConfigFault', 'Unable to apply the configuration to the host.');
    }
  }
  for (const config of configs) {
    const applied = config.optionalBoolean('applyNow') ?? rebindsWithoutReboot(host);
    call.service.view.inventory.setPassthrough(host.view.id, config.string('id'), { enabled: config.boolean('passthruEnabled'), applied });
  }
  return {};
}
