/** The requests that real clients send (printed by govmomi's own encoder) do what they say, on a host and on a vCenter. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Ref } from '../../simulator/soap/wire/values.ts';
import {
  CONNECTABLE,
  call,
  cardElements,
  deviceChange,
  MEMORY,
  reconfigure,
  reference,
  retrieve,
  sriovBacking,
  standardBacking,
} from './support/bodies.ts';
import { findNode, findNodes, RawClient, typeOf } from './support/rawClient.ts';
import { type SimulatedSite, startSite } from './support/site.ts';
import { runTask } from './support/taskWait.ts';

describe.each(['HostAgent', 'VirtualCenter'] as const)('requests of real clients, answered by a %s', (apiType) => {
  let site: SimulatedSite;
  let client: RawClient;
  let vm: Ref;
  let network: Ref;

  beforeAll(async () => {
    site = await startSite();
    const { host, center } = site;
    client = new RawClient(apiType === 'HostAgent' ? site.endpoint : center.endpoint);
    await (apiType === 'HostAgent' ? client.login(host.username, host.password) : client.login(center.username, center.password));
    site.inventory.power.off(site.vm);
    vm = client.naming.vm(site.vm);
    const [found] = site.inventory.networks.ofHost(host.id);
    network = found === undefined ? vm : client.naming.network(found);
  });

  afterAll(() => site.stop());

  const cards = () => site.vm.devices.flatMap((device) => (device.kind === 'Sriov' ? [device] : []));

  it('RetrieveServiceContent needs no session and says what this is', async () => {
    const stranger = new RawClient(apiType === 'HostAgent' ? site.endpoint : site.center.endpoint);
    const answer = await stranger.send(call('RetrieveServiceContent', { type: 'ServiceInstance', value: 'ServiceInstance' }));
    expect(findNode(answer.content, 'apiType')?.text).toBe(apiType);
    expect(findNode(answer.content, 'rootFolder')?.text).toBe(client.naming.rootFolder().value);
  });

  it('ReconfigVM_Task adds a card on a standard port group and locks all memory', async () => {
    const body = `<changeVersion>${site.vm.changeVersion}</changeVersion>${deviceChange('add', 'VirtualSriovEthernetCard', cardElements(network, site.physicalFunction))}${MEMORY.join('')}`;
    expect(await runTask(client, reconfigure(vm, body))).toEqual({ state: 'success', fault: undefined, message: undefined });
    expect(site.vm).toMatchObject({ memoryLockedToMax: true, memoryReservationMB: 8192 });
    expect(cards()).toMatchObject([
      { macAddress: '00:50:56:12:34:56', addressType: 'manual', physicalFunction: { id: site.physicalFunction } },
    ]);
  });

  it('the card reads back with its own type and the assigned function once the VM runs', async () => {
    expect(await runTask(client, call('PowerOnVM_Task', vm))).toMatchObject({ state: 'success' });
    const answer = await client.send(retrieve(client.naming.service('propertyCollector'), vm, ['config.hardware.device']));
    expect(typeOf(findNode(answer.content, 'val'))).toBe('ArrayOfVirtualDevice');
    const card = findNodes(answer.content, 'VirtualDevice').find((device) => typeOf(device) === 'VirtualSriovEthernetCard');
    const backing = card && findNode(card, 'virtualFunctionBacking');
    expect(backing && findNode(backing, 'id')?.text).toBe(cards()[0]?.virtualFunction);
    expect(await runTask(client, call('PowerOffVM_Task', vm))).toMatchObject({ state: 'success' });
  });

  it('ReconfigVM_Task edits the card to an automatic physical function', async () => {
    const elements = [
      `<key>${cards()[0]?.key}</key>`,
      standardBacking(network),
      CONNECTABLE,
      '<addressType>manual</addressType>',
      '<macAddress>00:50:56:12:34:56</macAddress>',
      '<allowGuestOSMtuChange>false</allowGuestOSMtuChange>',
      sriovBacking('Automatic-0000:00:00.0'),
    ];
    expect(await runTask(client, reconfigure(vm, deviceChange('edit', 'VirtualSriovEthernetCard', elements)))).toMatchObject({
      state: 'success',
    });
    expect(cards()).toMatchObject([{ automatic: true }]);
  });

  it('ReconfigVM_Task removes the card by key and type', async () => {
    const elements = [`<key>${cards()[0]?.key}</key>`];
    expect(await runTask(client, reconfigure(vm, deviceChange('remove', 'VirtualSriovEthernetCard', elements)))).toMatchObject({
      state: 'success',
    });
    expect(cards()).toEqual([]);
  });

  it('ReconfigVM_Task adds a card on a distributed port group with an automatic physical function', async () => {
    const [one] = site.inventory.networks.switches;
    const portGroup = one?.portGroups.find((candidate) => !candidate.uplink);
    const backing =
      '<backing xsi:type="VirtualEthernetCardDistributedVirtualPortBackingInfo"><port>' +
      `<switchUuid>${one?.uuid}</switchUuid><portgroupKey>${portGroup?.key}</portgroupKey></port></backing>`;
    const elements = [
      '<key>-1</key>',
      backing,
      CONNECTABLE,
      '<addressType>generated</addressType>',
      '<allowGuestOSMtuChange>true</allowGuestOSMtuChange>',
    ];
    expect(await runTask(client, reconfigure(vm, deviceChange('add', 'VirtualSriovEthernetCard', elements)))).toMatchObject({
      state: 'success',
    });
    expect(cards()).toMatchObject([
      { automatic: true, allowGuestOsMtuChange: true, network: { kind: 'Distributed', portgroupKey: portGroup?.key } },
    ]);
  });

  it('QueryConfigTarget lists the functions with the system id of the host', async () => {
    const [host] = site.inventory.hosts();
    const ref = host === undefined ? vm : client.naming.host(host);
    const browser = host === undefined ? vm : client.naming.browser(host);
    const answer = await client.send(call('QueryConfigTarget', browser, reference('host', ref)));
    const entries = findNodes(answer.content, 'sriov');
    expect(entries.map((entry) => findNode(entry, 'virtualFunction')?.text).filter((text) => text === 'false')).toHaveLength(2);
    expect(entries).toHaveLength(2 + 8);
    expect(new Set(entries.map((entry) => findNode(entry, 'systemId')?.text))).toEqual(new Set([site.host.systemUuid]));
    const physical = entries.find((entry) => findNode(entry, 'name')?.text === site.physicalFunction);
    expect(physical && findNode(physical, 'bus')?.text).toBe('-122');
    expect(findNodes(answer.content, 'pciPassthrough').some((entry) => typeOf(entry) === 'VirtualMachineSriovInfo')).toBe(true);
  });

  it('RetrievePropertiesEx shows the SR-IOV view of the host', async () => {
    const [host] = site.inventory.hosts();
    const ref = host === undefined ? vm : client.naming.host(host);
    const paths = [
      'config.pciPassthruInfo',
      'config.network.pnic',
      'hardware.pciDevice',
      'capability.deviceRebindWithoutRebootSupported',
      'summary.rebootRequired',
      'runtime.inMaintenanceMode',
      'runtime.connectionState',
      'runtime.bootTime',
    ];
    const answer = await client.send(retrieve(client.naming.service('propertyCollector'), ref, paths));
    expect(findNodes(answer.content, 'propSet').map((set) => findNode(set, 'name')?.text)).toEqual(paths);
    const functions = findNodes(answer.content, 'HostPciPassthruInfo');
    const sriov = functions.filter((entry) => typeOf(entry) === 'HostSriovInfo');
    expect(sriov.map((entry) => findNode(entry, 'numVirtualFunction')?.text)).toEqual(['4', '4']);
    expect(functions.filter((entry) => typeOf(entry) === 'HostPciPassthruInfo').length).toBeGreaterThan(8);
    expect(findNodes(answer.content, 'PhysicalNic').map((nic) => findNode(nic, 'pci')?.text)).toContain(site.physicalFunction);
  });

  it('UpdatePassthruConfig and ReconfigVM_Task give a VM a whole physical function', async () => {
    const [host] = site.inventory.hosts();
    const system = host === undefined ? vm : client.naming.pciPassthruSystem(host);
    const address = site.host.physicalFunctions[1]?.address ?? '';
    const config = `<config xsi:type="HostPciPassthruConfig"><id>${address}</id><passthruEnabled>true</passthruEnabled><applyNow>true</applyNow></config>`;
    expect((await client.send(call('UpdatePassthruConfig', system, config))).status).toBe(200);
    const backing =
      `<backing xsi:type="VirtualPCIPassthroughDeviceBackingInfo"><deviceName>ConnectX-6 Dx</deviceName><id>${address}</id>` +
      `<deviceId>101d</deviceId><systemId>${site.host.systemUuid}</systemId><vendorId>5555</vendorId></backing>`;
    const spec = `${deviceChange('add', 'VirtualPCIPassthrough', ['<key>-2</key>', backing])}<memoryReservationLockedToMax>true</memoryReservationLockedToMax>`;
    expect(await runTask(client, reconfigure(vm, spec))).toMatchObject({ state: 'success' });
    expect(await runTask(client, call('PowerOnVM_Task', vm))).toMatchObject({ state: 'success' });
    expect(site.inventory.virtualFunctionOwner(site.host.id, address)).toBe(site.vm.worldId);
  });

  it('EnterMaintenanceMode_Task waits for running VMs, RebootHost_Task needs maintenance mode', async () => {
    const [host] = site.inventory.hosts();
    const ref = host === undefined ? vm : client.naming.host(host);
    expect((await client.send(call('RebootHost_Task', ref, '<force>false</force>'))).fault).toBe('InvalidState');
    const entering = runTask(
      client,
      call('EnterMaintenanceMode_Task', ref, '<timeout>600</timeout><evacuatePoweredOffVms>false</evacuatePoweredOffVms>'),
    );
    expect(site.host.maintenanceMode).toBe(false);
    site.inventory.power.off(site.vm);
    expect(await entering).toMatchObject({ state: 'success' });
    expect(await runTask(client, call('PowerOnVM_Task', vm))).toMatchObject({ state: 'error', fault: 'InvalidState' });
    expect(await runTask(client, call('ExitMaintenanceMode_Task', ref, '<timeout>0</timeout>'))).toMatchObject({ state: 'success' });
    expect(site.host.maintenanceMode).toBe(false);
  });
});
