/** Every scenario, in the order in which they are reported. */
import { ATTACHMENT } from './attachment/attachment.ts';
import { BAD_INPUT } from './badInput/badInput.ts';
import { ETHERNET } from './host/ethernet.ts';
import type { Scenario } from './scenario.ts';

export const SCENARIOS: readonly Scenario[] = [...ETHERNET, ...ATTACHMENT, ...BAD_INPUT];
