/** `secureBoot.py -s`: whether this boot was verified by UEFI Secure Boot. The API tells it only from 8.0.3 on (HostCapability.uefiSecureBoot). */
import { notUnderstood } from '../outcome.ts';
import { shellCommand } from '../quote.ts';

export function secureBootCommand(): string {
  return shellCommand('/usr/lib/vmware/secureboot/bin/secureBoot.py', '-s');
}

/** `Enabled` or `Disabled` (DISA STIG for ESXi 6.7 to 8.0, which compare with these words). */
export function parseSecureBoot(stdout: string): boolean {
  const off = /\bdisabled\b|\bnot enabled\b/i.test(stdout);
  const on = /\benabled\b/i.test(stdout.replaceAll(/not enabled/gi, ''));
  if (on === off) throw notUnderstood('whether Secure Boot is on', stdout);
  return on;
}
