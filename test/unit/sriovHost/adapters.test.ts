/** Which functions make an adapter, and which adapter a selector means. */
import { describe, expect, it } from '@jest/globals';
import type { AdapterSpec } from '../../../operator/api/types.ts';
import { groupAdapters, selectAdapter } from '../../../operator/controllers/sriovHost/adapters.ts';
import type { Nic, PciFunction } from '../../../operator/ports/esxiHost.ts';

function fn(address: string, more: Partial<PciFunction> = {}): PciFunction {
  return {
    address,
    vendorId: 0x15b3,
    deviceId: 0x1017,
    subVendorId: 0x15b3,
    subDeviceId: 0x0080,
    deviceClass: 0x0200,
    deviceName: 'MT27800 Family [ConnectX-5]',
    vmkernelName: undefined,
    moduleName: 'nmlx5_core',
    currentOwner: 'VMkernel',
    ...more,
  };
}

function nic(name: string, pciAddress: string, macAddress: string): Nic {
  return { name, pciAddress, driver: 'nmlx5_core', macAddress, linkUp: true, mtu: 1500 };
}

const FUNCTIONS = [
  fn('0000:3b:00.1'),
  fn('0000:5e:00.0'),
  fn('0000:3b:00.0'),
  fn('0000:19:00.0', { vendorId: 0x8086, deviceName: 'I350', vmkernelName: 'vmnic0' }),
];
const NICS = [
  nic('vmnic2', '0000:3b:00.0', 'B8:59:9F:00:00:10'),
  nic('vmnic3', '0000:3b:00.1', 'b8:59:9f:00:00:11'),
  nic('vmnic4', '0000:5e:00.0', 'b8:59:9f:00:00:20'),
];

const spec = (selector: AdapterSpec['selector']): AdapterSpec => ({ name: 'fabric0', selector, ports: [{ number: 1, vfs: 1 }] });

describe('groupAdapters', () => {
  it('puts the functions of one slot together, in PCI order, whatever order the host lists them in', () => {
    const slots = groupAdapters(FUNCTIONS, NICS).map(({ slot, ports }) => [slot, ports.map(({ number, vmnic }) => `${number}:${vmnic}`)]);
    expect(slots).toEqual([
      ['0000:3b:00', ['1:vmnic2', '2:vmnic3']],
      ['0000:5e:00', ['1:vmnic4']],
    ]);
  });

  it.each([
    { why: 'a virtual function is no adapter', extra: fn('0000:3b:00.2', { deviceId: 0x1018 }) },
    { why: 'a DMA or SoC function of a DPU is no port', extra: fn('0000:3b:00.2', { deviceClass: 0x0801 }) },
    { why: 'a card of another vendor is not ours', extra: fn('0000:3b:00.2', { vendorId: 0x8086 }) },
  ])('leaves out: $why', ({ extra }) => {
    expect(groupAdapters([...FUNCTIONS, extra], NICS)).toEqual(groupAdapters(FUNCTIONS, NICS));
  });

  it('keeps a port that has no uplink: an InfiniBand port without the subclass override', () => {
    const [adapter] = groupAdapters([fn('0000:86:00.0', { deviceClass: 0x0207, moduleName: undefined })], []);
    expect(adapter?.ports).toEqual([
      expect.objectContaining({
        number: 1,
        address: '0000:86:00.0',
        vmnic: undefined,
        macAddress: undefined,
        linkUp: undefined,
        driven: false,
      }),
    ]);
  });
});

describe('selectAdapter', () => {
  const adapters = groupAdapters(FUNCTIONS, NICS);

  it.each([
    { why: 'by MAC address in any case, of any port', selector: { macAddress: 'b8:59:9F:00:00:11' }, slot: '0000:3b:00' },
    { why: 'by PCI address', selector: { pciAddress: '0000:5e:00.0' }, slot: '0000:5e:00' },
    { why: 'by uplink name', selector: { vmnic: 'vmnic3' }, slot: '0000:3b:00' },
  ])('finds one: $why', ({ selector, slot }) => {
    const found = selectAdapter(spec(selector), adapters, FUNCTIONS);
    expect(found.known && found.value.slot).toBe(slot);
  });

  it.each([
    {
      why: 'none of that address: the message lists what is there',
      selector: { macAddress: 'b8:59:9f:ff:ff:ff' },
      reason: 'AdapterNotFound',
      says: '0000:3b:00.0 vmnic2 b8:59:9f:00:00:10',
    },
    { why: 'an uplink of another vendor', selector: { vmnic: 'vmnic0' }, reason: 'AdapterUnsupported', says: 'I350 at 0000:19:00.0' },
  ])('explains: $why', ({ selector, reason, says }) => {
    const found = selectAdapter(spec(selector), adapters, FUNCTIONS);
    expect(found).toMatchObject({ known: false, because: { reason } });
    expect(!found.known && found.because.message).toContain(says);
  });

  it.each([
    { why: 'a BlueField DPU is left alone', deviceId: 0xa2d6, says: 'DPU' },
    { why: 'a ConnectX-3 has another driver', deviceId: 0x1003, says: 'not a ConnectX-4 or later' },
  ])('refuses: $why', ({ deviceId, says }) => {
    const functions = [fn('0000:86:00.0', { deviceId })];
    const found = selectAdapter(spec({ pciAddress: '0000:86:00.0' }), groupAdapters(functions, []), functions);
    expect(found).toMatchObject({ known: false, because: { reason: 'AdapterUnsupported' } });
    expect(!found.known && found.because.message).toContain(says);
  });

  it('never guesses between two: a MAC address that two adapters show', () => {
    const twins = groupAdapters(FUNCTIONS, [...NICS.slice(0, 2), nic('vmnic4', '0000:5e:00.0', 'b8:59:9f:00:00:10')]);
    const found = selectAdapter(spec({ macAddress: 'b8:59:9f:00:00:10' }), twins, FUNCTIONS);
    expect(found).toMatchObject({ known: false, because: { reason: 'AdapterAmbiguous' } });
    expect(!found.known && found.because.message).toContain('0000:3b:00, 0000:5e:00');
  });
});
