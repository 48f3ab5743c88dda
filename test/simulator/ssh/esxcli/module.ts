/** `esxcli system module`: modules and their parameters. */
import type { HostWorld } from '../../world/hostWorld.ts';
import { isLoaded, knownModules } from '../tools/knownModules.ts';
import type { EsxcliCommand, OptionSpec } from './command.ts';
import { MODULE_PARAMETERS } from './moduleParameters.ts';
import { type EsxcliOutput, failure, list, nothing, structure } from './output.ts';

const MODULE: OptionSpec = { short: 'm', long: 'module', kind: 'value', required: true };

export const moduleCommands: readonly EsxcliCommand[] = [
  {
    path: 'system module list',
    run: (world) =>
      list(
        'ModuleDetails',
        ['Name', 'Is Loaded', 'Is Enabled'],
        knownModules(world).map((name) => ({ Name: name, 'Is Loaded': isLoaded(world, name), 'Is Enabled': true })),
      ),
  },
  {
    path: 'system module get',
    options: [MODULE],
    run: (world, options) => whenKnown(world, options.value('module'), (module) => details(world, module)),
  },
  {
    path: 'system module parameters list',
    options: [MODULE],
    run: (world, options) => whenKnown(world, options.value('module'), (module) => parameters(world, module)),
  },
  {
    path: 'system module parameters set',
    options: [
      MODULE,
      { short: 'p', long: 'parameter-string', kind: 'value', required: true },
      { short: 'a', long: 'append', kind: 'flag' },
      { short: 'f', long: 'force', kind: 'flag' },
    ],
    run: (world, options) =>
      whenKnown(world, options.value('module'), (module) => {
        const given = options.value('parameter-string') ?? '';
        // Silent, and no value is checked: the driver does that when it loads.
        world.modules.set(module, options.isSet('append') ? `${world.modules.configured(module)} ${given}`.trim() : given);
        world.counters.moduleOptionSets += 1;
        return nothing;
      }),
  },
];

function whenKnown(world: HostWorld, module: string | undefined, run: (module: string) => EsxcliOutput): EsxcliOutput {
  // The text for an unknown module is not known: ours.
  return module !== undefined && knownModules(world).includes(module) ? run(module) : failure(`Unable to find module ${module ?? ''}`);
}

function details(world: HostWorld, module: string): EsxcliOutput {
  const version = module.startsWith('nmlx5') ? (world.software.version('nmlx5-core') ?? '') : '1.0';
  return structure('ModuleGet', {
    Module: module,
    'Module File': `/usr/lib/vmware/vmkmod/${module}`,
    License: 'BSD',
    Version: version,
    'Signed Status': 'VMware Signed',
    'Signature Issuer': 'VMware, Inc.',
    'Provided Namespaces': '',
    'Required Namespaces': 'com.vmware.vmkapi@v2_3_0_0',
  });
}

function parameters(world: HostWorld, module: string): EsxcliOutput {
  const values = new Map(
    world.modules
      .configured(module)
      .split(/\s+/)
      .map((option) => [option.slice(0, option.indexOf('=')), option.slice(option.indexOf('=') + 1)]),
  );
  const known = module === 'nmlx5_core' ? MODULE_PARAMETERS : [];
  return list(
    'ModuleParameters',
    ['Name', 'Type', 'Value', 'Description'],
    known.map(({ name, type, description }) => ({ Name: name, Type: type, Value: values.get(name) ?? '', Description: description })),
  );
}
