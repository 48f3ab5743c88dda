// The reflector against a real API server, with everything between them failing.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { KubeClient } from '../../../operator/kube/client.ts';
import type { WatchProxy } from '../../support/apiserver/watchProxy.ts';
import { startWatchProxy } from '../../support/apiserver/watchProxy.ts';
import { withApiServer } from '../../support/apiserver/withApiServer.ts';
import { withCleanUp } from './cleanUp.ts';
import {
  clientFor,
  createGadget,
  deleteGadget,
  eventually,
  GADGET_CRD,
  newNamespace,
  ok,
  patchGadget,
  type Watching,
  watchGadgets,
} from './world.ts';

// The API server remembers a token that it found good for ten seconds, and takes some two to restart.
jest.setTimeout(60_000);

const api = withApiServer();
const cleanUp = withCleanUp();

beforeAll(async () => {
  await api().installCrds(GADGET_CRD);
});

async function proxied(): Promise<{ proxy: WatchProxy; client: KubeClient; namespace: string }> {
  const proxy = await startWatchProxy(api());
  cleanUp.push(() => proxy.stop());
  const { client } = await clientFor(api(), { server: proxy.server });
  cleanUp.push(() => client.close());
  return { proxy, client, namespace: await newNamespace(api()) };
}

function watching(...args: Parameters<typeof watchGadgets>): Watching {
  const watch = watchGadgets(...args);
  cleanUp.push(watch.stop);
  return watch;
}

describe('a reflector', () => {
  it('lists, watches and tells adds, updates and deletes by key', async () => {
    const { client, namespace } = await proxied();
    const first = await createGadget(api(), namespace, 'first', { level: 1 });
    const { mirror, changes, reflector } = watching(client, namespace);
    await reflector.synced;
    expect(mirror.get(`${namespace}/first`)?.spec).toEqual({ level: 1 });
    await createGadget(api(), namespace, 'second');
    await patchGadget(api(), first, { spec: { level: 2 } });
    await deleteGadget(api(), first);
    await eventually('the deletion is known', () => mirror.get(`${namespace}/first`) === undefined);
    expect(changes.map(({ key, type }) => `${type} ${key.split('/')[1]}`)).toEqual([
      'added first',
      'added second',
      'updated first',
      'deleted first',
    ]);
    expect(mirror.list().map((gadget) => gadget.metadata.name)).toEqual(['second']);
  });

  it('hands out deeply frozen objects without managedFields', async () => {
    const { client, namespace } = await proxied();
    const { mirror, reflector } = watching(client, namespace);
    await reflector.synced;
    await createGadget(api(), namespace, 'one', { nested: { list: [{ a: 1 }] } });
    await eventually('the object is known', () => mirror.list().length === 1);
    const [gadget] = mirror.list();
    expect(Object.isFrozen(gadget?.spec?.['nested'])).toBe(true);
    expect(() => Object.assign(gadget?.metadata ?? {}, { name: 'other' })).toThrow(TypeError);
    expect(gadget?.metadata).not.toHaveProperty('managedFields');
  });

  it('marks an update of the status alone, so that a controller need not answer to its own writes', async () => {
    const { client, namespace } = await proxied();
    const gadget = await createGadget(api(), namespace, 'one');
    const { changes, reflector } = watching(client, namespace);
    await reflector.synced;
    const path = `/apis/test.example.com/v1/namespaces/${namespace}/gadgets/one/status`;
    await ok(api().request({ method: 'PATCH', path, body: { status: { level: 1 } }, contentType: 'application/merge-patch+json' }));
    await patchGadget(api(), gadget, { metadata: { annotations: { a: 'b' } } });
    await patchGadget(api(), gadget, { spec: { level: 2 } });
    await eventually('three updates', () => changes.length === 4);
    expect(changes.map((change) => change.statusOnly)).toEqual([false, true, false, false]);
  });

  it('goes on after connection resets without listing again and without losing anything', async () => {
    const { proxy, client, namespace } = await proxied();
    const { mirror, changes, reflector } = watching(client, namespace);
    await reflector.synced;
    for (const name of ['a', 'b', 'c']) {
      await eventually('a watch is open', () => proxy.openWatches() === 1);
      proxy.cut();
      await createGadget(api(), namespace, name);
    }
    await eventually('all three are known', () => mirror.list().length === 3);
    expect(changes.map((change) => change.type)).toEqual(['added', 'added', 'added']);
    const lists = proxy.passed.filter(({ url }) => url.includes('gadgets') && !url.includes('watch=true'));
    expect(lists).toHaveLength(1);
  });

  it('comes back when the API server restarts, and sees what changed before and after', async () => {
    const { client, namespace } = await proxied();
    const { mirror, reflector } = watching(client, namespace);
    await reflector.synced;
    await createGadget(api(), namespace, 'before');
    await api().restart(200);
    await eventually('the kind is served again', () =>
      createGadget(api(), namespace, 'after').then(
        () => true,
        () => false,
      ),
    );
    await eventually('both are known', () => mirror.list().length === 2);
  });

  it('waits out a server that refuses everything at the start, and is synced only then', async () => {
    const { proxy, client, namespace } = await proxied();
    await createGadget(api(), namespace, 'one');
    let refused = 0;
    proxy.intercept((_, response) => {
      refused += 1;
      response.writeHead(500, { 'content-type': 'application/json' }).end('{"kind":"Status","reason":"InternalError","message":"no"}');
      return true;
    });
    const { mirror, reflector } = watching(client, namespace);
    let synced = false;
    void reflector.synced.then(() => {
      synced = true;
    });
    await eventually('it has tried three times', () => refused >= 3);
    expect(synced).toBe(false);
    proxy.intercept(undefined);
    await reflector.synced;
    expect(mirror.list()).toHaveLength(1);
  });

  it('lists again after a 410 inside the watch', async () => {
    const { proxy, client, namespace } = await proxied();
    const { mirror, changes, reflector } = watching(client, namespace);
    await reflector.synced;
    await eventually('a watch is open', () => proxy.openWatches() === 1);
    proxy.filterLines(() => false);
    await createGadget(api(), namespace, 'unseen');
    proxy.filterLines(undefined);
    proxy.say(
      JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' } }),
    );
    await eventually('the object is known', () => mirror.list().length === 1);
    expect(changes).toEqual([{ key: `${namespace}/unseen`, type: 'added', statusOnly: false }]);
    expect(proxy.passed.filter(({ url }) => url.includes('gadgets') && !url.includes('watch=true'))).toHaveLength(2);
  });

  it('lists again when the server really no longer has the version (compacted)', async () => {
    const { proxy, client, namespace } = await proxied();
    const { mirror, reflector } = watching(client, namespace);
    await reflector.synced;
    await eventually('a watch is open', () => proxy.openWatches() === 1);
    // From version 1, which the server cannot serve any more: the real answer, not ours.
    const old = `/apis/test.example.com/v1/namespaces/${namespace}/gadgets?watch=true&resourceVersion=1`;
    let gone = 0;
    proxy.intercept((request, response) => {
      if (gone > 0 || request.url?.includes('watch=true') !== true) return false;
      gone += 1;
      void api()
        .request({ method: 'GET', path: old })
        .then(({ status, body }) => {
          response
            .writeHead(status, { 'content-type': 'application/json' })
            .end(`${typeof body === 'string' ? body : JSON.stringify(body)}\n`);
        });
      return true;
    });
    proxy.cut();
    await createGadget(api(), namespace, 'one');
    await eventually('the object is known', () => mirror.list().length === 1 && gone === 1);
  });

  it('reports an object that was deleted and re-created in a gap as deleted and added', async () => {
    const { proxy, client, namespace } = await proxied();
    const old = await createGadget(api(), namespace, 'one');
    const { mirror, changes, reflector } = watching(client, namespace);
    await reflector.synced;
    await eventually('a watch is open', () => proxy.openWatches() === 1);
    proxy.filterLines(() => false);
    await deleteGadget(api(), old);
    const recreated = await createGadget(api(), namespace, 'one');
    proxy.filterLines(undefined);
    proxy.say(JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } }));
    await eventually('the new object is known', () => mirror.get(`${namespace}/one`)?.metadata.uid === recreated.metadata.uid);
    expect(changes.map((change) => change.type)).toEqual(['added', 'deleted', 'added']);
  });

  it('reads big collections in pages', async () => {
    const { proxy, client, namespace } = await proxied();
    await Promise.all(Array.from({ length: 12 }, (_, index) => createGadget(api(), namespace, `g-${index}`)));
    const { mirror, reflector } = watching(client, namespace, { pageSize: 5 });
    await reflector.synced;
    expect(mirror.list()).toHaveLength(12);
    const lists = proxy.passed.filter(({ url }) => url.includes('limit=5'));
    expect(lists.map(({ url }) => url.includes('continue='))).toEqual([false, true, true]);
  });

  it('falls back to one list when the pages expire half way', async () => {
    const { proxy, client, namespace } = await proxied();
    await Promise.all(Array.from({ length: 4 }, (_, index) => createGadget(api(), namespace, `g-${index}`)));
    proxy.intercept((request, response) => {
      if (request.url?.includes('continue=') !== true) return false;
      response
        .writeHead(410, { 'content-type': 'application/json' })
        .end('{"kind":"Status","reason":"Expired","message":"continue expired"}');
      return true;
    });
    const { mirror, reflector } = watching(client, namespace, { pageSize: 2 });
    await reflector.synced;
    expect(mirror.list()).toHaveLength(4);
  });

  it('moves on with bookmarks, so that a quiet collection never falls behind', async () => {
    const { proxy, client, namespace } = await proxied();
    const { reflector } = watching(client, namespace);
    await reflector.synced;
    await eventually('a watch is open', () => proxy.openWatches() === 1);
    expect(proxy.passed.at(-1)?.url).toContain('allowWatchBookmarks=true');
    const object = { kind: 'Gadget', apiVersion: 'test.example.com/v1', metadata: { resourceVersion: '987654321' } };
    let polls = 0;
    await eventually('the next watch begins at the bookmark', () => {
      proxy.say(JSON.stringify({ type: 'BOOKMARK', object }));
      // Not at once: a reset would overtake the bookmark.
      polls += 1;
      if (polls % 5 === 0) proxy.cut();
      return proxy.passed.some(({ url }) => url.includes('resourceVersion=987654321'));
    });
  });

  it('opens a watch anew when nothing at all comes any more', async () => {
    const { proxy, client, namespace } = await proxied();
    const { mirror, reflector } = watching(client, namespace, { idleMs: 1_000 });
    await reflector.synced;
    await eventually('a second watch was opened', () => proxy.passed.filter(({ url }) => url.includes('watch=true')).length >= 2);
    await createGadget(api(), namespace, 'one');
    await eventually('the object is known', () => mirror.list().length === 1);
  });

  it('survives an expired token: it takes the new one from the file', async () => {
    const namespace = await newNamespace(api());
    const account = `/api/v1/namespaces/${namespace}/serviceaccounts/reader`;
    const tokenFile = join(api().folder, `${namespace}.token`);
    await writeFile(tokenFile, await api().serviceAccountToken(namespace, 'reader'));
    const rule = ['create', 'clusterrolebinding', namespace, '--clusterrole=cluster-admin', `--serviceaccount=${namespace}:reader`];
    expect((await api().kubectl(rule)).code).toBe(0);
    const proxy = await startWatchProxy(api());
    cleanUp.push(() => proxy.stop());
    const { client, requests } = await clientFor(api(), { server: proxy.server, user: { tokenFile } });
    cleanUp.push(() => client.close());
    const { mirror, reflector } = watching(client, namespace);
    await reflector.synced;
    // A token is bound to its account: with the account gone it is worth nothing any more.
    await ok(api().request({ method: 'DELETE', path: account }));
    await eventually('the old token is refused', () => {
      if (proxy.openWatches() > 0) proxy.cut();
      return requests.some(({ code }) => code === '401');
    });
    await writeFile(tokenFile, `${await api().serviceAccountToken(namespace, 'reader')}\n`);
    await createGadget(api(), namespace, 'one');
    await eventually('the object is known', () => mirror.list().length === 1);
  });

  it('outlives a change handler that throws', async () => {
    const { client, namespace } = await proxied();
    const { mirror, reflector } = watching(client, namespace, {
      onChange: () => {
        throw new Error('a bug in the handler');
      },
    });
    await reflector.synced;
    await createGadget(api(), namespace, 'one');
    await eventually('the object is known', () => mirror.list().length === 1);
  });

  it('ends with its signal and leaves no watch behind', async () => {
    const { proxy, client, namespace } = await proxied();
    const { reflector, stop } = watchGadgets(client, namespace);
    await reflector.synced;
    await eventually('a watch is open', () => proxy.openWatches() === 1);
    await stop();
    await eventually('no watch is open', () => proxy.openWatches() === 0);
  });
});
