/** `/opt/mellanox/bin/mst` on ESXi: bare device names, no /dev/mst. */

import type { HostWorld } from '../../world/hostWorld.ts';
import type { MstDevice } from '../../world/mftTools.ts';
import { type CommandResult, fail, ok, type Tool } from '../commandResult.ts';
import { mftAtLeast } from './mftVersion.ts';

export const mst: Tool = (args, { world }) => {
  switch (args[0]) {
    case 'start':
      return start(world);
    case 'stop':
      world.mft.unload();
      return ok('Module mst unloaded successfully');
    case 'restart':
      world.mft.unload();
      return start(world);
    case 'version':
      return ok(`mst, mft ${world.mft.version}`);
    case 'status':
      return status(world, args.slice(1));
    default:
      return fail(1, `-E- Unknown command: ${args.join(' ')}`);
  }
};

function start(world: HostWorld): CommandResult {
  switch (world.mft.start()) {
    case 'loaded':
      return ok('Module mst loaded successfully');
    case 'already':
      return ok('Module mst is already loaded');
    case 'noModule':
      // The real text of a failed start is not known: ours.
      return fail(1, '-E- Failed to load the mst module');
  }
}

function status(world: HostWorld, flags: readonly string[]): CommandResult {
  const unknown = flags.find((flag) => flag !== '-v' && flag !== '-vv');
  if (unknown !== undefined) {
    return fail(1, `-E- Unknown option: ${unknown}`);
  }
  if (!world.mft.loaded) {
    // The real text without the module is not known: ours.
    return fail(1, '-E- The mst module is not loaded');
  }
  const devices = world.mft.devices();
  if (flags.length === 0) {
    return ok('MST devices:', '------------', ...devices.filter((device) => device.port === 1).map((device) => device.name));
  }
  // MFT of the ESXi 7 days was seen to print the uplink under RDMA.
  const shifted = !mftAtLeast(world, 4, 22);
  const header = row('DEVICE_TYPE', 'MST', 'PCI', 'RDMA', 'NET', 'NUMA');
  return ok('PCI devices:', '------------', header, ...devices.map((device) => deviceRow(world, device, shifted)));
}

function deviceRow(world: HostWorld, device: MstDevice, shifted: boolean): string {
  const port = device.adapter.ports.find((candidate) => candidate.number === device.port);
  const booted = world.functions.find((fn) => fn.port === port);
  const net = booted?.driver === undefined ? '' : `net-${port?.vmnic ?? ''}`;
  const pci = (port?.address ?? '').replace(/^0000:/, '');
  return row(`${device.adapter.model.deviceType}(rev:0)`, device.name, pci, shifted ? net : '', shifted ? '' : net, '');
}

function row(...[type = '', name = '', pci = '', rdma = '', net = '', numa = '']: readonly string[]): string {
  return `${type.padEnd(24)}${name.padEnd(19)}${pci.padEnd(10)}${rdma.padEnd(shiftWidth(rdma))}${net.padEnd(22)}${numa}`.trimEnd();
}

function shiftWidth(rdma: string): number {
  return Math.max(6, rdma.length + 2);
}
