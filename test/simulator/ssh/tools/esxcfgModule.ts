/** `esxcfg-module -g|-s|-l`: module options in one line. */
import { type CommandResult, fail, ok, type Tool } from '../commandResult.ts';
import { knownModules } from './knownModules.ts';

export const esxcfgModule: Tool = (args, { world }): CommandResult => {
  const modules = knownModules(world);
  const setAt = args.indexOf('-s');
  const value = setAt < 0 ? undefined : args[setAt + 1];
  const flags = args.filter((argument, index) => argument.startsWith('-') && index !== setAt + 1);
  const unknown = flags.find((flag) => !['-g', '-s', '-l'].includes(flag));
  if (unknown !== undefined) {
    return fail(1, `Unknown option: ${unknown}`);
  }
  if (flags.includes('-l')) {
    return ok('Name                     Used  Size (kb)', ...modules.map((module) => `${module.padEnd(25)}1     512`));
  }
  const module = args.find((argument, index) => !argument.startsWith('-') && (setAt < 0 || index !== setAt + 1));
  if (module === undefined || !modules.includes(module)) {
    // The real text for an unknown module is not known: ours.
    return fail(1, `Module ${module ?? ''} not found`);
  }
  if (value !== undefined) {
    world.modules.set(module, value);
    world.counters.moduleOptionSets += 1;
    return ok();
  }
  return ok(`${module} enabled = 1 options = '${world.modules.configured(module)}'`);
};
