// An inventory that does not fit into one answer: servers give at most a hundred objects at a time, and say that there are more.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { VSphere, VsphereChange, VsphereConnector } from '../../../operator/ports/vsphere.ts';
import { createVsphereConnector } from '../../../operator/vsphere/connector.ts';
import { connectX6Dx } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { startVCenter, type VCenter } from '../../simulator/soap/startVCenter.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import { Inventory } from '../../simulator/world/inventory.ts';

const NEVER = new AbortController().signal;
const VMS = 250;

const inventory = new Inventory();
const host = new HostWorld({ id: 'host-1', name: 'esx-01', profile: hostProfile({}), adapters: [{ model: connectX6Dx }] });
let waits = 0;
let onChange: (change: VsphereChange) => void = () => undefined;
let center: VCenter;
let connector: VsphereConnector;
let remembered: VSphere;

beforeAll(async () => {
  inventory.addHost(host);
  for (let index = 0; index < VMS; index += 1) inventory.addVm({ name: `vm-${index}`, hostId: host.id });
  center = await startVCenter(inventory);
  connector = createVsphereConnector({
    observe: ({ method }) => {
      if (method === 'WaitForUpdatesEx') waits += 1;
    },
    onChange: (change) => onChange(change),
  });
  const { endpoint, username, password } = center;
  const server = connector.open({
    server: endpoint.server,
    username,
    password,
    tls: { caBundle: endpoint.certificate.certPem, certificateFingerprint: undefined },
  });
  if (server.remembered === undefined) throw new Error('the server has no memory');
  remembered = server.remembered;
});

afterAll(async () => {
  await connector.close();
  await center.stop();
  host.stop();
});

describe('an inventory of several pages', () => {
  it('is complete before it answers', async () => {
    const found = await Promise.all(
      Array.from({ length: VMS }, async (_, index) => await remembered.findVms({ name: `vm-${index}` }, NEVER)),
    );
    expect(found.filter((vms) => vms.length !== 1)).toEqual([]);
    // Three answers for 250 VMs and what else there is, and nothing for each of them.
    expect(waits).toBeGreaterThanOrEqual(3);
    expect(waits).toBeLessThan(10);
  });
  it('hears of more changed objects than one answer holds', async () => {
    const heard = new Set<string>();
    const all = Promise.withResolvers<void>();
    onChange = ({ vms }) => {
      for (const { names } of vms) heard.add(names.at(-1) ?? '');
      if (heard.size === VMS) all.resolve();
    };
    // While the poll waits, so that all of them are one change.
    for (const vm of inventory.vmsOfHost(host.id)) vm.name = `${vm.name}-too`;
    center.endpoint.service.changes.notify();
    await all.promise;
    expect(heard.has(`vm-${VMS - 1}-too`)).toBe(true);
  });
});
