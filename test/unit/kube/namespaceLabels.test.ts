/** Labels of a namespace: what cannot be read is no permission, and says why. */
import { describe, expect, it } from '@jest/globals';
import type { KubeClient } from '../../../operator/kube/client.ts';
import { KubeError } from '../../../operator/kube/kubeError.ts';
import { readNamespaceLabels } from '../../../operator/kube/namespaceLabels.ts';

const NEVER = new AbortController().signal;

function answering(answer: object): { readonly client: KubeClient; readonly paths: string[] } {
  const paths: string[] = [];
  const client: KubeClient = {
    namespace: undefined,
    request: async <T>({ path }: { readonly path: string }): Promise<T> => {
      paths.push(path);
      if (answer instanceof Error) throw answer;
      return answer as T;
    },
    stream: () => Promise.reject(new Error('nothing is watched')),
    writes: () => ({}),
    close: async () => undefined,
  };
  return { client, paths };
}

describe('readNamespaceLabels', () => {
  it.each([
    { why: 'labels', answer: { metadata: { labels: { team: 'blue' } } }, expected: { known: true, labels: { team: 'blue' } } },
    { why: 'no labels', answer: { metadata: {} }, expected: { known: true, labels: {} } },
    {
      why: 'no namespace',
      answer: new KubeError('gone', { status: 404, reason: 'NotFound' }),
      expected: { known: false, why: 'namespace a does not exist' },
    },
    {
      why: 'no right to look',
      answer: new KubeError('no', { status: 403, reason: 'Forbidden' }),
      expected: { known: false, why: 'the operator lacks the right to get namespaces, so the labels of a are unknown' },
    },
  ])('$why', async ({ answer, expected }) => {
    const { client, paths } = answering(answer);
    expect(await readNamespaceLabels(client, 'a', NEVER)).toEqual(expected);
    expect(paths).toEqual(['/api/v1/namespaces/a']);
  });

  it('passes on what may be over later', async () => {
    const { client } = answering(new KubeError('busy', { status: 503, reason: 'ServiceUnavailable' }));
    await expect(readNamespaceLabels(client, 'a', NEVER)).rejects.toThrow('busy');
  });
});
