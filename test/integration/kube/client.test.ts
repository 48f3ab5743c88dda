// The client against a real API server: connections, errors, time limits, retries, and no secrets in what it says.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { createKubeClient } from '../../../operator/kube/client.ts';
import { openConnection } from '../../../operator/kube/connection.ts';
import { isPortError } from '../../../operator/ports/errors.ts';
import { startApiServer } from '../../support/apiserver/apiServer.ts';
import { kubeconfigYaml } from '../../support/apiserver/kubeconfig.ts';
import { startWatchProxy, type WatchProxy } from '../../support/apiserver/watchProxy.ts';
import { withApiServer } from '../../support/apiserver/withApiServer.ts';
import { withCleanUp } from './cleanUp.ts';
import { clientFor, createGadget, eventually, GADGET_CRD, newNamespace, type TestClient } from './world.ts';

const api = withApiServer();
const { signal } = new AbortController();
const cleanUp = withCleanUp();

beforeAll(async () => {
  await api().installCrds(GADGET_CRD);
});

async function proxied(): Promise<TestClient & { readonly proxy: WatchProxy }> {
  const proxy = await startWatchProxy(api());
  const made = await clientFor(api(), { server: proxy.server });
  cleanUp.push(
    () => proxy.stop(),
    () => made.client.close(),
  );
  return { ...made, proxy };
}

const namespaces = { method: 'GET', path: '/api/v1/namespaces', signal } as const;

async function caught(work: Promise<unknown>): Promise<Error & { status?: number; reason?: string }> {
  try {
    await work;
  } catch (error) {
    return error as Error;
  }
  throw new Error('expected a rejection');
}

describe('the client', () => {
  // undici may open a connection while one that has just become free is not marked so yet; hence twice, and not once.
  it('shares connections among requests in a row, over HTTP/1.1', async () => {
    const { client, proxy, requests } = await proxied();
    for (let index = 0; index < 50; index += 1) await client.request(namespaces);
    expect(proxy.connections()).toBeLessThanOrEqual(2);
    expect(proxy.passed.every(({ httpVersion }) => httpVersion === '1.1')).toBe(true);
    expect(requests).toHaveLength(50);
    expect(requests[0]).toMatchObject({ code: '200', method: 'GET', host: new URL(proxy.server).host });
  });

  it('bounds its connections, however much is asked at once', async () => {
    const { client, proxy } = await proxied();
    await Promise.all(Array.from({ length: 200 }, () => client.request(namespaces)));
    expect(proxy.connections()).toBeLessThanOrEqual(2 * 32);
  });

  it.each([
    { why: 'a missing object', path: '/api/v1/namespaces/default/secrets/nope', status: 404, reason: 'NotFound' },
    { why: 'a kind that is not served', path: '/apis/none.example.com/v1/things', status: 404, reason: 'Unknown' },
  ])('says what the server said about $why, without bodies and headers', async ({ path, status, reason }) => {
    const { client } = await proxied();
    const error = await caught(client.request({ method: 'GET', path, signal }));
    expect(error).toMatchObject({ name: 'KubeError', status, reason });
    expect(error.message).toContain(`GET ${path}: ${status}`);
    expect(JSON.stringify(error)).not.toContain('audit-id');
  });

  it('gives up after its time limit when the server says nothing', async () => {
    const { client, proxy, requests } = await proxied();
    proxy.intercept(() => true);
    const error = await caught(client.request({ ...namespaces, timeoutMs: 200 }));
    expect(error).toMatchObject({ name: 'KubeError', status: 0, reason: 'Timeout' });
    expect(requests.at(-1)?.code).toBe('<error>');
  });

  it('tells an abort of the caller from a failure', async () => {
    const { client, proxy } = await proxied();
    proxy.intercept(() => true);
    const abort = new AbortController();
    const work = caught(client.request({ ...namespaces, signal: abort.signal }));
    abort.abort(new Error('stopping'));
    expect(isPortError(await work, 'Aborted')).toBe(true);
  });

  it('waits as the server asks when there are too many requests, also with a write', async () => {
    const { client, proxy } = await proxied();
    const namespace = await newNamespace(api());
    let refused = 0;
    proxy.intercept((_, response) => {
      refused += 1;
      if (refused > 2) return false;
      response.writeHead(429, { 'retry-after': '0', 'content-type': 'application/json' }).end('{}');
      return true;
    });
    const path = `/apis/test.example.com/v1/namespaces/${namespace}/gadgets`;
    const body = { apiVersion: 'test.example.com/v1', kind: 'Gadget', metadata: { name: 'one' } };
    await client.request({ method: 'POST', path, body, writes: 'Gadget', signal });
    expect(client.writes()).toEqual({ Gadget: 1 });
  });

  it('repeats a read whose kept connection was dead, and never a write', async () => {
    const { client, proxy } = await proxied();
    const namespace = await newNamespace(api());
    await client.request(namespaces);
    let calls = 0;
    proxy.intercept((request) => {
      calls += 1;
      if (calls > 1) return false;
      request.socket.destroy();
      return true;
    });
    await client.request(namespaces);
    calls = 0;
    const path = `/apis/test.example.com/v1/namespaces/${namespace}/gadgets`;
    const body = { apiVersion: 'test.example.com/v1', kind: 'Gadget', metadata: { name: 'one' } };
    const error = await caught(client.request({ method: 'POST', path, body, signal }));
    expect(error).toMatchObject({ status: 0, reason: 'ConnectionReset' });
    expect(calls).toBe(1);
  });

  it('counts only writes that were accepted', async () => {
    const { client } = await proxied();
    const namespace = await newNamespace(api());
    await createGadget(api(), namespace, 'one');
    const path = `/apis/test.example.com/v1/namespaces/${namespace}/gadgets`;
    const body = { apiVersion: 'test.example.com/v1', kind: 'Gadget', metadata: { name: 'one' } };
    await caught(client.request({ method: 'POST', path, body, writes: 'Gadget', signal }));
    expect(client.writes()).toEqual({});
  });

  it('does not talk to a server whose certificate its CA did not sign', async () => {
    const stranger = await startWatchProxy({ ...api(), servingCertificate: await otherCertificate() });
    cleanUp.push(() => stranger.stop());
    const { client } = await clientFor(api(), { server: stranger.server });
    cleanUp.push(() => client.close());
    const error = await caught(client.request(namespaces));
    expect(error).toMatchObject({ status: 0, reason: 'Unreachable' });
    expect(stranger.passed).toHaveLength(0);
  });

  it('takes a new CA from its configuration when the server has a new certificate', async () => {
    const path = join(api().folder, 'new-ca.yaml');
    const wrong = kubeconfigYaml({ server: api().server, caPem: (await otherCertificate()).certPem, user: { token: api().adminToken } });
    await writeFile(path, wrong);
    const client = createKubeClient({ connection: openConnection({ kind: 'file', path }), userAgent: 'test' });
    cleanUp.push(() => client.close());
    expect(await caught(client.request(namespaces))).toMatchObject({ reason: 'Unreachable' });
    await writeFile(path, api().kubeconfig);
    await eventually('it talks to the server', () =>
      client.request(namespaces).then(
        () => true,
        () => false,
      ),
    );
  });

  it('lets an urgent request pass by a crowd that waits', async () => {
    const { client, proxy } = await proxied();
    const crowd = new AbortController();
    proxy.intercept((request) => request.url?.includes('limit=1') === true);
    const slow = Array.from({ length: 40 }, () => caught(client.request({ ...namespaces, query: { limit: '1' }, signal: crowd.signal })));
    await client.request({ ...namespaces, urgent: true, timeoutMs: 2_000 });
    crowd.abort(new Error('the test has ended'));
    await Promise.all(slow);
  });

  it('keeps its token out of errors', async () => {
    const token = 'wrong-token-that-must-not-be-shown';
    const { client } = await clientFor(api(), { user: { token } });
    cleanUp.push(() => client.close());
    const error = await caught(client.request(namespaces));
    expect(error).toMatchObject({ status: 401, reason: 'Unauthorized' });
    expect(`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain(token);
  });
});

/** Of another API server: right address, wrong authority. */
async function otherCertificate(): Promise<{ certPem: string; keyPem: string }> {
  const other = await startApiServer();
  cleanUp.push(() => other.stop());
  return other.servingCertificate;
}
