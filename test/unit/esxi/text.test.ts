/** Addresses and numbers in every way that ESXi and MFT write them. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { labelled, macAddressOf, pciAddressOf, wholeNumber } from '../../../operator/esxi/text.ts';

describe('pciAddressOf', () => {
  it.each([
    { why: 'esxcli hardware pci list', text: '0000:3B:00.1', is: '0000:3b:00.1' },
    { why: 'mst status, without a segment', text: '03:00.1', is: '0000:03:00.1' },
    { why: 'nic get, with a colon before the function', text: '0000:82:00:1', is: '0000:82:00.1' },
    { why: 'vf list up to 8.0.2, decimal', text: '00000:134:02.0', is: '0000:86:02.0' },
    { why: 'the same digits, hexadecimal', text: '0000:13:02.0', is: '0000:13:02.0' },
    { why: 'decimal with two digits of bus', text: '00000:066:00.1', is: '0000:42:00.1' },
    { why: 'decimal device 31', text: '00000:255:31.7', is: '0000:ff:1f.7' },
    { why: 'a segment of its own, decimal', text: '00016:003:00.0', is: '0010:03:00.0' },
    { why: 'a bus beyond 255', text: '00000:256:00.0', is: undefined },
    { why: 'a device beyond 31', text: '0000:00:20.0', is: undefined },
    { why: 'a function beyond 7', text: '0000:00:00.8', is: undefined },
    { why: 'a letter in a decimal address', text: '00000:0a0:00.0', is: undefined },
    { why: 'the decimal form of Parent Device', text: 'PCI 0:128:3:0', is: undefined },
    { why: 'nothing', text: '', is: undefined },
  ])('$why: $text', ({ text, is }) => {
    expect(pciAddressOf(text)).toBe(is);
  });

  it('reads what it writes, and both forms of one address alike', () => {
    fc.assert(
      fc.property(fc.nat(0xffff), fc.nat(0xff), fc.nat(0x1f), fc.nat(7), (segment, bus, device, fn) => {
        const hex = `${segment.toString(16).padStart(4, '0')}:${bus.toString(16).padStart(2, '0')}:${device.toString(16).padStart(2, '0')}.${fn}`;
        const decimal = `${String(segment).padStart(5, '0')}:${String(bus).padStart(3, '0')}:${String(device).padStart(2, '0')}.${fn}`;
        expect([pciAddressOf(hex), pciAddressOf(decimal)]).toEqual([hex, hex]);
      }),
    );
  });
});

describe('macAddressOf', () => {
  it.each([
    { why: 'flint, without colons', text: 'B8599FAABBCC', is: 'b8:59:9f:aa:bb:cc' },
    { why: 'esxcli', text: 'f4:ee:31:30:80:40', is: 'f4:ee:31:30:80:40' },
    { why: 'dashes', text: 'F4-EE-31-30-80-40', is: 'f4:ee:31:30:80:40' },
    { why: 'all zero, which is no address', text: '00:00:00:00:00:00', is: undefined },
    { why: 'a GUID', text: 'b8599f0300aabbcc', is: undefined },
    { why: 'missing', text: undefined, is: undefined },
  ])('$why', ({ text, is }) => {
    expect(macAddressOf(text)).toBe(is);
  });
});

describe('labelled', () => {
  const text = 'Device type:  ConnectX5\n   SubDevice ID: 0x1\n   Device ID: 0x2\r\nFW Version(Running): 2\nFW Version:   1\n';
  it.each([
    { why: 'a label within another is not taken', label: 'Device ID', is: '0x2' },
    { why: 'nor one that only begins like it', label: 'FW Version', is: '1' },
    { why: 'brackets are no pattern', label: 'FW Version(Running)', is: '2' },
    { why: 'a label that is not there', label: 'Device', is: undefined },
  ])('$why', ({ label, is }) => {
    expect(labelled(text, label)).toBe(is);
  });
});

describe('wholeNumber', () => {
  it.each([
    { text: '4115', is: 4115 },
    { text: '0x15B3', is: 0x15b3 },
    { text: '15b3', is: undefined },
    { text: '-1', is: undefined },
    { text: '9007199254740993', is: undefined },
    { text: '', is: undefined },
  ])('$text', ({ text, is }) => {
    expect(wholeNumber(text)).toBe(is);
  });
});
