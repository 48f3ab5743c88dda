/** What vSphere lets a VM have is checked before the VM loses its power. */
import { describe, expect, it } from '@jest/globals';
import { type FakeVm, fakeCard } from '../../support/fakes/vsphere.ts';
import { Scene } from './scene.ts';

const others = (count: number) => Array.from({ length: count }, (_, index) => `00:0c:29:00:00:${index.toString(16).padStart(2, '0')}`);
const cards = (count: number) => Array.from({ length: count }, (_, index) => fakeCard(5000 + index));

describe('limits of a VM', () => {
  it.each<{ why: string; vm: Partial<FakeVm>; verdict: string; says?: string }>([
    { why: 'nine network cards leave room for one', vm: { otherMacAddresses: others(9) }, verdict: 'Ready=True Succeeded' },
    {
      why: 'ten do not',
      vm: { otherMacAddresses: others(10) },
      verdict: 'Ready=False TooManyDevices',
      says: '10 network cards; vSphere allows 10',
    },
    {
      why: 'SR-IOV cards are network cards, too',
      vm: { otherMacAddresses: others(8), sriovCards: cards(2) },
      verdict: 'Ready=False TooManyDevices',
      says: '10 network cards',
    },
    {
      why: 'six passthrough devices on virtual hardware 10',
      vm: { hardwareVersion: 'vmx-10', passthroughDevices: 4, sriovCards: cards(2) },
      verdict: 'Ready=False TooManyDevices',
      says: '6 passthrough devices; virtual hardware vmx-10 allows 6',
    },
    { why: 'the same on virtual hardware 11', vm: { hardwareVersion: 'vmx-11', passthroughDevices: 6 }, verdict: 'Ready=True Succeeded' },
    { why: 'sixteen on virtual hardware 19', vm: { passthroughDevices: 16 }, verdict: 'Ready=False TooManyDevices', says: 'allows 16' },
    {
      why: 'sixty-four on virtual hardware 20',
      vm: { hardwareVersion: 'vmx-20', passthroughDevices: 64 },
      verdict: 'Ready=False TooManyDevices',
      says: 'allows 64',
    },
    {
      why: 'newer hardware is left to vSphere',
      vm: { hardwareVersion: 'vmx-23', passthroughDevices: 200 },
      verdict: 'Ready=True Succeeded',
    },
  ])('$why', async ({ vm, verdict, says = '' }) => {
    const scene = new Scene({ vm: { powerState: 'poweredOn', ...vm } });
    scene.attach();
    await scene.settle();
    expect(scene.verdict()).toBe(verdict);
    expect(scene.condition('Ready')?.message).toContain(says);
    expect(scene.vsphere.writes.length).toBe(verdict.includes('True') ? 3 : 0);
  });

  it('count a card that is replaced once', async () => {
    const scene = new Scene({ vm: { powerState: 'poweredOn', otherMacAddresses: others(9) } });
    scene.attach();
    await scene.settle();
    scene.change('a', { network: { portGroup: 'other' } });
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
    expect(scene.vm().sriovCards).toHaveLength(1);
  });
});

describe('what vSphere does not offer for a VM with a virtual function is named before anything is done', () => {
  it.each<{ why: string; vm: Partial<FakeVm>; verdict: string; says: RegExp }>([
    {
      why: 'hot-add',
      vm: { powerState: 'poweredOn' },
      verdict: 'Ready=False PowerOffNotAllowed',
      says: /must be off for the change.*no hot-add/,
    },
    {
      why: 'snapshots',
      vm: { powerState: 'poweredOn', hasSnapshot: true },
      verdict: 'Ready=False VmHasSnapshot',
      says: /has snapshots, which a VM with an SR-IOV card cannot have/,
    },
    { why: 'suspend', vm: { powerState: 'suspended' }, verdict: 'Ready=False VmSuspended', says: /is suspended, which a VM .* cannot be/ },
    { why: 'vMotion', vm: { hostMoRef: 'host-2' }, verdict: 'Ready=False VmOnOtherHost', says: /vMotion moves no VM/ },
    {
      why: 'virtual hardware before version 10, and what an upgrade of it does',
      vm: { hardwareVersion: 'vmx-9' },
      verdict: 'Ready=False HardwareVersionTooOld',
      says: /has virtual hardware vmx-9; SR-IOV cards begin with vmx-10.*KB 407595/,
    },
  ])('$why', async ({ vm, verdict, says }) => {
    const scene = new Scene({ vm });
    scene.attach('a', { powerPolicy: { powerOff: 'Never' } });
    await scene.settle();
    expect(scene.verdict()).toBe(verdict);
    expect(scene.condition('Ready')?.message).toMatch(says);
    expect(scene.vsphere.writes).toEqual([]);
  });
});
