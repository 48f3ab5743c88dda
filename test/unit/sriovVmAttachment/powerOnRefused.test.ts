/** A VM that does not power on with its card: the reason is named in vSphere's own words, and the VM gets its former state back. */
import { describe, expect, it } from '@jest/globals';
import type { PortError } from '../../../operator/ports/errors.ts';
import { faultError } from '../../../operator/vsphere/faults.ts';
import { VimFault } from '../../../operator/vsphere/vimFault.ts';
import { fakeCard } from '../../support/fakes/vsphere.ts';
import { MAC, OTHER_PF, PF, Scene } from './scene.ts';

const RETRY = 'sriov.esxi.io/retry';

/** As the vSphere port raises it for a text of the server; which class carries it is not documented. */
const refusal = (text: string, type = 'GenericVmConfigFault'): PortError =>
  faultError('PowerOnVM_Task of vm-1', new VimFault(type, [text], undefined), 'VsphereTaskFailed');

/** Texts as vendors publish them; sources are beside the patterns in operator/vsphere/faultTexts.ts. */
const HOPELESS = [
  {
    reason: 'PassthroughNotActive',
    text: 'Module DevicePowerOn power on failed. Failed to start the virtual machine. Device 6:0.0 is not a passthrough device.',
  },
  {
    reason: 'PassthroughIdentityMismatch',
    text: 'The systemId does not match the current system or the deviceId, and the vendorId does not match the device currently at 97:0.0.',
  },
  {
    reason: 'InterruptVectorsExhausted',
    text: 'PCIPassthruChangeIntrSettings: vf_name failed to register interrupt (error code 195887110)',
  },
  { reason: 'InterruptVectorsExhausted', text: 'WARNING: IntrVector: 233: Out of interrupt vectors' },
  { reason: 'MmioTooSmall', text: 'PCIPassthru: total number of pages needed (4206594) exceeds limit (917504), failing' },
  { reason: 'DevicePowerOnFailed', text: "Module 'DevicePowerOn' power on failed." },
] as const;

/** What waiting may help against. */
const WAITED_FOR = [
  {
    reason: 'NoFreeVirtualFunction',
    text: 'Failed to power on virtual machine db-01, pciPassthru:14: No SR-IOV virtual function (VF) is available for given physical function (PF) (0000:af:00.0).',
  },
  {
    reason: 'MemoryNotReserved',
    text: 'Failed - Invalid memory setting: memory reservation (sched.mem.min) should be equal to memsize(2048).',
  },
  { reason: 'InsufficientMemory', text: '', type: 'InsufficientHostMemoryCapacityFault' },
  { reason: 'PowerOnFailed', text: 'A general system error occurred' },
] as const;

const running = () => new Scene({ vm: { powerState: 'poweredOn' } });

function refuse(scene: Scene, error: () => PortError, times: number): void {
  scene.vsphere.failures.set('powerOn', Array.from({ length: times }, error));
}

const count = (scene: Scene, what: string) => scene.vsphere.writes.filter((write) => write.startsWith(what)).length;

describe('a refusal that no waiting helps against', () => {
  it.each(HOPELESS)('is $reason: $text', async ({ reason, text }) => {
    const scene = running();
    refuse(scene, () => refusal(text), 1);
    scene.attach();
    await scene.look();
    expect(scene.verdict()).toBe(`Ready=False ${reason}`);
    expect(scene.condition('Ready')?.message).toContain(text.replace(/\.$/, ''));
    await scene.settle();
    expect(scene.vm()).toMatchObject({ powerState: 'poweredOn', sriovCards: [], memoryLockedToMax: false, memoryReservationMB: 0 });
    expect(scene.verdict('Stalled')).toBe(`Stalled=True ${reason}`);
    expect(scene.vsphere.writes).toEqual(['powerOff vm-1', 'reconfigure vm-1', 'reconfigure vm-1', 'powerOn vm-1']);
    expect(scene.object().status).not.toHaveProperty('device');
    expect(scene.object().status).not.toHaveProperty('power');
  });

  it('comes once: the VM is left alone until a retry, and then has one power-off more', async () => {
    const scene = running();
    refuse(scene, () => refusal(HOPELESS[0].text), 1);
    scene.attach();
    await scene.settle();
    await scene.settle();
    expect(count(scene, 'powerOff')).toBe(1);
    scene.annotate('a', { [RETRY]: '1' });
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
    expect(count(scene, 'powerOff')).toBe(2);
    expect(scene.object().status).not.toHaveProperty('refused');
  });

  it('leaves a VM off that was off before, with its card, and does not try for ever', async () => {
    const scene = new Scene();
    refuse(scene, () => refusal(HOPELESS[0].text), 20);
    scene.attach('a', { powerPolicy: { powerOn: true } });
    await scene.settle();
    expect(scene.verdict('Stalled')).toBe('Stalled=True PassthroughNotActive');
    expect(scene.vm()).toMatchObject({ powerState: 'poweredOff', sriovCards: [{ macAddress: MAC }] });
    expect(scene.vsphere.failures.get('powerOn')).toHaveLength(19);
    scene.vsphere.failures.clear();
    scene.annotate('a', { [RETRY]: '1' });
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
    expect(scene.vm().powerState).toBe('poweredOn');
  });

  it('leaves a card in that took the place of another one, since that one could not be put back as it was', async () => {
    const scene = running();
    scene.attach();
    await scene.settle();
    refuse(scene, () => refusal(HOPELESS[0].text), 20);
    scene.change('a', { function: { kind: 'Virtual', adapter: 'fabric0', port: 2 } });
    await scene.settle();
    expect(scene.verdict('Stalled')).toBe('Stalled=True PassthroughNotActive');
    expect(scene.vm()).toMatchObject({ powerState: 'poweredOff', sriovCards: [{ physicalFunction: OTHER_PF }] });
    expect(scene.vsphere.failures.get('powerOn')).toHaveLength(19);
  });

  it('takes out only its own card, and keeps the memory lock that another one needs', async () => {
    const foreign = fakeCard(4000, { physicalFunction: OTHER_PF });
    const scene = new Scene({ vm: { powerState: 'poweredOn', memoryLockedToMax: true, sriovCards: [foreign] } });
    refuse(scene, () => refusal(HOPELESS[0].text), 1);
    scene.attach();
    await scene.settle();
    expect(scene.vm()).toMatchObject({ powerState: 'poweredOn', memoryLockedToMax: true, sriovCards: [{ key: foreign.key }] });
  });

  it('of two attachments that share a power-off each gives way until the VM runs', async () => {
    const scene = running();
    refuse(scene, () => refusal(HOPELESS[0].text), 2);
    scene.attach('a', { macAddress: '00:50:56:3f:00:01' });
    scene.attach('b', { macAddress: '00:50:56:3f:00:02', function: { kind: 'Virtual', adapter: 'fabric0', port: 2 } });
    await scene.settle();
    expect(scene.vm().powerState).toBe('poweredOn');
    expect(count(scene, 'powerOff')).toBe(1);
  });

  it('is forgotten with a changed spec, which may ask for something else', async () => {
    const scene = running();
    refuse(scene, () => refusal(HOPELESS[0].text), 1);
    scene.attach();
    await scene.settle();
    scene.change('a', { function: { kind: 'Virtual', adapter: 'fabric0', port: 2 } });
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
    expect(scene.vm().sriovCards).toMatchObject([{ physicalFunction: OTHER_PF }]);
  });

  it('does not keep the object from being deleted', async () => {
    const scene = running();
    refuse(scene, () => refusal(HOPELESS[0].text), 1);
    scene.attach();
    await scene.settle();
    scene.delete('a');
    await scene.settle();
    expect(scene.find()).toBeUndefined();
    expect(scene.vm()).toMatchObject({ powerState: 'poweredOn', sriovCards: [] });
    expect(count(scene, 'powerOff')).toBe(1);
  });
});

describe('a refusal that may pass', () => {
  it.each(WAITED_FOR)('is $reason, and the VM powers on once it has passed', async ({ reason, text, ...more }) => {
    const scene = running();
    refuse(scene, () => refusal(text, 'type' in more ? more.type : undefined), 4);
    scene.attach();
    await scene.look();
    expect(scene.verdict()).toBe(`Ready=False ${reason}`);
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
    expect(scene.vm()).toMatchObject({ powerState: 'poweredOn', sriovCards: [{ physicalFunction: PF }] });
    expect(scene.object().status).not.toHaveProperty('powerOnFailures');
  });

  it.each(WAITED_FOR)('ends after the fifth time with $reason, and with the VM as it was', async ({ reason, text, ...more }) => {
    const scene = running();
    refuse(scene, () => refusal(text, 'type' in more ? more.type : undefined), 5);
    scene.attach();
    await scene.settle();
    expect(scene.vm()).toMatchObject({ powerState: 'poweredOn', sriovCards: [], memoryLockedToMax: false });
    expect(scene.verdict()).toBe(`Ready=False ${reason}`);
    expect(count(scene, 'powerOff')).toBe(1);
  });
});

describe('a refusal that says nothing of the card', () => {
  it.each([
    { why: 'the host is in maintenance mode', type: 'InvalidState' },
    { why: 'the host is not connected', type: 'HostNotConnected' },
    { why: 'another task holds the VM', type: 'TaskInProgress' },
  ])('is not counted: $why', async ({ type }) => {
    const scene = running();
    refuse(scene, () => refusal('The operation is not allowed in the current state.', type), 12);
    scene.attach();
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
    expect(scene.vm().sriovCards).toHaveLength(1);
  });
});
