/** Requests in XSD order and answers in any dialect: the codec against recorded shapes. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeCall, type VimCall, type VimObject, type VimValue } from '../../../operator/vsphere/codec.ts';
import { reconfigureSpec } from '../../../operator/vsphere/reconfigureSpec.ts';

const VM = { kind: 'VirtualMachine', value: 'vm-42' };
const COLLECTOR = { kind: 'PropertyCollector', value: 'propertyCollector' };

/** The text without the white space between elements, so that expectations can be indented. */
function compact(xml: string): string {
  return xml.replaceAll(/>\s+</g, '><').trim();
}

describe('encodeCall', () => {
  it.each<{ why: string; call: VimCall; xml: string }>([
    {
      why: 'a call without arguments',
      call: { method: 'PowerOffVM_Task', on: VM },
      xml: '<PowerOffVM_Task xmlns="urn:vim25"><_this type="VirtualMachine">vm-42</_this></PowerOffVM_Task>',
    },
    {
      why: 'simple arguments in the order of the method, whatever order they are given in',
      call: {
        method: 'Login',
        on: { kind: 'SessionManager', value: 'SessionManager' },
        args: { locale: 'en_US', password: 'x', userName: 'administrator@vsphere.local' },
      },
      xml: `<Login xmlns="urn:vim25">
        <_this type="SessionManager">SessionManager</_this>
        <userName>administrator@vsphere.local</userName><password>x</password><locale>en_US</locale>
      </Login>`,
    },
    {
      why: 'a reference as argument',
      call: {
        method: 'QueryConfigTarget',
        on: { kind: 'EnvironmentBrowser', value: 'envbrowser-9' },
        args: { host: { kind: 'HostSystem', value: 'host-21' } },
      },
      xml: `<QueryConfigTarget xmlns="urn:vim25">
        <_this type="EnvironmentBrowser">envbrowser-9</_this><host type="HostSystem">host-21</host>
      </QueryConfigTarget>`,
    },
    {
      why: 'nested lists and a required boolean after the object',
      call: {
        method: 'CreateFilter',
        on: COLLECTOR,
        args: {
          partialUpdates: false,
          spec: {
            objectSet: [{ skip: false, obj: { kind: 'Task', value: 'task-99' } }],
            propSet: [{ pathSet: ['info.state', 'info.error'], type: 'Task' }],
          },
        },
      },
      xml: `<CreateFilter xmlns="urn:vim25">
        <_this type="PropertyCollector">propertyCollector</_this>
        <spec>
          <propSet><type>Task</type><pathSet>info.state</pathSet><pathSet>info.error</pathSet></propSet>
          <objectSet><obj type="Task">task-99</obj><skip>false</skip></objectSet>
        </spec>
        <partialUpdates>false</partialUpdates>
      </CreateFilter>`,
    },
    {
      why: 'an empty object stays as an empty element, an undefined one goes',
      call: { method: 'RetrievePropertiesEx', on: COLLECTOR, args: { specSet: [], options: {} } },
      xml: '<RetrievePropertiesEx xmlns="urn:vim25"><_this type="PropertyCollector">propertyCollector</_this><options></options></RetrievePropertiesEx>',
    },
    {
      why: 'a first wait without version',
      call: { method: 'WaitForUpdatesEx', on: COLLECTOR, args: { version: undefined, options: { maxWaitSeconds: 30 } } },
      xml: `<WaitForUpdatesEx xmlns="urn:vim25">
        <_this type="PropertyCollector">propertyCollector</_this><options><maxWaitSeconds>30</maxWaitSeconds></options>
      </WaitForUpdatesEx>`,
    },
    {
      why: 'a descendant with its type, the fields of its base before its own',
      call: {
        method: 'CreateFilter',
        on: COLLECTOR,
        args: {
          spec: {
            propSet: [],
            objectSet: [
              {
                obj: { kind: 'Folder', value: 'group-d1' },
                selectSet: [
                  {
                    $type: 'TraversalSpec',
                    path: 'view',
                    selectSet: [{ $type: 'SelectionSpec', name: 'n' }],
                    type: 'ContainerView',
                    name: 'n',
                  },
                ],
              },
            ],
          },
        },
      },
      xml: `<CreateFilter xmlns="urn:vim25">
        <_this type="PropertyCollector">propertyCollector</_this>
        <spec><objectSet>
          <obj type="Folder">group-d1</obj>
          <selectSet xsi:type="TraversalSpec">
            <name>n</name><type>ContainerView</type><path>view</path><selectSet xsi:type="SelectionSpec"><name>n</name></selectSet>
          </selectSet>
        </objectSet></spec>
      </CreateFilter>`,
    },
  ])('writes $why', ({ call, xml }) => {
    expect(encodeCall(call)).toBe(compact(xml));
  });

  it('escapes text and attributes, so that a value cannot become markup', () => {
    const xml = encodeCall({
      method: 'FindByInventoryPath',
      on: { kind: 'S"><x', value: '<&>' },
      args: { inventoryPath: '</inventoryPath><evil a="1">&\r\n' },
    });
    expect(xml).toBe(
      '<FindByInventoryPath xmlns="urn:vim25"><_this type="S&quot;&gt;&lt;x">&lt;&amp;&gt;</_this>' +
        '<inventoryPath>&lt;/inventoryPath&gt;&lt;evil a=&quot;1&quot;&gt;&amp;&#xD;\n</inventoryPath></FindByInventoryPath>',
    );
  });

  it.each<{ why: string; args: Record<string, VimValue>; says: RegExp }>([
    { why: 'an unknown parameter', args: { specs: 1 }, says: /ReconfigVM_Task has no field specs/ },
    { why: 'an unknown field', args: { spec: { memory: 1 } }, says: /VirtualMachineConfigSpec has no field memory/ },
    { why: 'a list where one value belongs', args: { spec: [{}] }, says: /spec: a list is not allowed/ },
    {
      why: 'one value where a list belongs',
      args: { spec: { deviceChange: { operation: 'add' } } },
      says: /deviceChange: a list is expected/,
    },
    { why: 'text for a number', args: { spec: { memoryMB: '8' } }, says: /memoryMB: an integer/ },
    { why: 'a fraction', args: { spec: { memoryMB: 1.5 } }, says: /memoryMB: an integer/ },
    { why: 'a number for text', args: { spec: { changeVersion: 1 } }, says: /changeVersion: a string is expected/ },
    { why: 'text for an object', args: { spec: 'x' }, says: /spec: an object of type VirtualMachineConfigSpec/ },
    { why: 'an abstract type', args: { spec: { deviceChange: [{ device: { key: 1 } }] } }, says: /VirtualDevice is abstract/ },
    {
      why: 'a type of another family',
      args: { spec: { deviceChange: [{ device: { $type: 'TraversalSpec' } }] } },
      says: /TraversalSpec is not a known kind of VirtualDevice/,
    },
    { why: 'an unknown type', args: { spec: { $type: 'NoSuchType' } }, says: /NoSuchType is not a known kind/ },
    {
      why: 'an unsigned 16-bit id',
      args: {
        spec: {
          deviceChange: [
            {
              device: {
                $type: 'VirtualPCIPassthrough',
                key: 1,
                backing: { $type: 'VirtualPCIPassthroughDeviceBackingInfo', vendorId: 0x8086 },
              },
            },
          ],
        },
      },
      says: /vendorId: an integer from -32768 to 32767/,
    },
    {
      why: 'text for a reference',
      args: {
        spec: {
          deviceChange: [
            {
              device: {
                $type: 'VirtualSriovEthernetCard',
                key: 1,
                backing: { $type: 'VirtualEthernetCardNetworkBackingInfo', network: 'network-7' },
              },
            },
          ],
        },
      },
      says: /network: a reference/,
    },
  ])('refuses $why', ({ args, says }) => {
    expect(() => encodeCall({ method: 'ReconfigVM_Task', on: VM, args })).toThrow(says);
  });

  it('refuses text that XML cannot carry without repeating it', () => {
    const call: VimCall = { method: 'Login', on: VM, args: { userName: 'u', password: 'canary\u0000' } };
    expect(() => encodeCall(call)).toThrow(/^Login\.password: contains a control character/);
  });
});

describe('the order of elements', () => {
  it('does not depend on the order in which fields are given', () => {
    const text = fc.string({ unit: 'grapheme-ascii', maxLength: 12 });
    const card = fc.record({
      physicalFunction: fc.record({ id: text, deviceName: text, deviceIdHex: text, vendorId: fc.integer({ min: -0x8000, max: 0x7fff }) }),
      systemId: text,
      network: fc.oneof(
        fc.record({ kind: fc.constant('Standard' as const), portGroup: text, networkMoRef: fc.option(text, { nil: undefined }) }),
        fc.record({ kind: fc.constant('Distributed' as const), portgroupKey: text, switchUuid: text }),
      ),
      macAddress: fc.option(text, { nil: undefined }),
      allowGuestMtuChange: fc.option(fc.boolean(), { nil: undefined }),
    });
    const inputs = fc.record({
      cards: fc.array(card, { maxLength: 3 }),
      removed: fc.uniqueArray(fc.nat(5)),
      memoryMB: fc.nat(),
      lock: fc.boolean(),
    });
    fc.assert(
      fc.property(inputs, fc.infiniteStream(fc.nat()), ({ cards, removed, memoryMB, lock }, numbers) => {
        const addSriovCards = cards.map((one) => ({
          ...one,
          physicalFunction: { ...one.physicalFunction, passthruActive: false, sriov: undefined },
        }));
        const change = {
          changeVersion: '1',
          addSriovCards,
          removeDeviceKeys: removed,
          lockMemory: lock || undefined,
          memoryReservationMB: undefined,
        };
        const passthroughDevices = new Map(removed.map((key) => [key, 'VirtualSriovEthernetCard']));
        const spec = reconfigureSpec(change, { memoryMB, passthroughDevices, automaticAddressType: 'assigned' });
        const next = () => numbers.next().value ?? 0;
        const shuffled = encodeCall({ method: 'ReconfigVM_Task', on: VM, args: { spec: shuffle(spec, next) } });
        expect(shuffled).toBe(encodeCall({ method: 'ReconfigVM_Task', on: VM, args: { spec } }));
      }),
    );
  });
});

/** The same object with the fields of it and of all objects in it in another order. */
function shuffle(value: VimObject, next: () => number): VimObject {
  const deep = (field: VimValue): VimValue => {
    if (Array.isArray(field)) {
      return field.map(deep);
    }
    return typeof field === 'object' && field !== null ? shuffle(field as VimObject, next) : field;
  };
  const entries = Object.entries(value).map(([name, field]) => ({ name, field: deep(field), rank: next() }));
  return Object.fromEntries(entries.toSorted((left, right) => left.rank - right.rank).map(({ name, field }) => [name, field]));
}
