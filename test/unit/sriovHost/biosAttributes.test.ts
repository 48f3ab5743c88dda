/** Declared text against what a BMC types, and names that somebody may have meant. */
import { describe, expect, it } from '@jest/globals';
import { closeNames, differingAttributes, disabledSriovAttribute } from '../../../operator/controllers/sriovHost/biosAttributes.ts';

describe('differingAttributes', () => {
  it.each([
    { why: 'the same word', declared: { A: 'Enabled' }, current: { A: 'Enabled' }, expected: [] },
    { why: 'another word', declared: { A: 'Enabled' }, current: { A: 'Disabled' }, expected: ['A'] },
    { why: 'the same number', declared: { A: '060' }, current: { A: 60 }, expected: [] },
    { why: 'another number', declared: { A: '61' }, current: { A: 60 }, expected: ['A'] },
    { why: 'the same truth', declared: { A: 'True' }, current: { A: true }, expected: [] },
    { why: 'text that looks like a number but is text in the BIOS', declared: { A: '060' }, current: { A: '60' }, expected: ['A'] },
    { why: 'a name of which the BIOS knows nothing', declared: { A: 'x' }, current: {}, expected: [] },
    { why: 'several, whatever their order', declared: { B: '1', A: '1' }, current: { A: 0, B: 0 }, expected: ['A', 'B'] },
  ])('takes $why as it is meant', ({ declared, current, expected }) => {
    expect(differingAttributes(declared as Readonly<Record<string, string>>, current)).toEqual(expected);
  });
});

describe('closeNames', () => {
  const names = ['SriovGlobalEnable', 'ProcVirtualization', 'BootMode', 'DevicesandIOPorts_SRIOV'];
  it.each([
    { why: 'one letter too much', name: 'SriovGlobalEnabled', expected: ['SriovGlobalEnable'] },
    { why: 'another case', name: 'sriovglobalenable', expected: ['SriovGlobalEnable'] },
    { why: 'a part of it', name: 'SRIOV', expected: ['DevicesandIOPorts_SRIOV', 'SriovGlobalEnable'] },
    { why: 'nothing like it', name: 'Zebra', expected: [] },
  ])('finds $name: $why', ({ name, expected }) => {
    expect(closeNames(name, names)).toEqual(expected);
  });
});

describe('disabledSriovAttribute', () => {
  it.each([
    { why: 'off', current: { SriovGlobalEnable: 'Disabled' }, expected: 'SriovGlobalEnable' },
    { why: 'on', current: { Sriov: 'Enabled' }, expected: undefined },
    { why: 'a vendor that is not known', current: { SrIovSupport: 'Disabled' }, expected: undefined },
  ])('$why', ({ current, expected }) => {
    expect(disabledSriovAttribute(current as Readonly<Record<string, string>>)).toBe(expected);
  });
});
