/** PropertyCollector: queries over the inventory tree, pages, filters and long polls. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Ref } from '../../simulator/soap/wire/values.ts';
import { call, filter, propSet, reference, retrieve, wait } from './support/bodies.ts';
import { findNode, findNodes, type RawAnswer, RawClient } from './support/rawClient.ts';
import { type SimulatedSite, startSite } from './support/site.ts';
import { changedValue } from './support/taskWait.ts';

let site: SimulatedSite;

beforeAll(async () => {
  site = await startSite();
  for (const [index, folders] of [['tenant-a', 'db'], ['tenant-b'], []].entries()) {
    site.inventory.addVm({ name: `vm-${index}`, hostId: site.host.id, folders });
  }
});

afterAll(() => site.stop());

async function loggedIn(): Promise<{ client: RawClient; collector: Ref }> {
  const client = new RawClient(site.center.endpoint);
  await client.login(site.center.username, site.center.password);
  return { client, collector: client.naming.service('propertyCollector') };
}

const names = (answer: RawAnswer) => findNodes(answer.content, 'objects').map((one) => findNode(one, 'val')?.text);

/** From the root folder down all folders and datacenters, by traversals that name each other. */
const WALK_FOLDERS =
  '<selectSet xsi:type="TraversalSpec"><name>folder</name><type>Folder</type><path>childEntity</path><skip>false</skip>' +
  '<selectSet><name>folder</name></selectSet><selectSet><name>datacenter</name></selectSet></selectSet>' +
  '<selectSet xsi:type="TraversalSpec"><name>datacenter</name><type>Datacenter</type><path>vmFolder</path><skip>false</skip>' +
  '<selectSet><name>folder</name></selectSet></selectSet>';

describe('RetrievePropertiesEx', () => {
  it('walks the tree over traversals that call each other', async () => {
    const { client, collector } = await loggedIn();
    const spec = `<specSet>${propSet('VirtualMachine', ['name'])}<objectSet>${reference('obj', client.naming.rootFolder())}<skip>true</skip>${WALK_FOLDERS}</objectSet></specSet>`;
    const answer = await client.send(call('RetrievePropertiesEx', collector, `${spec}<options/>`));
    expect([...names(answer)].sort()).toEqual(['db-01', 'vm-0', 'vm-1', 'vm-2']);
  });

  it('walks up to the folders by which a path is made', async () => {
    const { client, collector } = await loggedIn();
    const up =
      '<selectSet xsi:type="TraversalSpec"><name>up</name><type>ManagedEntity</type><path>parent</path><selectSet><name>up</name></selectSet></selectSet>';
    const spec = `<specSet>${propSet('ManagedEntity', ['name'])}<objectSet>${reference('obj', client.naming.vm(site.vm))}${up}</objectSet></specSet>`;
    const answer = await client.send(call('RetrievePropertiesEx', collector, `${spec}<options/>`));
    expect(names(answer)).toEqual(['db-01', 'tenant-a', 'vm', 'dc-01', 'Datacenters']);
  });

  it('gives pages with a token', async () => {
    const { client, collector } = await loggedIn();
    const created = await client.send(
      call(
        'CreateContainerView',
        client.naming.service('viewManager'),
        `${reference('container', client.naming.rootFolder())}<type>VirtualMachine</type><recursive>true</recursive>`,
      ),
    );
    const view: Ref = { type: 'ContainerView', value: findNode(created.content, 'returnval')?.text ?? '' };
    const through = '<selectSet xsi:type="TraversalSpec"><type>ContainerView</type><path>view</path></selectSet>';
    const spec = `<specSet>${propSet('VirtualMachine', ['name'])}<objectSet>${reference('obj', view)}<skip>true</skip>${through}</objectSet></specSet>`;
    const first = await client.send(call('RetrievePropertiesEx', collector, `${spec}<options><maxObjects>3</maxObjects></options>`));
    const token = findNode(first.content, 'token')?.text;
    const second = await client.send(call('ContinueRetrievePropertiesEx', collector, `<token>${token}</token>`));
    expect([...names(first), ...names(second)].sort()).toEqual(['db-01', 'vm-0', 'vm-1', 'vm-2']);
    expect(names(first)).toHaveLength(3);
    expect(findNode(second.content, 'token')).toBeUndefined();
    await client.send(call('DestroyView', view));
    expect((await client.send(call('RetrievePropertiesEx', collector, `${spec}<options/>`))).fault).toBe('ManagedObjectNotFound');
  });

  it.each([
    { path: 'config.hardware.devices', fault: 'InvalidProperty' },
    { path: 'nothing', fault: 'InvalidProperty' },
  ])('refuses the unknown property $path', async ({ path, fault }) => {
    const { client, collector } = await loggedIn();
    const answer = await client.send(retrieve(collector, client.naming.vm(site.vm), [path]));
    expect(answer).toMatchObject({ status: 500, fault });
    expect(findNode(answer.content, 'name')?.text).toBe(path);
  });

  it('leaves unset properties out, and answers nothing where nothing matches', async () => {
    const { client, collector } = await loggedIn();
    const answer = await client.send(
      retrieve(collector, client.naming.vm(site.vm), ['snapshot', 'runtime.question', 'parentVApp', 'name']),
    );
    expect(findNodes(answer.content, 'propSet').map((set) => findNode(set, 'name')?.text)).toEqual(['name']);
    const spec = `<specSet>${propSet('HostSystem', ['name'])}<objectSet>${reference('obj', client.naming.vm(site.vm))}</objectSet></specSet>`;
    expect(
      findNode((await client.send(call('RetrievePropertiesEx', collector, `${spec}<options/>`))).content, 'returnval'),
    ).toBeUndefined();
  });

  it('does not know objects that are gone', async () => {
    const { client, collector } = await loggedIn();
    const answer = await client.send(retrieve(collector, { type: 'VirtualMachine', value: 'vm-987654' }, ['name']));
    expect(answer).toMatchObject({ status: 500, fault: 'ManagedObjectNotFound' });
    expect(findNode(answer.content, 'obj')?.text).toBe('vm-987654');
  });
});

describe('WaitForUpdatesEx', () => {
  const watched = async (paths: readonly string[]) => {
    const { client, collector } = await loggedIn();
    await client.send(filter(collector, client.naming.vm(site.vm), paths));
    const first = await client.send(wait(collector, '', 10));
    return { client, collector, first, version: findNode(first.content, 'version')?.text ?? '' };
  };

  it('shows all at first, then waits for a change and shows only that', async () => {
    const { client, collector, first, version } = await watched(['runtime.powerState', 'name']);
    expect([changedValue(first, 'runtime.powerState'), changedValue(first, 'name')]).toEqual(['poweredOn', 'db-01']);
    const waiting = client.send(wait(collector, version, 30));
    site.inventory.power.off(site.vm);
    const second = await waiting;
    expect([changedValue(second, 'runtime.powerState'), changedValue(second, 'name')]).toEqual(['poweredOff', undefined]);
    expect(findNode(second.content, 'kind')?.text).toBe('modify');
    site.inventory.power.on(site.vm);
  });

  it.each([{ seconds: 0 }, { seconds: 1 }])('answers without a returnval after $seconds s without a change', async ({ seconds }) => {
    const { client, collector, version } = await watched(['name']);
    const start = performance.now();
    const answer = await client.send(wait(collector, version, seconds));
    expect(answer.content.children).toEqual([]);
    expect(performance.now() - start).toBeGreaterThanOrEqual(seconds * 1000 - 20);
  });

  it('repeats an answer that never arrived', async () => {
    const { client, collector, version } = await watched(['config.memoryReservationLockedToMax']);
    site.inventory.editVm(site.vm, (vm) => {
      vm.memoryLockedToMax = !vm.memoryLockedToMax;
    });
    const lost = await client.send(wait(collector, version, 1));
    const repeated = await client.send(wait(collector, version, 1));
    expect(changedValue(repeated, 'config.memoryReservationLockedToMax')).toBe(changedValue(lost, 'config.memoryReservationLockedToMax'));
  });

  it('refuses a version it never gave', async () => {
    const { client, collector } = await watched(['name']);
    expect((await client.send(wait(collector, '4711', 1))).fault).toBe('InvalidCollectorVersion');
  });

  it.each([
    {
      why: 'CancelWaitForUpdates',
      end: (client: RawClient, collector: Ref) => client.send(call('CancelWaitForUpdates', collector)),
      fault: 'RequestCanceled',
    },
    { why: 'the end of the session', end: async () => site.center.endpoint.service.sessions.expireAll(), fault: 'NotAuthenticated' },
  ])('is cut short by $why with $fault', async ({ end, fault }) => {
    const { client, collector, version } = await watched(['name']);
    const waiting = client.send(wait(collector, version, 30));
    await waitUntilCalled('WaitForUpdatesEx');
    await end(client, collector);
    expect((await waiting).fault).toBe(fault);
  });

  it('says that an object has left', async () => {
    const { client, collector } = await loggedIn();
    const vm = site.inventory.addVm({ name: 'short-lived', hostId: site.host.id });
    await client.send(filter(collector, client.naming.vm(vm), ['name']));
    const version = findNode((await client.send(wait(collector, '', 10))).content, 'version')?.text ?? '';
    site.inventory.removeVm(vm);
    expect(findNode((await client.send(wait(collector, version, 10))).content, 'kind')?.text).toBe('leave');
  });
});

/** Resolves once the server has begun to answer one more call of that method. */
async function waitUntilCalled(method: string): Promise<void> {
  const { calls } = site.center.endpoint.service;
  const before = calls.get(method) ?? 0;
  while ((calls.get(method) ?? 0) === before) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('SearchIndex', () => {
  it.each([
    { path: 'dc-01/vm/tenant-a/db-01', found: 'VirtualMachine' },
    { path: '/dc-01/vm/tenant-a/db/vm-0', found: 'VirtualMachine' },
    { path: 'dc-01/vm/tenant-a', found: 'Folder' },
    { path: 'dc-01/vm/tenant-b/db-01', found: undefined },
    { path: 'dc-01/host/esx-01.example.com/esx-01.example.com', found: 'HostSystem' },
  ])('finds $found at $path', async ({ path, found }) => {
    const { client } = await loggedIn();
    const answer = await client.send(
      call('FindByInventoryPath', client.naming.service('searchIndex'), `<inventoryPath>${path}</inventoryPath>`),
    );
    expect(findNode(answer.content, 'returnval')?.attributes.get('type')).toBe(found);
  });

  it('finds names with a slash by their escaped form', async () => {
    const { client } = await loggedIn();
    const vm = site.inventory.addVm({ name: 'web/01', hostId: site.host.id });
    const answer = await client.send(
      call('FindByInventoryPath', client.naming.service('searchIndex'), '<inventoryPath>dc-01/vm/web%2f01</inventoryPath>'),
    );
    expect(findNode(answer.content, 'returnval')?.text).toBe(client.naming.vm(vm).value);
  });

  it('finds by instance UUID and by BIOS UUID, each in its own way', async () => {
    const { client } = await loggedIn();
    const find = async (uuid: string, instanceUuid: boolean) => {
      const parameters = `<uuid>${uuid}</uuid><vmSearch>true</vmSearch><instanceUuid>${instanceUuid}</instanceUuid>`;
      return findNode((await client.send(call('FindByUuid', client.naming.service('searchIndex'), parameters))).content, 'returnval')?.text;
    };
    const own = client.naming.vm(site.vm).value;
    expect(await find(site.vm.instanceUuid, true)).toBe(own);
    expect(await find(site.vm.biosUuid, false)).toBe(own);
    expect(await find(site.vm.biosUuid, true)).toBeUndefined();
  });
});
