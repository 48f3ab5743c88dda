// Secrets by name on a real API server, as a service account that may read only those.
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLog } from '../../../operator/engine/log.ts';
import { createSecretCache, type SecretCache, type SecretCacheOptions } from '../../../operator/kube/secrets.ts';
import { startWatchProxy, type WatchProxy } from '../../support/apiserver/watchProxy.ts';
import { withApiServer } from '../../support/apiserver/withApiServer.ts';
import { withCleanUp } from './cleanUp.ts';
import { clientFor, eventually, newNamespace, ok } from './world.ts';

const api = withApiServer();
const cleanUp = withCleanUp();
const { signal } = new AbortController();
let namespace = '';
let proxy: WatchProxy;
let changed: string[] = [];
let values: string[] = [];

beforeAll(async () => {
  namespace = await newNamespace(api());
  const role = ['create', 'role', 'by-name', '--verb=get,list,watch', '--resource=secrets', '-n', namespace];
  const names = ['one', 'two', 'three'].map((name) => `--resource-name=${name}`);
  const binding = ['create', 'rolebinding', 'by-name', '--role=by-name', `--serviceaccount=${namespace}:operator`, '-n', namespace];
  expect((await api().kubectl([...role, ...names])).stderr).toBe('');
  expect((await api().kubectl(binding)).stderr).toBe('');
});

afterEach(async () => {
  await ok(api().request({ method: 'DELETE', path: `/api/v1/namespaces/${namespace}/secrets` }));
});

async function cache(options: Partial<SecretCacheOptions> & { readonly admin?: boolean } = {}): Promise<SecretCache> {
  proxy = await startWatchProxy(api());
  const token = options.admin === true ? api().adminToken : await api().serviceAccountToken(namespace, 'operator');
  const { client } = await clientFor(api(), { server: proxy.server, user: { token } });
  const end = new AbortController();
  cleanUp.push(
    () => proxy.stop(),
    () => client.close(),
    async () => end.abort(new Error('the test has ended')),
  );
  changed = [];
  values = [];
  return createSecretCache(
    {
      client,
      log: silentLog,
      onChange: (key) => changed.push(key),
      onValue: (value) => values.push(value),
      retryDelay: () => 50,
      ...options,
    },
    end.signal,
  );
}

async function write(name: string, password: string): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/secrets`;
  const body = { metadata: { name }, stringData: { password } };
  const created = await api().request({ method: 'POST', path, body });
  if (created.status !== 409) return;
  await ok(api().request({ method: 'PATCH', path: `${path}/${name}`, body, contentType: 'application/merge-patch+json' }));
}

const password = async (secrets: SecretCache, name: string) => (await secrets.get({ namespace, name }, signal))?.data['password'];

describe('Secrets', () => {
  it('are read by name with no more rights than that, decoded, and reported to the redaction', async () => {
    const secrets = await cache();
    await write('one', 'pässword');
    expect(await password(secrets, 'one')).toBe('pässword');
    expect(values).toEqual(['pässword']);
    await expect(secrets.get({ namespace, name: 'forbidden' }, signal)).rejects.toMatchObject({ status: 403 });
  });

  it('tell when they are rotated, and give the new value from the cache', async () => {
    const secrets = await cache();
    await write('one', 'old');
    expect(await password(secrets, 'one')).toBe('old');
    await write('one', 'new');
    await eventually('the rotation is known', () => changed.length === 1);
    expect(changed).toEqual([`${namespace}/one`]);
    const reads = proxy.passed.length;
    expect(await password(secrets, 'one')).toBe('new');
    expect(proxy.passed.length).toBe(reads);
  });

  it('tell when a missing one is created and when it is deleted', async () => {
    const secrets = await cache();
    expect(await password(secrets, 'two')).toBeUndefined();
    await write('two', 'here');
    await eventually('the creation is known', () => changed.length === 1);
    await ok(api().request({ method: 'DELETE', path: `/api/v1/namespaces/${namespace}/secrets/two` }));
    await eventually('the deletion is known', () => changed.length === 2);
    expect(await password(secrets, 'two')).toBeUndefined();
  });

  it('are silent while nothing changes', async () => {
    const secrets = await cache();
    await write('one', 'a');
    await password(secrets, 'one');
    await eventually('the watch is open', () => proxy.openWatches() === 1);
    await password(secrets, 'one');
    await write('three', 'not asked for');
    await write('one', 'b');
    await eventually('a change is known', () => changed.length > 0);
    expect(changed).toEqual([`${namespace}/one`]);
  });

  it('are no longer watched when nothing refers to them', async () => {
    let now = 0;
    const secrets = await cache({ now: () => now });
    await write('one', 'a');
    await write('two', 'b');
    await password(secrets, 'one');
    await password(secrets, 'two');
    await eventually('both are watched', () => proxy.openWatches() === 2);
    secrets.retain(new Set());
    expect(secrets.watches).toBe(2);
    now += 300_000;
    secrets.retain(new Set([`${namespace}/two`]));
    await eventually('one is watched', () => proxy.openWatches() === 1);
    expect(secrets.watches).toBe(1);
  });

  it('share one watch of metadata when there are many, and contents of others never come', async () => {
    const secrets = await cache({ admin: true, mostWatches: 1 });
    for (const name of ['one', 'two', 'three', 'bystander']) await write(name, `secret of ${name}`);
    for (const name of ['one', 'two', 'three']) expect(await password(secrets, name)).toBe(`secret of ${name}`);
    await eventually('two watches are open', () => proxy.openWatches() === 2);
    const lines: string[] = [];
    proxy.filterLines((line) => lines.push(line) > 0);
    await write('bystander', 'changed');
    await write('three', 'rotated');
    await eventually('the rotation is known', () => changed.length === 1);
    expect(changed).toEqual([`${namespace}/three`]);
    expect(await password(secrets, 'three')).toBe('rotated');
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.join()).not.toContain('"data"');
  });
});
