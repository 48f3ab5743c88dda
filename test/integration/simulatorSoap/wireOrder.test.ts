/** The server refuses what real ones refuse: elements out of order, unknown, mistyped or incomplete. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Ref } from '../../simulator/soap/wire/values.ts';
import { call, cardElements, deviceChange, MEMORY, reconfigure, sriovBacking } from './support/bodies.ts';
import { RawClient } from './support/rawClient.ts';
import { type SimulatedSite, startSite } from './support/site.ts';
import { runTask } from './support/taskWait.ts';

describe('a request', () => {
  let site: SimulatedSite;
  let client: RawClient;
  let vm: Ref;
  let elements: readonly string[];

  beforeAll(async () => {
    site = await startSite();
    site.inventory.power.off(site.vm);
    client = new RawClient(site.endpoint);
    await client.login(site.host.username, site.host.password);
    vm = client.naming.vm(site.vm);
    const [network] = site.inventory.networks.ofHost(site.host.id);
    elements = cardElements(network === undefined ? vm : client.naming.network(network), site.physicalFunction);
  });

  afterAll(() => site.stop());

  const addCard = (of: readonly string[], type = 'VirtualSriovEthernetCard') => reconfigure(vm, deviceChange('add', type, of));
  const replaced = (from: string | RegExp, to: string) => addCard(elements).replace(from, to);

  it('in the order of the schema is taken', async () => {
    expect(await runTask(client, addCard(elements))).toMatchObject({ state: 'success' });
  });

  it('in any other order is refused with the name of an element', async () => {
    const order = elements.map((_, index) => index);
    const shuffles = fc.shuffledSubarray(order, { minLength: order.length }).filter((shuffled) => shuffled.some((from, to) => from !== to));
    await fc.assert(
      fc.asyncProperty(shuffles, async (shuffled) => {
        const answer = await client.send(addCard(shuffled.map((index) => elements[index] ?? '')));
        expect(answer).toMatchObject({ status: 500, fault: 'InvalidRequest' });
        expect(answer.body).toMatch(/Unexpected element tag &quot;\w+&quot; seen: it belongs before &quot;\w+&quot;/);
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    {
      why: 'a subclass field before an inherited one',
      body: () => addCard(['<allowGuestOSMtuChange>true</allowGuestOSMtuChange>', '<key>-1</key>']),
      names: 'key',
    },
    {
      why: 'memory before the device change',
      body: () => reconfigure(vm, MEMORY.join('') + deviceChange('add', 'VirtualSriovEthernetCard', elements)),
      names: 'deviceChange',
    },
    {
      why: 'an unknown element',
      body: () => replaced('<addressType>', '<trustAllVfs>true</trustAllVfs><addressType>'),
      names: 'trustAllVfs',
    },
    { why: 'an element twice', body: () => replaced('<key>-1</key>', '<key>-1</key><key>-2</key>'), names: 'key' },
    { why: 'a device without xsi:type', body: () => replaced('<device xsi:type="VirtualSriovEthernetCard">', '<device>'), names: 'device' },
    { why: 'a backing without xsi:type', body: () => replaced(/<backing [^>]*>/, '<backing>'), names: 'backing' },
    { why: 'a type that is none', body: () => addCard(elements, 'VirtualSriovCard'), names: 'device' },
    { why: 'a type of another family', body: () => addCard(elements, 'HostSriovConfig'), names: 'device' },
    { why: 'a type with a prefix that nobody declared', body: () => addCard(elements, 'vim:VirtualSriovEthernetCard'), names: 'device' },
    { why: 'an abstract type', body: () => addCard(elements, 'VirtualEthernetCard'), names: 'device' },
    { why: 'a required field missing', body: () => replaced('<key>-1</key>', ''), names: 'key' },
    { why: 'a backing without its vendor', body: () => replaced('<vendorId>5555</vendorId>', ''), names: 'vendorId' },
    { why: 'an unsigned short', body: () => replaced('<vendorId>5555</vendorId>', '<vendorId>41686</vendorId>'), names: 'vendorId' },
    {
      why: 'a word where a boolean belongs',
      body: () => replaced('<connected>false</connected>', '<connected>no</connected>'),
      names: 'connected',
    },
    { why: 'an operation that does not exist', body: () => replaced('<operation>add', '<operation>replace'), names: 'operation' },
    { why: 'a reference without the kind of object', body: () => replaced('<network type="Network">', '<network>'), names: 'network' },
    { why: 'no _this', body: () => '<PowerOffVM_Task xmlns="urn:vim25"></PowerOffVM_Task>', names: '_this' },
    { why: 'an element of another namespace', body: () => replaced('<key>', '<key xmlns="urn:other">'), names: 'key' },
    { why: 'a required parameter missing', body: () => call('ReconfigVM_Task', vm), names: 'spec' },
    { why: 'a method that does not exist', body: () => call('AttachSriov_Task', vm), names: 'AttachSriov_Task' },
    {
      why: 'a field newer than the server',
      body: () => replaced(/<connectable>/, '<numaNode>0</numaNode><connectable>'),
      names: 'numaNode',
    },
  ])('with $why is refused by the name of the element, and changes nothing', async ({ body, names }) => {
    const before = site.vm.counters.reconfigures;
    const answer = await client.send(body());
    expect(answer).toMatchObject({ status: 500, fault: 'InvalidRequest' });
    expect(answer.body).toMatch(new RegExp(`\\b${names}\\b`));
    expect(site.vm.counters.reconfigures).toBe(before);
  });

  it.each([
    {
      why: 'a prefix for the vim25 namespace',
      change: (body: string) =>
        body
          .replaceAll(/<(\/?)(?!soapenv)/g, '<$1v:')
          .replace('xmlns=', 'xmlns:v=')
          .replaceAll('xsi:type="V', 'xsi:type="v:V'),
    },
    {
      why: 'another prefix for xsi',
      change: (body: string) =>
        body
          .replace('<ReconfigVM_Task ', '<ReconfigVM_Task xmlns:i="http://www.w3.org/2001/XMLSchema-instance" ')
          .replaceAll('xsi:type', 'i:type'),
    },
    { why: 'line breaks and blanks between elements', change: (body: string) => body.replaceAll('><', '>\n  <') },
  ])('with $why means the same', async ({ change }) => {
    const remove = reconfigure(vm, deviceChange('remove', 'VirtualSriovEthernetCard', ['<key>987654</key>']));
    expect(await runTask(client, change(remove))).toMatchObject({ state: 'error', fault: 'InvalidDeviceSpec' });
  });

  it.each([
    { why: 'broken XML', envelope: '<soapenv:Envelope' },
    { why: 'no SOAP', envelope: '<html></html>' },
    {
      why: 'two calls',
      envelope: '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><a/><b/></e:Body></e:Envelope>',
    },
  ])('that is $why is refused', async ({ envelope }) => {
    expect(await client.sendEnvelope(envelope)).toMatchObject({ status: 500, fault: 'InvalidRequest' });
  });

  it.each([
    { why: 'of an API version before SR-IOV', soapAction: 'urn:vim25/5.1' },
    { why: 'without a version, which means the oldest', soapAction: undefined },
  ])('$why does not know the card', async ({ soapAction }) => {
    const old = new RawClient(site.endpoint);
    await old.login(site.host.username, site.host.password);
    old.soapAction = soapAction;
    const answer = await old.send(addCard(['<key>-1</key>', sriovBacking(site.physicalFunction)]));
    expect(answer.body).toContain('unknown type');
  });

  it('of a version newer than the server is refused', async () => {
    const modern = new RawClient(site.endpoint);
    modern.soapAction = 'urn:vim25/99.9';
    expect((await modern.login(site.host.username, site.host.password)).body).toContain('Unsupported version URI');
  });
});
