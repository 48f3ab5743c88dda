// What the tests of kube/ share: a small kind of their own, a client as the operator makes it, and waiting for conditions.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { silentLog } from '../../../operator/engine/log.ts';
import { createKubeClient, type KubeClient } from '../../../operator/kube/client.ts';
import { openConnection } from '../../../operator/kube/connection.ts';
import { type Change, Mirror, type Mirrored } from '../../../operator/kube/mirror.ts';
import { type Reflector, type ReflectorOptions, startReflector } from '../../../operator/kube/reflector.ts';
import { collectionPath, type Resource } from '../../../operator/kube/resource.ts';
import type { RequestRecord } from '../../../operator/kube/transport.ts';
import type { ApiServer } from '../../support/apiserver/apiServer.ts';

export const GADGETS: Resource = { group: 'test.example.com', version: 'v1', plural: 'gadgets', kind: 'Gadget' };

/** A kind with a status subresource whose schema fills in a default, as real ones do. */
export const GADGET_CRD = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gadgets.test.example.com}
spec:
  group: test.example.com
  scope: Namespaced
  names: {plural: gadgets, singular: gadget, kind: Gadget}
  versions:
    - name: v1
      served: true
      storage: true
      subresources: {status: {}}
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec: {type: object, x-kubernetes-preserve-unknown-fields: true}
            status:
              type: object
              properties:
                phase: {type: string}
                level: {type: integer}
                unit: {type: string, default: percent}
                foreign: {type: string}
`;

export interface Gadget extends Mirrored {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: { readonly phase?: string; readonly level?: number; readonly unit?: string; readonly foreign?: string };
}

export interface TestClient {
  readonly client: KubeClient;
  readonly requests: RequestRecord[];
}

let count = 0;

/** A client as the operator has it; `server` puts a proxy in front, `user` is somebody else than the admin. */
export async function clientFor(
  api: ApiServer,
  options: { readonly server?: string; readonly user?: { readonly token?: string; readonly tokenFile?: string } } = {},
): Promise<TestClient> {
  count += 1;
  const path = join(api.folder, `client-${count}.yaml`);
  await writeFile(path, api.kubeconfigFor(options.user ?? { token: api.adminToken }, options.server));
  const requests: RequestRecord[] = [];
  const client = createKubeClient({
    connection: openConnection({ kind: 'file', path }),
    userAgent: 'esxi-sriov-operator/test',
    onRequest: (record) => requests.push(record),
    timeoutMs: 5_000,
  });
  return { client, requests };
}

/** A namespace of its own for each test. */
export async function newNamespace(api: ApiServer): Promise<string> {
  count += 1;
  const name = `test-${count}`;
  await ok(api.request({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name } } }));
  return name;
}

export async function createGadget(api: ApiServer, namespace: string, name: string, spec: object = {}): Promise<Gadget> {
  const body = { apiVersion: 'test.example.com/v1', kind: 'Gadget', metadata: { name }, spec };
  return (await ok(api.request({ method: 'POST', path: collectionPath(GADGETS, namespace), body }))) as Gadget;
}

export async function patchGadget(api: ApiServer, gadget: Gadget, patch: object): Promise<Gadget> {
  const path = `${collectionPath(GADGETS, gadget.metadata.namespace)}/${gadget.metadata.name}`;
  return (await ok(api.request({ method: 'PATCH', path, body: patch, contentType: 'application/merge-patch+json' }))) as Gadget;
}

export async function readGadget(api: ApiServer, gadget: Gadget): Promise<Gadget> {
  const path = `${collectionPath(GADGETS, gadget.metadata.namespace)}/${gadget.metadata.name}`;
  return (await ok(api.request({ method: 'GET', path }))) as Gadget;
}

export async function deleteGadget(api: ApiServer, gadget: Gadget): Promise<void> {
  await ok(api.request({ method: 'DELETE', path: `${collectionPath(GADGETS, gadget.metadata.namespace)}/${gadget.metadata.name}` }));
}

/** The body of an answer that must be a success. */
export async function ok(answer: Promise<{ readonly status: number; readonly body: unknown }>): Promise<unknown> {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`status ${status}: ${JSON.stringify(body)}`);
  return body;
}

export interface Watching {
  readonly mirror: Mirror<Gadget>;
  readonly changes: Change[];
  readonly reflector: Reflector;
  readonly stop: () => Promise<void>;
}

/** A reflector on the gadgets of a namespace, with short pauses. */
export function watchGadgets(client: KubeClient, namespace: string, more: Partial<ReflectorOptions<Gadget>> = {}): Watching {
  const mirror = new Mirror<Gadget>();
  const changes: Change[] = [];
  const end = new AbortController();
  const reflector = startReflector<Gadget>(
    {
      client,
      path: collectionPath(GADGETS, namespace),
      mirror,
      onChange: (change) => changes.push(change),
      log: silentLog,
      retryDelay: () => 50,
      ...more,
    },
    end.signal,
  );
  const stop = async () => {
    end.abort(new Error('the test has ended'));
    await reflector.ended;
  };
  return { mirror, changes, reflector, stop };
}

/** Waits until the condition holds; fails with its name. */
export async function eventually(what: string, condition: () => boolean | Promise<boolean>, withinMs = 15_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await sleep(20);
  }
}
