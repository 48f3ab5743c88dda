/** The vSphere part of a fleet: every host gets its own API, one inventory holds all, a vCenter shows it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Fleet, type SimHost, startFleet } from '../../simulator/fleet.ts';
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { vspherePart } from '../../simulator/soap/vspherePart.ts';
import { call } from './support/bodies.ts';
import { RawClient } from './support/rawClient.ts';

describe('a fleet with vSphere', () => {
  const part = vspherePart({ placement: () => ({ cluster: 'edge' }) });
  let fleet: Fleet;
  let first: SimHost;
  let second: SimHost;

  beforeAll(async () => {
    fleet = await startFleet();
    first = await fleet.addHost({ name: 'esx-01', adapters: [{ model: connectX5En }] });
    await fleet.attach(part);
    second = await fleet.addHost({ name: 'esx-02', adapters: [{ model: connectX5En }] });
  });

  afterAll(() => fleet.stop());

  it('gives each host its own endpoint, whether it came before or after the part', async () => {
    const ports = [first, second].map((host) => part.endpointOf(host).port);
    expect(new Set(ports).size).toBe(2);
    for (const host of [first, second]) {
      const client = new RawClient(part.endpointOf(host));
      expect((await client.login(host.world.username, host.world.password)).status).toBe(200);
    }
  });

  it('shares the account of a host with its SSH service', async () => {
    const client = new RawClient(part.endpointOf(second));
    const { loginFailures } = second.world.counters;
    await client.login(second.world.username, 'wrong');
    expect(second.world.counters.loginFailures).toBe(loginFailures + 1);
  });

  it('lets the shell side see the VMs that run, and maintenance mode wait for them', async () => {
    const vm = part.inventory.addVm({ name: 'db-01', hostId: first.world.id, powerState: 'poweredOn' });
    expect(first.world.vms.runningVms(first.world.id).map(({ name }) => name)).toEqual(['db-01']);
    const entering = first.world.enterMaintenanceMode(0);
    expect(first.world.maintenanceMode).toBe(false);
    part.inventory.power.off(vm);
    expect(await entering).toBe(true);
    first.world.exitMaintenanceMode();
  });

  it('answers with HTTP 503 from boot until hostd is ready', async () => {
    const host = await fleet.addHost({ name: 'esx-03', misbehaviour: [{ kind: 'hostdNotReady', milliseconds: 3_600_000 }] });
    const client = new RawClient(part.endpointOf(host));
    expect((await client.get('/sdk/vimServiceVersions.xml')).status).toBe(200);
    host.world.forceOff();
    host.world.powerOn();
    while (!host.world.up) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    await part.endpointOf(host).refresh();
    expect((await client.get('/sdk/vimServiceVersions.xml')).status).toBe(503);
  });

  it('shows all hosts in one vCenter', async () => {
    const center = await part.startVCenter({ version: '7.0.3' });
    const client = new RawClient(center.endpoint);
    await client.login(center.username, center.password);
    const path = (name: string) =>
      call('FindByInventoryPath', client.naming.service('searchIndex'), `<inventoryPath>dc-01/host/edge/${name}</inventoryPath>`);
    for (const name of ['esx-01', 'esx-02']) {
      expect((await client.send(path(name))).content.children[0]?.text).toMatch(/^host-\d+$/);
    }
  });
});
