/** A namespace reaches no host and no VM that the host's owner did not open to it, and what it had stays as it is when it is shut out. */
import { describe, expect, it } from '@jest/globals';
import type { SriovHostSpec } from '../../../operator/api/types.ts';
import { admitsNamespace, admitsVm } from '../../../operator/controllers/sriovVmAttachment/tenancy.ts';
import { fakeCard } from '../../support/fakes/vsphere.ts';
import { hostObject, Scene } from './scene.ts';

type Opening = SriovHostSpec['attachments'];
type Requirement = NonNullable<NonNullable<Opening['namespaceSelector']>['matchExpressions']>[number];

const needs = (...matchExpressions: readonly Requirement[]): Opening => ({ from: 'Selector', namespaceSelector: { matchExpressions } });
const BLUE = { team: 'blue' };

describe('namespaces', () => {
  it.each<{ why: string; opening: Opening; labels?: Readonly<Record<string, string>>; admits: boolean }>([
    { why: 'Same lets no other namespace in', opening: { from: 'Same' }, admits: false },
    { why: 'All lets every namespace in', opening: { from: 'All' }, admits: true },
    { why: 'a label that fits', opening: { from: 'Selector', namespaceSelector: { matchLabels: BLUE } }, labels: BLUE, admits: true },
    {
      why: 'a label with another value',
      opening: { from: 'Selector', namespaceSelector: { matchLabels: BLUE } },
      labels: { team: 'red' },
      admits: false,
    },
    { why: 'a label that is missing', opening: { from: 'Selector', namespaceSelector: { matchLabels: BLUE } }, labels: {}, admits: false },
    { why: 'labels that nobody knows', opening: { from: 'Selector', namespaceSelector: {} }, admits: false },
    { why: 'an empty selector fits all', opening: { from: 'Selector', namespaceSelector: {} }, labels: {}, admits: true },
    { why: 'a selector that is missing fits none', opening: { from: 'Selector' }, labels: BLUE, admits: false },
    { why: 'In', opening: needs({ key: 'team', operator: 'In', values: ['red', 'blue'] }), labels: BLUE, admits: true },
    { why: 'In without the label', opening: needs({ key: 'team', operator: 'In', values: ['blue'] }), labels: {}, admits: false },
    { why: 'NotIn', opening: needs({ key: 'team', operator: 'NotIn', values: ['blue'] }), labels: BLUE, admits: false },
    { why: 'NotIn without the label', opening: needs({ key: 'team', operator: 'NotIn', values: ['blue'] }), labels: {}, admits: true },
    { why: 'Exists', opening: needs({ key: 'team', operator: 'Exists' }), labels: {}, admits: false },
    { why: 'DoesNotExist', opening: needs({ key: 'team', operator: 'DoesNotExist' }), labels: {}, admits: true },
    {
      why: 'a name that every object inherits is no label',
      opening: needs({ key: 'toString', operator: 'Exists' }),
      labels: {},
      admits: false,
    },
    {
      why: 'all requirements count',
      opening: needs({ key: 'team', operator: 'Exists' }, { key: 'prod', operator: 'Exists' }),
      labels: BLUE,
      admits: false,
    },
  ])('$why', ({ opening, labels, admits }) => {
    expect(admitsNamespace(hostObject({ attachments: opening }), 'tenant', labels)).toBe(admits);
    expect(admitsNamespace(hostObject({ attachments: opening }), 'lab', undefined)).toBe(true);
  });
});

describe('inventory paths', () => {
  it.each([
    { why: 'no patterns open all VMs', patterns: [], path: '/dc/vm/a/db', admits: true },
    { why: 'no patterns open also a VM whose path cannot be seen', patterns: [], path: '', admits: true },
    { why: 'a folder and all below', patterns: ['/dc/vm/a/**'], path: '/dc/vm/a/b/c/db', admits: true },
    { why: 'a VM in the folder itself', patterns: ['/dc/vm/a/**'], path: '/dc/vm/a/db', admits: true },
    { why: 'not the folder as a VM', patterns: ['/dc/vm/a/**'], path: '/dc/vm/a', admits: false },
    { why: 'not a folder that begins alike', patterns: ['/dc/vm/a/**'], path: '/dc/vm/ab/db', admits: false },
    { why: 'one star is one name', patterns: ['/dc/vm/a/*'], path: '/dc/vm/a/b/db', admits: false },
    { why: 'stars within a name', patterns: ['/dc/vm/t-*-x/db*1'], path: '/dc/vm/t-42-x/db-01', admits: true },
    { why: 'a star does not cross a slash', patterns: ['/dc/vm/t-*'], path: '/dc/vm/t-1/db', admits: false },
    { why: 'start and end of a name do not overlap', patterns: ['/dc/vm/aba*aba'], path: '/dc/vm/ababa', admits: false },
    { why: '** in the middle may be no folder', patterns: ['/dc/**/db'], path: '/dc/db', admits: true },
    { why: '** in the middle may be several', patterns: ['/dc/**/db'], path: '/dc/vm/a/db', admits: true },
    { why: 'dots and brackets are letters', patterns: ['/dc/vm/a.c/[x]'], path: '/dc/vm/abc/x', admits: false },
    { why: 'case counts', patterns: ['/dc/vm/A/**'], path: '/dc/vm/a/db', admits: false },
    { why: 'a slash in a name stays escaped and is no folder', patterns: ['/dc/vm/a/**'], path: '/dc/vm/a%2fdb', admits: false },
    { why: 'a path that cannot be seen fits nothing', patterns: ['/**'], path: '', admits: false },
    { why: 'any of several', patterns: ['/dc/vm/x/**', '/dc/vm/a/**'], path: '/dc/vm/a/db', admits: true },
  ])('$why: $patterns, $path', ({ patterns, path, admits }) => {
    expect(admitsVm(hostObject({ attachments: { from: 'Same', vmPaths: patterns } }), path)).toBe(admits);
  });
});

function open(scene: Scene, attachments: Opening): void {
  scene.cluster.put('SriovHost', hostObject({ attachments }));
}

describe('an attachment', () => {
  it('of a namespace that the host does not select is refused before anything is read', async () => {
    const scene = new Scene({ vm: { powerState: 'poweredOn' } });
    open(scene, { from: 'Selector', namespaceSelector: { matchLabels: BLUE } });
    scene.attach('a', { hostRef: { name: 'esx-01', namespace: 'other' } });
    scene.cluster.put('SriovHost', {
      ...hostObject({ attachments: { from: 'Selector', namespaceSelector: { matchLabels: BLUE } } }),
      metadata: { ...hostObject().metadata, namespace: 'other' },
    });
    scene.cluster.secrets.set('other/vcenter', { resourceVersion: '1', data: { username: 'operator', password: 'right' } });
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=False HostNotAllowed');
    expect(scene.condition('Ready')?.message).toContain('namespace lab does not exist');
    scene.cluster.namespaces.set('lab', { team: 'red' });
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=False HostNotAllowed');
    expect(scene.vsphere.reads).toEqual([]);
    scene.cluster.namespaces.set('lab', BLUE);
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });

  it.each([
    { why: 'there is such a VM elsewhere', inventoryPath: '/dc/vm/tenant-b/db-01' },
    { why: 'its path cannot be seen', inventoryPath: '' },
  ])('of a VM that the host is not open for learns nothing about it: $why', async ({ inventoryPath }) => {
    const scene = new Scene({ vm: { powerState: 'poweredOn', inventoryPath } });
    open(scene, { from: 'Same', vmPaths: ['/dc/vm/tenant-a/**'] });
    scene.attach();
    await scene.settle();
    expect(scene.verdict('VmFound')).toBe('VmFound=False VmNotAllowed');
    const said = scene.condition('Ready')?.message;
    expect(scene.vsphere.writes).toEqual([]);
    expect(scene.vsphere.reads).not.toContain('vm');
    scene.vsphere.vms.delete('vm-1');
    await scene.settle();
    expect(scene.condition('Ready')?.message).toBe(said);
  });

  it('means the VM that the host is open for, where there is another of that name', async () => {
    const scene = new Scene({ vm: { inventoryPath: '/dc/vm/tenant-b/db-01' } });
    scene.vsphere.addVm({ moRef: 'vm-2', name: 'db-01', hostMoRef: 'host-1', inventoryPath: '/dc/vm/tenant-a/db-01' });
    open(scene, { from: 'Same', vmPaths: ['/dc/vm/tenant-a/**'] });
    scene.attach();
    await scene.settle();
    expect(scene.vsphere.writes).toEqual(['reconfigure vm-2']);
  });

  it('that loses its VM is reported and not detached; its deletion still takes the card out', async () => {
    const scene = new Scene({ vm: { powerState: 'poweredOn', inventoryPath: '/dc/vm/tenant-a/db-01' } });
    open(scene, { from: 'Same', vmPaths: ['/dc/vm/tenant-a/**'] });
    scene.attach();
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
    scene.vsphere.writes.length = 0;
    open(scene, { from: 'Same', vmPaths: ['/dc/vm/tenant-b/**'] });
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=False VmNotAllowed');
    expect(scene.vsphere.writes).toEqual([]);
    scene.delete('a');
    await scene.settle();
    expect(scene.find()).toBeUndefined();
    expect(scene.vm()).toMatchObject({ sriovCards: [], memoryLockedToMax: false, powerState: 'poweredOn' });
  });

  it('that loses its VM while this is off for the change gives the power back, and changes nothing else', async () => {
    const scene = new Scene({ vm: { powerState: 'poweredOn', inventoryPath: '/dc/vm/tenant-a/db-01' } });
    open(scene, { from: 'Same', vmPaths: ['/dc/vm/tenant-a/**'] });
    scene.attach();
    scene.vsphere.afterWrite = (what) => {
      if (what.startsWith('powerOff')) scene.crash(new Error('gone'));
    };
    await expect(scene.look()).rejects.toThrow();
    expect(scene.vm().powerState).toBe('poweredOff');
    scene.vsphere.afterWrite = () => undefined;
    open(scene, { from: 'Same', vmPaths: ['/dc/vm/tenant-b/**'] });
    scene.restart();
    await scene.settle();
    expect(scene.vsphere.writes).toEqual(['powerOff vm-1', 'powerOn vm-1']);
    expect(scene.vm()).toMatchObject({ powerState: 'poweredOn', sriovCards: [] });
    expect(scene.verdict()).toBe('Ready=False VmNotAllowed');
  });

  it('of a host that does not exist takes no MAC address from others', async () => {
    const scene = new Scene();
    scene.attach('first', { hostRef: { name: 'no-such-host' } });
    await scene.settle();
    scene.attach('second', {}, { creationTimestamp: '2026-01-02T00:00:00Z' });
    await scene.settle();
    expect(scene.verdict('Ready', 'second')).toBe('Ready=True Succeeded');
  });

  it('of another namespace is not told who else uses the host', async () => {
    const scene = new Scene({ presentVfs: 1 });
    const elsewhere = { ...hostObject({ attachments: { from: 'All' } }, 1), metadata: { ...hostObject().metadata, namespace: 'other' } };
    scene.cluster.put('SriovHost', elsewhere);
    scene.cluster.secrets.set('other/vcenter', { resourceVersion: '1', data: { username: 'operator', password: 'right' } });
    const held = { key: 9, macAddress: '00:50:56:00:00:09', physicalFunction: '0000:3b:00.0' };
    scene.vsphere.addVm({ moRef: 'vm-9', name: 'payroll', hostMoRef: 'host-1', sriovCards: [fakeCard(9, held)] });
    scene.attach('a', { hostRef: { name: 'esx-01', namespace: 'other' } });
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=False NoFreeVirtualFunction');
    expect(JSON.stringify(scene.object().status)).not.toContain('payroll');
    expect(scene.condition('Ready')?.message).toContain('another VM');
  });

  it('that is refused takes no virtual function and no MAC address from others', async () => {
    const scene = new Scene({ presentVfs: 1 });
    open(scene, { from: 'Same', vmPaths: ['/dc/vm/db-01'] });
    scene.attach('first', { vm: { name: 'elsewhere' } });
    await scene.settle();
    expect(scene.verdict('Ready', 'first')).toBe('Ready=False VmNotAllowed');
    scene.attach('second', {}, { creationTimestamp: '2026-01-02T00:00:00Z' });
    await scene.settle();
    expect(scene.verdict('Ready', 'second')).toBe('Ready=True Succeeded');
  });
});
