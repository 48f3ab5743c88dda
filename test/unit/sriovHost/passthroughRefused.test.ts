/** ESXi refuses to give a function away, or says yes and does not: said once, not tried again by itself, and tried again when somebody asks. */
import { describe, expect, it } from '@jest/globals';
import { findCondition } from '../../../operator/api/conditions.ts';
import { ANNOTATIONS } from '../../../operator/api/group.ts';
import { PortError } from '../../../operator/ports/errors.ts';
import type { EsxiHost } from '../../../operator/ports/esxiHost.ts';
import { ask } from '../../support/world/physicalFunction.ts';
import { PF, site, spec, verdict } from './passthroughSite.ts';

describe('a function that ESXi does not give away', () => {
  it.each([
    {
      why: 'refused',
      answer: async () => {
        throw new PortError('CommandFailed', 'esxcli hardware pci pcipassthru set failed with exit code 1: Device is not PassThru capable');
      },
      message: `ESXi does not change the owner of port 1 of adapter a (${PF}): esxcli hardware pci pcipassthru set failed with exit code 1: Device is not PassThru capable`,
    },
    {
      why: 'accepted without effect',
      answer: async () => undefined,
      message: `ESXi accepted the new owner of port 1 of adapter a (${PF}), but its configured owner is still VMkernel`,
    },
  ])('$why', async ({ answer, message }) => {
    const { world, cluster, run } = site();
    let tries = 0;
    const refusing = (host: EsxiHost): EsxiHost =>
      Object.assign(host, {
        setPassthrough: async () => {
          tries += 1;
          await answer();
        },
      });
    ask(cluster);
    const done = await run(spec(), { wrap: refusing });
    expect(verdict(done)).toBe('False PassthroughRefused');
    expect(findCondition(done.host().status?.conditions, 'Ready')?.message).toBe(message);
    expect([tries, world.counters.restarts.length, world.maintenanceMode]).toEqual([1, 0, false]);
    const host = done.host();
    cluster.put('SriovHost', { ...host, metadata: { ...host.metadata, annotations: { [ANNOTATIONS.retry]: '1' } } });
    const again = await run(spec());
    expect([verdict(again), world.counters.restarts.length, world.passthrough.active(PF)]).toEqual(['True Succeeded', 1, true]);
  });
});
