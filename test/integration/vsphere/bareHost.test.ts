// A host that reports no PCI functions at all, and one with more VMs than fit into one answer.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { VSphere } from '../../../operator/ports/vsphere.ts';
import { type Fixture, startFixture } from './fixture.ts';

const NEVER = new AbortController().signal;

describe('a host without SR-IOV and with many VMs', () => {
  let fixture: Fixture;
  let vsphere: VSphere;

  beforeAll(async () => {
    fixture = await startFixture({ mode: 'esx', vms: 130 });
    vsphere = fixture.open();
  }, 120_000);

  afterAll(() => fixture?.stop());

  it('has no physical functions', async () => {
    expect(await vsphere.hosts(NEVER)).toEqual([expect.objectContaining({ moRef: 'ha-host', physicalFunctions: [] })]);
  });

  it('has no system id for passthrough devices', async () => {
    const [vm] = await vsphere.findVms({ name: 'ha-host_VM0' }, NEVER);
    expect(await vsphere.systemId(vm?.moRef ?? '', 'ha-host', NEVER)).toBe('BYPASS');
  });

  it('gives all its VMs, page after page', async () => {
    const pages = fixture.proxy.count('ContinueRetrievePropertiesEx');
    const vms = await vsphere.vmsOfHost('ha-host', NEVER);
    expect(new Set(vms.map(({ name }) => name)).size).toBe(130);
    expect(fixture.proxy.count('ContinueRetrievePropertiesEx')).toBe(pages + 1);
  });
});
