// What goes over the wire and how answers are read: paths, patches, events, watch lines, errors, pauses.
import { describe, expect, it } from '@jest/globals';
import { cutToBytes, eventBody } from '../../../operator/kube/eventBody.ts';
import { additionOf, removalOf } from '../../../operator/kube/finalizers.ts';
import { errorFromAnswer } from '../../../operator/kube/kubeError.ts';
import { collectionPath, LEASES, objectPath, SECRETS } from '../../../operator/kube/resource.ts';
import { createRetryDelay } from '../../../operator/kube/retryDelay.ts';
import { secretReferences } from '../../../operator/kube/secretReferences.ts';
import { readWatch } from '../../../operator/kube/watchLines.ts';

describe('paths', () => {
  it('lead to collections, objects and the status', () => {
    expect(collectionPath(SECRETS, undefined)).toBe('/api/v1/secrets');
    expect(collectionPath(LEASES, 'ns')).toBe('/apis/coordination.k8s.io/v1/namespaces/ns/leases');
    expect(objectPath(SECRETS, { namespace: 'ns', name: 'a b' }, 'status')).toBe('/api/v1/namespaces/ns/secrets/a%20b/status');
  });

  it.each(['..', '.', '', 'a/b', '../../secrets'])('refuse the name %j, which would lead elsewhere', (name) => {
    expect(() => objectPath(SECRETS, { namespace: 'ns', name })).toThrow(RangeError);
    expect(() => collectionPath(SECRETS, name)).toThrow(RangeError);
  });
});

describe('patches of finalizers', () => {
  const object = (finalizers?: readonly string[]) => ({
    metadata: { namespace: 'ns', name: 'a', uid: 'u1', ...(finalizers === undefined ? {} : { finalizers }) },
  });
  const sameObject = { op: 'test', path: '/metadata/uid', value: 'u1' };

  it.each([
    { why: 'it is there already', patch: additionOf(object(['f']), 'f') },
    { why: 'it is not there', patch: removalOf(object(['g']), 'f') },
    { why: 'there are none', patch: removalOf(object(), 'f') },
  ])('are not needed when $why', ({ patch }) => {
    expect(patch).toBeUndefined();
  });

  it('test everything they rest on', () => {
    expect(additionOf(object(['g']), 'f')).toEqual([
      sameObject,
      { op: 'test', path: '/metadata/finalizers', value: ['g'] },
      { op: 'add', path: '/metadata/finalizers/-', value: 'f' },
    ]);
    expect(removalOf(object(['g', 'f']), 'f')).toEqual([
      sameObject,
      { op: 'test', path: '/metadata/finalizers/1', value: 'f' },
      { op: 'remove', path: '/metadata/finalizers/1' },
    ]);
  });
});

describe('event bodies', () => {
  it.each([
    { why: 'short text stays', text: 'abc', most: 10, cut: 'abc' },
    { why: 'exactly fitting text stays', text: 'abcde', most: 5, cut: 'abcde' },
    { why: 'long text is cut and marked', text: 'abcdefghij', most: 8, cut: 'abcde...' },
    { why: 'a character of two bytes is not cut in two', text: 'aüüüüü', most: 8, cut: 'aüü...' },
    { why: 'a character of four bytes is not cut in two', text: '🙂🙂🙂', most: 9, cut: '🙂...' },
  ])('$why', ({ text, most, cut }) => {
    expect(cutToBytes(text, most)).toBe(cut);
    expect(Buffer.byteLength(cutToBytes(text, most))).toBeLessThanOrEqual(most);
  });

  it('have a valid name even for the longest object name, cut at a dot', () => {
    const name = `${'a'.repeat(235)}.${'b'.repeat(17)}`;
    const regarding = { apiVersion: 'v1', kind: 'X', metadata: { name, namespace: 'ns', uid: 'u' } };
    const event = { reason: 'R', type: 'Normal', action: 'A', note: '' } as const;
    const body = eventBody({
      regarding,
      event,
      now: new Date(0),
      id: '0123456789abcdef',
      reportingController: 'x/y',
      reportingInstance: 'z',
    });
    expect(body.metadata.name).toBe(`${'a'.repeat(235)}.0123456789abcdef`);
    expect(body.metadata.name.length).toBeLessThanOrEqual(253);
  });
});

describe('a watch', () => {
  async function read(...chunks: readonly (string | Uint8Array)[]): Promise<string[]> {
    async function* body() {
      for (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    }
    const seen: string[] = [];
    for await (const { type, object } of readWatch<{ readonly n: string }>(body(), '/p')) seen.push(`${type} ${object.n}`);
    return seen;
  }

  const line = (n: string) => `${JSON.stringify({ type: 'ADDED', object: { n } })}\n`;

  it.each([
    { why: 'several in one chunk', chunks: [line('a') + line('b')] },
    { why: 'one over several chunks', chunks: [line('a').slice(0, 7), line('a').slice(7) + line('b').slice(0, 3), line('b').slice(3)] },
    { why: 'with empty lines between', chunks: [`${line('a')}\n\n${line('b')}`] },
  ])('gives its events: $why', async ({ chunks }) => {
    expect(await read(...chunks)).toEqual(['ADDED a', 'ADDED b']);
  });

  it('puts a character together that two chunks share', async () => {
    const bytes = Buffer.from(line('ü'));
    const middle = bytes.indexOf(0xc3) + 1;
    expect(await read(bytes.subarray(0, middle), bytes.subarray(middle))).toEqual(['ADDED ü']);
  });

  it.each([
    {
      why: 'an ERROR event',
      text: '{"type":"ERROR","object":{"code":410,"reason":"Expired","message":"too old"}}\n',
      says: '410 Expired: too old',
    },
    { why: 'something that is not JSON', text: '<html>\n', says: 'not JSON' },
    { why: 'an end in the middle of an event', text: '{"type":"ADD', says: 'in the middle' },
  ])('fails on $why', async ({ text, says }) => {
    await expect(read(text)).rejects.toThrow(says);
  });
});

describe('errors', () => {
  const request = { method: 'GET', path: '/api/v1/x' };

  it.each([
    { why: 'a Status', body: '{"kind":"Status","reason":"Conflict","message":"changed"}', message: 'GET /api/v1/x: 409 Conflict: changed' },
    {
      why: 'a page of a proxy',
      body: '<html>Bearer abc</html>',
      message: 'GET /api/v1/x: 409 Unknown: the answer is not a Kubernetes Status',
    },
    { why: 'some other JSON', body: '{"token":"abc"}', message: 'GET /api/v1/x: 409 Unknown: the answer is not a Kubernetes Status' },
  ])('say what $why says and nothing more', ({ body, message }) => {
    expect(errorFromAnswer(request, 409, body).message).toBe(message);
  });

  it('are cut when they are long', () => {
    const body = JSON.stringify({ kind: 'Status', reason: 'Invalid', message: 'x'.repeat(5_000) });
    expect(errorFromAnswer(request, 422, body).message.length).toBeLessThan(1_000);
  });
});

describe('pauses between attempts', () => {
  it('double from 0.8 s to 30 s, and start over after two quiet minutes', () => {
    let now = 0;
    const delay = createRetryDelay({ random: () => 0, now: () => now });
    expect(Array.from({ length: 8 }, delay)).toEqual([800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]);
    now += 119_000;
    expect(delay()).toBe(30_000);
    now += 121_000;
    expect(delay()).toBe(800);
  });

  it('are longer by chance, up to twice, never beyond the limit', () => {
    const delay = createRetryDelay({ random: () => 0.999, now: () => 0 });
    const delays = Array.from({ length: 8 }, delay);
    expect(delays[0]).toBeCloseTo(1_599, 0);
    expect(Math.max(...delays)).toBe(30_000);
  });
});

describe('references to Secrets', () => {
  it('are found at any depth, in the namespace of the object', () => {
    const spec = {
      esxi: { credentialsSecretRef: { name: 'a' } },
      list: [{ guest: { secretRef: { name: 'b' } } }, { secretRef: { name: 7 } }, null],
      hostRef: { name: 'not-a-secret' },
    };
    expect(secretReferences({ metadata: { namespace: 'ns' }, spec })).toEqual(['ns/a', 'ns/b']);
    expect(secretReferences({ metadata: { namespace: 'ns' } })).toEqual([]);
  });
});
