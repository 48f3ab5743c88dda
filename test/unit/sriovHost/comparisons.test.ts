/** Versions, firmware values and driver options: the small comparisons that everything rests on. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { configuredEntries, writeMaxVfs } from '../../../operator/controllers/sriovHost/driverOptions.ts';
import { sameFirmwareValue } from '../../../operator/controllers/sriovHost/firmwareValues.ts';
import { compareVersions } from '../../../operator/controllers/sriovHost/versions.ts';

describe('compareVersions', () => {
  it.each([
    { why: 'an OEM suffix makes it no lower', a: '4.22.1.11-1OEM.703.0.0.18434556', b: '4.22.1.11', sign: 1 },
    { why: 'fields are numbers, not text', a: '16.9.0', b: '16.35.4030', sign: -1 },
    { why: 'leading zeros mean nothing', a: '16.35.0004', b: '16.35.4', sign: 0 },
    { why: 'the manual writes a dash where the VIB has a dot', a: '4.16.10.3-1OEM.650', b: '4.16.10-3', sign: 1 },
    { why: 'a higher family is higher', a: '20.28.1002', b: '16.35.4030', sign: 1 },
    { why: 'numbers beyond 2^53 are not rounded', a: '1.9007199254740993', b: '1.9007199254740992', sign: 1 },
  ])('$a and $b: $why', ({ a, b, sign }) => {
    expect(Math.sign(compareVersions(a, b))).toBe(sign);
    expect(Math.sign(compareVersions(b, a))).toBe(sign === 0 ? 0 : -sign);
  });

  it('is an order', () => {
    const version = fc.array(fc.nat(20), { minLength: 1, maxLength: 4 }).map((fields) => fields.join('.'));
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(compareVersions(a, a)).toBe(0);
        if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0) expect(compareVersions(a, c)).toBeLessThanOrEqual(0);
      }),
    );
  });
});

describe('sameFirmwareValue', () => {
  const value = (raw: string) => ({ raw, label: /^(.+)\(/.exec(raw)?.[1], number: Number(/(\d+)\)?$/.exec(raw)?.[1] ?? Number.NaN) });
  it.each([
    { why: 'number against label and number', declared: '1', actual: 'True(1)', same: true },
    { why: 'the word', declared: 'ETH', actual: 'ETH(2)', same: true },
    { why: 'the word in another case', declared: 'true', actual: 'True(1)', same: true },
    { why: 'hexadecimal', declared: '0x10', actual: '16', same: true },
    { why: 'another number', declared: '1', actual: 'ETH(2)', same: false },
    { why: 'a number is no part of another', declared: '1', actual: '16', same: false },
  ])('$declared and $actual: $why', ({ declared, actual, same }) => {
    expect(sameFirmwareValue(declared, value(actual))).toBe(same);
  });
});

describe('writeMaxVfs', () => {
  it.each([
    {
      why: 'everything else stays, in its place',
      options: 'pfctx=0x08 max_vfs=1 trust_state=2',
      list: [8, 4],
      result: 'pfctx=0x08 max_vfs=8,4 trust_state=2',
    },
    { why: 'added at the end', options: 'DRSS=4', list: [8], result: 'DRSS=4 max_vfs=8' },
    { why: 'nothing wanted, nothing written', options: 'DRSS=4', list: [0, 0], result: 'DRSS=4' },
    { why: 'an entry that is there is set to zero, not removed', options: 'max_vfs=8', list: [0], result: 'max_vfs=0' },
    { why: 'a name that only contains it is another option', options: 'xmax_vfs=3', list: [2], result: 'xmax_vfs=3 max_vfs=2' },
  ])("'$options': $why", ({ options, list, result }) => {
    expect(writeMaxVfs(options, list)).toBe(result);
  });
});

describe('configuredEntries', () => {
  const port = (address: string, driven: boolean) => ({
    number: 1,
    address,
    vmnic: undefined,
    macAddress: undefined,
    linkUp: undefined,
    driven,
  });
  const ports = [port('a', false), port('b', true), port('c', true)];

  it("counts somebody else's list over the functions that the driver has now", () => {
    expect([...configuredEntries('max_vfs=5,6', ports, undefined)]).toEqual([
      ['b', 5],
      ['c', 6],
    ]);
  });

  it('counts our own list over the functions that it was written for, which a restart may still have to bring', () => {
    const driver = { options: 'max_vfs=1,5,6', functions: ['a', 'b', 'c'] };
    expect([...configuredEntries('max_vfs=1,5,6', ports, driver)]).toEqual([
      ['a', 1],
      ['b', 5],
      ['c', 6],
    ]);
  });

  it('no longer takes it for ours once it was changed', () => {
    const driver = { options: 'max_vfs=1,5,6', functions: ['a', 'b', 'c'] };
    expect([...configuredEntries('max_vfs=9', ports, driver)]).toEqual([
      ['b', 9],
      ['c', 0],
    ]);
  });
});
