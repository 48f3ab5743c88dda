/** /sbin/auto-backup.sh: writes the host's configuration to the boot bank, as its hourly cron job does (KB 313072, KB 306902). */
import { shellCommand } from '../quote.ts';

export function autoBackupCommand(): string {
  return shellCommand('/sbin/auto-backup.sh');
}
