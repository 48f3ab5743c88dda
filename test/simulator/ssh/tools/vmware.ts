/** `vmware -v`. */
import { fail, ok, type Tool } from '../commandResult.ts';

export const vmware: Tool = (args, { world }) =>
  args[0] === '-v' ? ok(`VMware ESXi ${world.version} build-${world.build}`) : fail(1, 'usage: vmware [-v]');
