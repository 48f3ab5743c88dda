/** What must hold of the host before anything happens to the VM. */
import { keyOf } from '../../names.ts';
import { block, type Rule, unknownBlocks } from './rule.ts';

/** The facts in the order in which they rest on each other. */
export const HOST_RULES: readonly Rule[] = [
  // The SriovHost exists, lets this namespace in, and declares adapter and port.
  function hostUsable({ observation }) {
    return unknownBlocks(observation.host);
  },
  // The SriovHost is ready, or at least has virtual functions on this port.
  function portReady({ observation }) {
    return unknownBlocks(observation.port);
  },
  // The vSphere server lets us in and knows the host.
  function vsphereHostKnown({ observation }) {
    return unknownBlocks(observation.vsphereHost);
  },
  // vSphere sees the physical function where the SriovHost does, with active virtual functions.
  function functionsActive({ observation }) {
    return unknownBlocks(observation.physicalFunction);
  },
];

/** What must hold of the host only when the VM has to be changed. */
export const HOST_CHANGE_RULES: readonly Rule[] = [
  // A VM that was powered off for a change could not be powered on again.
  function hostInMaintenance({ observation: { vsphereHost } }) {
    if (!vsphereHost.known) return undefined;
    if (vsphereHost.value.inMaintenanceMode) {
      return block('HostInMaintenance', `ESXi host ${vsphereHost.value.name} is in maintenance mode.`);
    }
    if (vsphereHost.value.connectionState !== 'connected') {
      return block('HostNotReady', `vSphere reports the ESXi host ${vsphereHost.value.name} as ${vsphereHost.value.connectionState}.`);
    }
    return undefined;
  },
  // The host shuts its VMs down for a restart and powers them on again: who powers one on meanwhile undoes that, and costs it one shutdown more.
  function vmOffForHost({ observation: { host, vm } }) {
    if (!host.known || !vm.known) return undefined;
    const { status } = host.value;
    const record = status?.poweredOffVms?.find(({ moRef }) => moRef === vm.value.moRef);
    const letGo = status?.detach?.completedTime !== undefined;
    if (record === undefined || letGo || (record.state === 'PoweredOff' && vm.value.powerState === 'poweredOn')) return undefined;
    return block(
      'HostInMaintenance',
      `SriovHost ${keyOf(host.value)} has VM ${vm.value.name} off for a restart of the host, and powers it on again after it.`,
    );
  },
];
