/** The machine in status: as the BMC names it, kept while it is silent, and never a reason to write. */
import { describe, expect, it } from '@jest/globals';
import { known, unknown } from '../../../operator/controllers/fact.ts';
import { hardwareStatus } from '../../../operator/controllers/sriovHost/status/hardware.ts';
import type { BmcSystem } from '../../../operator/ports/bmc.ts';
import { hostSpec } from '../../support/world/hostSpec.ts';
import { hostObject } from '../../support/world/runHost.ts';

const host = hostObject(hostSpec({ adapters: [] }));
const system = (more: Partial<BmcSystem> = {}): BmcSystem => ({
  powerState: 'On',
  manufacturer: 'Dell Inc.',
  model: 'PowerEdge R750',
  serialNumber: 'ABC1234',
  resetTypes: [],
  ...more,
});
const hardware = { manufacturer: 'Dell Inc.', model: 'PowerEdge R750', serialNumber: 'ABC1234' };
const seenBefore = { ...host, status: { hardware } };

describe('status.hardware', () => {
  it.each([
    { why: 'what the BMC says', object: host, bmc: known(system()), status: { hardware } },
    {
      why: 'without what it leaves empty',
      object: host,
      bmc: known(system({ serialNumber: ' ' })),
      status: { hardware: { manufacturer: 'Dell Inc.', model: 'PowerEdge R750' } },
    },
    { why: 'nothing of an empty answer', object: host, bmc: known(system({ manufacturer: '', model: '', serialNumber: '' })), status: {} },
    { why: 'as before while it is silent', object: seenBefore, bmc: unknown('BmcUnreachable', 'x'), status: { hardware } },
    { why: 'nothing of one that never answered', object: host, bmc: unknown('BmcUnreachable', 'x'), status: {} },
    { why: 'nothing once no BMC is declared', object: seenBefore, bmc: undefined, status: {} },
    { why: 'the same in another power state', object: seenBefore, bmc: known(system({ powerState: 'Off' })), status: { hardware } },
  ])('is $why', ({ object, bmc, status }) => {
    expect(hardwareStatus(object, { bmc })).toEqual(status);
  });
});
