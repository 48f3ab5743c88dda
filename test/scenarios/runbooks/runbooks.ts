/** Every scenario that carries out runbooks, beside those with a `remedy`. */
import type { Scenario } from '../scenario.ts';
import { RUNBOOK_GUESTS } from './guests.ts';
import { RUNBOOK_ACCESS } from './hostAccess.ts';
import { RUNBOOK_RESTART } from './hostRestart.ts';
import { RUNBOOK_SOFTWARE } from './hostSoftware.ts';
import { RUNBOOK_SPEC } from './hostSpec.ts';
import { RUNBOOK_VCENTER } from './vcenterAccess.ts';
import { RUNBOOK_VMS } from './vms.ts';

export const RUNBOOKS: readonly Scenario[] = [
  ...RUNBOOK_SPEC,
  ...RUNBOOK_ACCESS,
  ...RUNBOOK_SOFTWARE,
  ...RUNBOOK_RESTART,
  ...RUNBOOK_VMS,
  ...RUNBOOK_VCENTER,
  ...RUNBOOK_GUESTS,
];
