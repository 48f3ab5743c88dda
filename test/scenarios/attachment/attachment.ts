/** Every scenario about attachments. */
import type { Scenario } from '../scenario.ts';
import { BASICS } from './basics.ts';
import { CAPACITY } from './capacity.ts';
import { CONNECTION } from './connection.ts';
import { DRIFT } from './drift.ts';
import { DRS } from './drs.ts';
import { FINDING } from './finding.ts';
import { HOST } from './host.ts';
import { ATTACHMENT_INFINIBAND } from './infiniband.ts';
import { NETWORK } from './network.ts';
import { PHYSICAL_FUNCTION } from './physicalFunction.ts';
import { PORT_GROUP } from './portGroup.ts';
import { POWER } from './power.ts';
import { POWER_ON } from './powerOn.ts';
import { RELOCATION } from './relocation.ts';
import { REMOVAL } from './removal.ts';
import { TENANCY } from './tenancy.ts';

export const ATTACHMENT: readonly Scenario[] = [
  ...BASICS,
  ...FINDING,
  ...NETWORK,
  ...ATTACHMENT_INFINIBAND,
  ...PORT_GROUP,
  ...POWER,
  ...POWER_ON,
  ...CAPACITY,
  ...HOST,
  ...CONNECTION,
  ...DRIFT,
  ...RELOCATION,
  ...DRS,
  ...REMOVAL,
  ...TENANCY,
  ...PHYSICAL_FUNCTION,
];
