/** `mst start` and `mst status`: the kernel module of MFT and the device names its tools take. */
import type { MstDevice } from '../../ports/esxiHost.ts';
import type { ExecResult } from '../exec.ts';
import { shellCommand } from '../quote.ts';
import { linesOf, pciAddressOf } from '../text.ts';

const MST = '/opt/mellanox/bin/mst';

export function mstStartCommand(): string {
  return shellCommand(MST, 'start');
}

/** `Module mst loaded successfully`, and on the second time `Module mst is already loaded`. */
export function mstStarted(result: ExecResult): boolean {
  return result.exitCode === 0 || /Module mst (?:loaded successfully|is already loaded)/i.test(result.stdout + result.stderr);
}

/** The table with PCI address and uplink of each device. */
export function mstStatusVerboseCommand(): string {
  return shellCommand(MST, 'status', '-vv');
}

/** The names alone; for MFT releases whose `-vv` shows no table. */
export function mstStatusCommand(): string {
  return shellCommand(MST, 'status');
}

/** `mt4115_pciconf0`, `mt4115_pciconf0.1`, with the path in front that Linux and the VMKLinux driver print. */
const DEVICE_NAME = /^(?:\/dev\/(?:mst\/)?)?mt\d+_pci(?:conf|_cr)\d+(?:\.\d+)?$/;

/**
 * Reads the table of `-vv` and the plain list, with or without the Linux detail lines. Columns are found by their
 * content: the uplink stands under NET with the native driver, under RDMA in MFT 4.18.1. The `_pci_cr` twin of a
 * ConnectX-3 is left out where the same card has a `_pciconf` name.
 */
export function parseMstStatus(stdout: string): readonly MstDevice[] {
  const devices: MstDevice[] = [];
  for (const line of linesOf(stdout)) {
    const words = line.trim().split(/\s+/);
    const at = words.findIndex((word) => DEVICE_NAME.test(word));
    const name = words[at];
    if (name !== undefined) {
      devices.push(deviceOf(name, words.slice(0, at), words.slice(at + 1)));
      continue;
    }
    // Linux: `domain:bus:dev.fn=0000:3b:00.0 addr.reg=88 ...` below the device.
    const last = devices.at(-1);
    const detail = line.match(/domain:bus:dev\.fn=(\S+)/)?.[1];
    if (last !== undefined && detail !== undefined) devices[devices.length - 1] = { ...last, pciAddress: pciAddressOf(detail) };
  }
  const configurable = devices.filter((device) => !device.name.includes('_pci_cr'));
  return configurable.length > 0 ? configurable : devices;
}

function deviceOf(name: string, before: readonly string[], after: readonly string[]): MstDevice {
  return {
    name,
    deviceType: before.length === 0 ? undefined : before.join(' '),
    pciAddress: after.map(pciAddressOf).find((address) => address !== undefined),
    vmnic: after.map((word) => word.match(/^net-(vmnic\d+)$/)?.[1]).find((vmnic) => vmnic !== undefined),
  };
}
