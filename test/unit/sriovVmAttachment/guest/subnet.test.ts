/** What an attachment shows of its guest and its subnet: credentials that fail, links, and who manages the subnet. */
import { describe, expect, it } from '@jest/globals';
import { attachmentsManagedBy, attachmentsOfGuestSecret } from '../../../../operator/controllers/sriovVmAttachment/wake.ts';
import { INTERVALS } from '../scene.ts';
import { IbScene } from './ibScene.ts';

describe('guest credentials', () => {
  it('that are wrong are tried once, by one attachment, and not at every look; a changed Secret is tried', async () => {
    const scene = new IbScene();
    scene.cluster.secrets.set('lab/guest', { resourceVersion: '7', data: { username: 'root', password: 'wrong' } });
    scene.attachManager();
    await scene.settle();
    for (let round = 0; round < 10; round += 1) await scene.look('sm');
    expect(scene.verdict('Stalled', 'sm')).toBe('Stalled=True GuestCredentialsRejected');
    expect(scene.manager.rejectedLogins).toBe(1);
    expect(JSON.stringify(scene.object('sm').status)).not.toContain('wrong');
    scene.annotate('sm', { 'sriov.esxi.io/retry': 'once' });
    for (let round = 0; round < 3; round += 1) await scene.look('sm');
    expect(scene.manager.rejectedLogins).toBe(2);
    scene.cluster.secrets.set('lab/guest', { resourceVersion: '8', data: { username: 'root', password: 'guest-secret' } });
    await scene.settle();
    expect(scene.verdict('Ready', 'sm')).toBe('Ready=True Succeeded');
  });

  it('that are wrong for a virtual function leave the card as it is: only the link is unknown', async () => {
    const scene = new IbScene();
    scene.client.accounts.clear();
    scene.attachFunction();
    await scene.settle();
    expect(scene.verdict('Ready', 'vf')).toBe('Ready=True Succeeded');
    expect(scene.verdict('LinkActive', 'vf')).toBe('LinkActive=Unknown GuestCredentialsRejected');
    expect(scene.client.rejectedLogins).toBe(1);
  });
});

describe('the subnet as a virtual function sees it', () => {
  it('is unknown where nobody declares a Subnet Manager and the guest is not asked, and says so', async () => {
    const scene = new IbScene();
    scene.attachFunction('vf', {});
    await scene.settle();
    expect(scene.verdict('Ready', 'vf')).toBe('Ready=True Succeeded');
    expect(scene.verdict('SubnetManagerReady', 'vf')).toBe('SubnetManagerReady=Unknown SubnetManagerUndeclared');
    expect(scene.verdict('LinkActive', 'vf')).toBe('LinkActive=Unknown GuestNotReadable');
    expect(scene.object('vf').status?.device?.guid).toBe('00:50:56:ff:fe:3f:00:01');
  });

  it('has no Subnet Manager where the one that is declared does not run', async () => {
    const scene = new IbScene({ opensm: 'none' });
    scene.attachManager();
    scene.attachFunction('vf', {});
    await scene.settle();
    expect(scene.verdict('SubnetManagerReady', 'vf')).toBe('SubnetManagerReady=False SubnetManagerAbsent');
    expect(scene.condition('SubnetManagerReady', 'vf')?.message).toContain('lab/sm is Stopped');
  });

  it('is another one than that of the Subnet Manager where the ports are cabled apart', async () => {
    const scene = new IbScene({ subnets: ['a', 'b'] });
    scene.attachManager();
    scene.attachFunction();
    await scene.settle();
    expect(scene.verdict('SubnetManagerReady', 'sm')).toBe('SubnetManagerReady=True SubnetManagerMaster');
    expect(scene.verdict('SubnetManagerReady', 'vf')).toBe('SubnetManagerReady=False SubnetManagerAbsent');
    expect(scene.verdict('LinkActive', 'vf')).toBe('LinkActive=False LinkDown');
  });

  it('is proven by an Active link where the Subnet Manager is outside', async () => {
    const scene = new IbScene();
    const outside = new IbScene().manager;
    outside.files.set('/etc/o.conf', { content: 'virt_enabled 2\n', permissions: 0o644 });
    scene.fabric.join(outside, () => [{ kind: 'Physical', guid: '00:00:00:00:00:00:00:aa', subnet: 'default' }]);
    outside.run('root', ['opensm', '--config', '/etc/o.conf']);
    scene.attachFunction();
    await scene.settle();
    expect(scene.verdict('LinkActive', 'vf')).toBe('LinkActive=True LinkUp');
    expect(scene.verdict('SubnetManagerReady', 'vf')).toBe('SubnetManagerReady=True SubnetManagerMaster');
  });

  it('gives no link to a function whose GUID is 0, and says so', async () => {
    const scene = new IbScene();
    scene.fabric.join(scene.client, () => [{ kind: 'Virtual', guid: '00:00:00:00:00:00:00:00', subnet: 'default' }]);
    scene.attachManager();
    scene.attachFunction();
    await scene.settle();
    expect(scene.verdict('LinkActive', 'vf')).toBe('LinkActive=False VfGuidUnset');
  });

  it('is no matter of Ethernet ports', async () => {
    const scene = new IbScene();
    const host = scene.cluster.hosts.get('lab/esx-01');
    if (host === undefined) throw new Error('no host');
    const adapters = host.spec.adapters.map((adapter) => ({ ...adapter, ports: adapter.ports.map(({ linkType: _, ...port }) => port) }));
    scene.cluster.put('SriovHost', { ...host, spec: { ...host.spec, adapters } });
    scene.attachFunction();
    await scene.settle();
    expect(scene.condition('LinkActive', 'vf')).toBeUndefined();
    expect(scene.object('vf').status?.device).not.toHaveProperty('guid');
    expect(scene.client.commands).toEqual([]);
  });
});

describe('what cannot be seen', () => {
  it('is not claimed: a Subnet Manager on hold is unknown, and so it is for the others', async () => {
    const scene = new IbScene();
    scene.attachManager();
    scene.attachFunction('vf', {});
    await scene.settle();
    expect(scene.verdict('SubnetManagerReady', 'vf')).toBe('SubnetManagerReady=True SubnetManagerMaster');
    scene.annotate('sm', { 'sriov.esxi.io/hold': 'maintenance of the guest' });
    await scene.settle();
    expect(scene.verdict('SubnetManagerReady', 'sm')).toBe('SubnetManagerReady=Unknown GuestNotReadable');
    expect(scene.verdict('SubnetManagerReady', 'vf')).toBe('SubnetManagerReady=Unknown SubnetManagerAbsent');
    scene.annotate('sm', {});
    await scene.settle();
    expect(scene.verdict('SubnetManagerReady', 'vf')).toBe('SubnetManagerReady=True SubnetManagerMaster');
  });

  it('is the link of a VM that is off', async () => {
    const scene = new IbScene();
    scene.attachManager();
    scene.attachFunction();
    await scene.settle();
    for (const moRef of ['vm-1', 'vm-2']) scene.vsphere.edit(moRef, (vm) => scene.vsphere.stop(vm));
    for (let round = 0; round < 3; round += 1) for (const name of ['sm', 'vf']) await scene.look(name);
    expect(scene.verdict('LinkActive', 'vf')).toBe('LinkActive=Unknown GuestNotReadable');
    expect(scene.condition('LinkActive', 'vf')?.message).toContain('VM db-01 is poweredOff.');
    expect(scene.object('sm').status?.subnetManager?.state).toBe('Stopped');
  });
});

describe('the next look', () => {
  it('comes soon while the link is not Active, and at leisure afterwards', async () => {
    const scene = new IbScene();
    scene.attachFunction();
    await scene.settle();
    expect(await scene.look('vf')).toEqual({ kind: 'requeueAfter', ms: INTERVALS.waitingMs });
    scene.attachManager();
    await scene.settle();
    expect(await scene.look('vf')).toEqual({ kind: 'requeueAfter', ms: INTERVALS.recheckMs });
  });

  it('comes at once for those on the subnet when their Subnet Manager says something new, and when a Secret of a guest changes', async () => {
    const scene = new IbScene();
    scene.attachManager();
    scene.attachFunction();
    scene.attachFunction('other', { guest: { credentialsSecretRef: { name: 'else' } } });
    expect(attachmentsManagedBy(scene.cluster, 'lab/sm').toSorted()).toEqual(['lab/other', 'lab/vf']);
    expect(attachmentsManagedBy(scene.cluster, 'lab/vf')).toEqual([]);
    expect(attachmentsManagedBy(scene.cluster, 'lab/gone')).toEqual([]);
    expect(attachmentsOfGuestSecret(scene.cluster, 'lab/guest').toSorted()).toEqual(['lab/sm', 'lab/vf']);
    expect(attachmentsOfGuestSecret(scene.cluster, 'other/guest')).toEqual([]);
  });
});
