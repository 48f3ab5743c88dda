/** `esxcli vm process list`: running VMs only. */
import type { EsxcliCommand } from './command.ts';
import { blocks } from './output.ts';

export const vmCommands: readonly EsxcliCommand[] = [
  {
    path: 'vm process list',
    run: (world) =>
      blocks(
        'VirtualMachine',
        world.vms.runningVms(world.id).map((vm) => ({
          heading: vm.name,
          fields: {
            'World ID': vm.worldId,
            'Process ID': 0,
            'VMX Cartel ID': vm.worldId - 1,
            UUID: vm.uuid,
            'Display Name': vm.name,
            'Config File': vm.configFile,
          },
        })),
      ),
  },
];
