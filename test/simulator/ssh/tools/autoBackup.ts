/** `/sbin/auto-backup.sh`: writes the configuration to the boot bank, so that a power cut does not lose it (KB 313072). */
import { ok, type Tool } from '../commandResult.ts';

export const autoBackup: Tool = (_args, { world }) => {
  world.modules.save();
  world.passthrough.save();
  return ok('Saving current state in /bootbank', 'Clock updated.');
};
