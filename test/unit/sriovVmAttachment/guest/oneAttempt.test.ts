/** A guest may lock an account after a few failures: wrong credentials are tried once, also by attachments that look at the same moment. */
import { describe, expect, it } from '@jest/globals';
import { IbScene } from './ibScene.ts';

const GUEST = { credentialsSecretRef: { name: 'guest' } };

describe('wrong credentials of a guest', () => {
  it('are tried once by all attachments of the VM that look at the same moment', async () => {
    const scene = new IbScene();
    const port = { kind: 'Virtual', adapter: 'fabric0', port: 2 } as const;
    for (const [index, name] of ['a', 'b', 'c'].entries()) {
      scene.attach(name, { function: port, macAddress: `00:50:56:3f:00:0${index + 1}` });
    }
    await scene.settle();
    scene.cluster.secrets.set('lab/guest', { resourceVersion: '2', data: { username: 'root', password: 'wrong' } });
    for (const name of ['a', 'b', 'c']) scene.change(name, { guest: GUEST });
    await Promise.all(['a', 'b', 'c'].map((name) => scene.look(name)));
    await scene.settle();
    expect(scene.verdict('LinkActive', 'a')).toBe('LinkActive=Unknown GuestCredentialsRejected');
    expect(scene.client.rejectedLogins).toBe(1);
  });

  it('are tried once more for a retry of all of them, however long the annotations stay', async () => {
    const scene = new IbScene();
    const names = ['a', 'b', 'c'];
    const port = { kind: 'Virtual', adapter: 'fabric0', port: 2 } as const;
    for (const [index, name] of names.entries()) scene.attach(name, { function: port, macAddress: `00:50:56:3f:00:0${index + 1}` });
    scene.cluster.secrets.set('lab/guest', { resourceVersion: '2', data: { username: 'root', password: 'wrong' } });
    for (const name of names) scene.change(name, { guest: GUEST });
    await scene.settle();
    expect(scene.client.rejectedLogins).toBe(1);
    for (const name of names) scene.annotate(name, { 'sriov.esxi.io/retry': name });
    await scene.settle();
    expect(scene.client.rejectedLogins).toBe(2);
    // Another process knows of no rejection, and tries once for itself.
    scene.restart();
    await scene.settle();
    expect(scene.client.rejectedLogins).toBe(3);
  });
});
