/** `lspci -n`: numeric ids and the uplink or VF name, as on ESXi. */
import { fail, ok, type Tool } from '../commandResult.ts';
import { pciDevices } from './pciDevices.ts';

export const lspci: Tool = (args, { world }) => {
  if (args.length !== 1 || args[0] !== '-n') {
    return fail(1, `lspci: invalid option -- '${args.join(' ')}'`);
  }
  const hex = (value: number) => value.toString(16).padStart(4, '0');
  return ok(
    ...pciDevices(world).map((device) => {
      const name = device.vmkernelName === '' ? '' : ` [${device.vmkernelName}]`;
      return `${device.address} Class ${hex(device.deviceClass)}: ${hex(device.vendorId)}:${hex(device.deviceId)}${name}`;
    }),
  );
};
