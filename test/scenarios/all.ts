/** Every scenario, in the order in which they are reported. */
import { ATTACHMENT } from './attachment/attachment.ts';
import { BAD_INPUT } from './badInput/badInput.ts';
import { BIOS } from './host/bios.ts';
import { DIAGNOSIS } from './host/diagnosis.ts';
import { ETHERNET } from './host/ethernet.ts';
import { FIRMWARE } from './host/firmware.ts';
import { INFINIBAND } from './host/infiniband.ts';
import { ISOLATION } from './host/isolation.ts';
import { NEWER_TOOLS } from './host/newerTools.ts';
import { OPERATIONS } from './host/operations.ts';
import { PROFILES } from './host/profiles.ts';
import { SAFETY } from './host/safety.ts';
import { TWINS } from './host/twins.ts';
import { VMS } from './host/vms.ts';
import { RUNBOOKS } from './runbooks/runbooks.ts';
import type { Scenario } from './scenario.ts';

export const SCENARIOS: readonly Scenario[] = [
  ...ETHERNET,
  ...FIRMWARE,
  ...INFINIBAND,
  ...ISOLATION,
  ...BIOS,
  ...VMS,
  ...OPERATIONS,
  ...SAFETY,
  ...DIAGNOSIS,
  ...TWINS,
  ...PROFILES,
  ...NEWER_TOOLS,
  ...ATTACHMENT,
  ...BAD_INPUT,
  ...RUNBOOKS,
];
