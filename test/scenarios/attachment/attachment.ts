/** Every scenario about attachments. */
import type { Scenario } from '../scenario.ts';
import { BASICS } from './basics.ts';
import { CAPACITY } from './capacity.ts';
import { CONNECTION } from './connection.ts';
import { DRIFT } from './drift.ts';
import { FINDING } from './finding.ts';
import { HOST } from './host.ts';
import { NETWORK } from './network.ts';
import { POWER } from './power.ts';
import { REMOVAL } from './removal.ts';
import { TENANCY } from './tenancy.ts';

export const ATTACHMENT: readonly Scenario[] = [
  ...BASICS,
  ...FINDING,
  ...NETWORK,
  ...POWER,
  ...CAPACITY,
  ...HOST,
  ...CONNECTION,
  ...DRIFT,
  ...REMOVAL,
  ...TENANCY,
];
