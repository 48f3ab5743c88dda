/** A plan names the VMs that its restart takes down, and only then; they are shut down with those first that may refuse. */
import { describe, expect, it } from '@jest/globals';
import type { SriovVmAttachment } from '../../../operator/api/types.ts';
import { physicalAttachment } from '../../support/world/physicalFunction.ts';
import { KEY, run, specWith, stage } from './vmStage.ts';

describe('status.plan.affectedVms', () => {
  it.each([
    { why: 'nothing is written in Observe, and people see whom it would hit', change: { mode: 'Observe' as const }, disruption: {} },
    { why: 'a person has to approve it', change: {}, disruption: { approval: 'Required' as const } },
    { why: 'they are in the way', change: {}, disruption: { runningVms: 'Block' as const } },
  ])('lists what runs on the host, by name: $why', async ({ change, disruption }) => {
    const at = stage([{ name: 'web' }, { name: 'db' }, { name: 'spare', powerState: 'poweredOff' }]);
    const { status } = await run(at, { ...specWith(disruption), ...change });
    expect(status?.plan?.affectedVms).toEqual(['db', 'web']);
    expect(status?.plan?.restarts).toBe(1);
    expect(status?.plan?.expectedDowntimeSeconds).toBeGreaterThan(0);
  });

  it('goes with the plan', async () => {
    const at = stage([{ name: 'db' }]);
    const { status } = await run(at, specWith());
    expect(status?.plan).toBeUndefined();
  });
});

/** Of a virtual function of this host, for the VM of that name. */
function attachment(name: string, powerOff: SriovVmAttachment['spec']['powerPolicy']['powerOff']): SriovVmAttachment {
  const base = physicalAttachment({ name });
  return { ...base, spec: { ...base.spec, powerPolicy: { ...base.spec.powerPolicy, powerOff } } };
}

it('a VM that may refuse is asked first, so that the others are not off in vain', async () => {
  const at = stage([{ name: 'a-any' }, { name: 'z-careful' }]);
  for (const one of [attachment('z-careful', 'GuestShutdown'), attachment('a-any', 'PowerOff')]) {
    at.cluster.put('SriovVmAttachment', {
      ...one,
      spec: { ...one.spec, function: { ...one.spec.function, adapter: 'other' } },
    } as SriovVmAttachment);
  }
  await run(at, specWith());
  const shut = at.cluster.hosts.get(KEY)?.status?.journal?.filter(({ action }) => action === 'ShutDownVm' || action === 'PowerOffVm') ?? [];
  expect(shut.map(({ action, subject }) => `${action} ${subject?.split(' ')[0]}`)).toEqual(['ShutDownVm z-careful', 'PowerOffVm a-any']);
});
