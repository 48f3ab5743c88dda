// Restart permits on a real API server: never more holders than allowed, whoever races, dies or has been told another limit.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { SriovHost } from '../../../operator/api/types.ts';
import { silentLog } from '../../../operator/engine/log.ts';
import { KubePermits } from '../../../operator/kube/permits.ts';
import { startWatchProxy } from '../../support/apiserver/watchProxy.ts';
import { withApiServer } from '../../support/apiserver/withApiServer.ts';
import { withCleanUp } from './cleanUp.ts';
import { clientFor, newNamespace, ok } from './world.ts';

jest.setTimeout(60_000);

const api = withApiServer();
const cleanUp = withCleanUp();
const { signal } = new AbortController();

beforeAll(async () => {
  await api().installCrds(await readFile(join(import.meta.dirname, '../../../crds/sriov.esxi.io_sriovhosts.yaml'), 'utf8'));
});

/** One process of the operator, with a connection of its own. */
async function replica(namespace: string, limit = 1, server?: string): Promise<KubePermits> {
  const { client } = await clientFor(api(), server === undefined ? {} : { server });
  cleanUp.push(() => client.close());
  return new KubePermits({ client, namespace, limit, log: silentLog });
}

/** A SriovHost that the API server has. */
async function hostIn(namespace: string, name: string): Promise<SriovHost> {
  const spec = {
    esxi: { address: `${name}.example.com`, credentialsSecretRef: { name }, trustOnFirstUse: true },
    adapters: [{ name: 'a', selector: { vmnic: 'vmnic4' }, ports: [{ number: 1, vfs: 2 }] }],
  };
  const body = { apiVersion: 'sriov.esxi.io/v1alpha1', kind: 'SriovHost', metadata: { name }, spec };
  return (await ok(api().request({ method: 'POST', path: hostsPath(namespace), body }))) as SriovHost;
}

function hostsPath(namespace: string): string {
  return `/apis/sriov.esxi.io/v1alpha1/namespaces/${namespace}/sriovhosts`;
}

async function holders(namespace: string): Promise<readonly string[]> {
  const path = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
  const { items } = (await ok(api().request({ method: 'GET', path }))) as { items: readonly { spec: { holderIdentity?: string } }[] };
  return items.map(({ spec }) => spec.holderIdentity ?? '').filter((holder) => holder !== '');
}

describe('restart permits', () => {
  it.each([
    { limit: 1, hosts: 12 },
    { limit: 3, hosts: 12 },
  ])('are given to $limit of $hosts hosts when two replicas race for them', async ({ limit, hosts: count }) => {
    const namespace = await newNamespace(api());
    const replicas = [await replica(namespace, limit), await replica(namespace, limit)];
    const hosts = await Promise.all(Array.from({ length: count }, (_, index) => hostIn(namespace, `esx-${index}`)));
    const answers = await Promise.all(
      hosts.map(async (host, index) => ({ host, answer: await replicas[index % 2]?.acquire(host, signal) })),
    );
    const granted = answers.filter(({ answer }) => answer?.granted === true);
    expect((await holders(namespace)).length).toBeLessThanOrEqual(limit);
    expect(granted.map(({ host }) => `${namespace}/${host.metadata.name}/${host.metadata.uid}`).sort()).toEqual(
      [...(await holders(namespace))].sort(),
    );
    expect(granted.length).toBeGreaterThan(0);
  });

  it('survive the process that took them: the next one finds the host and goes on with it', async () => {
    const namespace = await newNamespace(api());
    const [a, b] = [await hostIn(namespace, 'esx-a'), await hostIn(namespace, 'esx-b')];
    await (await replica(namespace)).acquire(a, signal);
    const next = await replica(namespace);
    const refused = await next.acquire(b, signal);
    expect(refused).toMatchObject({ granted: false, limit: 1, holders: [{ host: `${namespace}/esx-a` }] });
    expect(await next.mayHold(a, signal)).toBe(true);
    expect((await next.acquire(a, signal)).granted).toBe(true);
    await next.release(a, signal);
    expect((await next.acquire(b, signal)).granted).toBe(true);
  });

  it('are kept when the answer to the taking gets lost: the host that took it is the one that has it', async () => {
    const namespace = await newNamespace(api());
    const [a, b] = [await hostIn(namespace, 'esx-a'), await hostIn(namespace, 'esx-b')];
    const proxy = await startWatchProxy(api());
    cleanUp.push(() => proxy.stop());
    const cutOff = await replica(namespace, 1, proxy.server);
    proxy.intercept((request, response) => {
      if (request.method !== 'POST') return false;
      // The server gets it, the operator does not hear of it.
      const body = { metadata: { name: 'sriov-restart-permit-0' }, spec: { holderIdentity: `${namespace}/esx-a/${a.metadata.uid}` } };
      void api()
        .request({ method: 'POST', path: `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`, body })
        .then(() => response.destroy());
      return true;
    });
    await expect(cutOff.acquire(a, signal)).rejects.toThrow();
    proxy.intercept(undefined);
    expect((await (await replica(namespace)).acquire(b, signal)).granted).toBe(false);
    expect(await cutOff.mayHold(a, signal)).toBe(true);
    expect((await cutOff.acquire(a, signal)).granted).toBe(true);
    expect(await holders(namespace)).toHaveLength(1);
  });

  it('are not exceeded while the limit is lowered: who is one too many steps back', async () => {
    const namespace = await newNamespace(api());
    const hosts = await Promise.all(['a', 'b', 'c', 'd'].map((name) => hostIn(namespace, name)));
    const [a, b, c, d] = hosts as [SriovHost, SriovHost, SriovHost, SriovHost];
    const before = await replica(namespace, 3);
    for (const host of [a, b, c]) await before.acquire(host, signal);
    const after = await replica(namespace, 1);
    await before.release(a, signal);
    expect((await after.acquire(d, signal)).granted).toBe(false);
    // Those that have one keep it: they are unavailable already.
    expect((await after.acquire(c, signal)).granted).toBe(true);
    await after.release(b, signal);
    await after.release(c, signal);
    expect((await after.acquire(d, signal)).granted).toBe(true);
  });

  it('come free when the object of their host is gone, or is another one of the same name', async () => {
    const namespace = await newNamespace(api());
    const gone = await hostIn(namespace, 'esx-a');
    const permits = await replica(namespace);
    await permits.acquire(gone, signal);
    const other = await hostIn(namespace, 'esx-b');
    expect((await permits.acquire(other, signal)).granted).toBe(false);
    await ok(api().request({ method: 'DELETE', path: `${hostsPath(namespace)}/esx-a` }));
    const again = await hostIn(namespace, 'esx-a');
    expect((await permits.acquire(other, signal)).granted).toBe(true);
    expect((await permits.acquire(again, signal)).granted).toBe(false);
  });

  it('wake the host that has waited longest, and cost hosts at rest no request', async () => {
    const namespace = await newNamespace(api());
    const [a, b, c] = [await hostIn(namespace, 'a'), await hostIn(namespace, 'b'), await hostIn(namespace, 'c')];
    const { client, requests } = await clientFor(api());
    cleanUp.push(() => client.close());
    const permits = new KubePermits({ client, namespace, limit: 1, log: silentLog });
    const woken: string[] = [];
    permits.onFree((key) => woken.push(key));
    for (const host of [a, b, c]) await permits.acquire(host, signal);
    const before = requests.length;
    expect(await permits.mayHold(b, signal)).toBe(false);
    expect(requests.length).toBe(before);
    await permits.release(a, signal);
    expect(woken).toEqual([`${namespace}/b`]);
    // It was put on hold meanwhile: the permit is not left lying for it.
    permits.withdraw(`${namespace}/b`);
    permits.withdraw(`${namespace}/b`);
    expect(woken).toEqual([`${namespace}/b`, `${namespace}/c`]);
    expect((await permits.acquire(c, signal)).granted).toBe(true);
    await permits.release(c, signal);
    expect(woken).toHaveLength(2);
  });
});
