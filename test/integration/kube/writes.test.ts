// Status, finalizers and the client against a real API server: what is written, what is refused, and that rest means rest.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { KubeClient } from '../../../operator/kube/client.ts';
import { addFinalizer, removeFinalizer } from '../../../operator/kube/finalizers.ts';
import { createStatusWriter } from '../../../operator/kube/status.ts';
import { StaleObject } from '../../../operator/ports/cluster.ts';
import { withApiServer } from '../../support/apiserver/withApiServer.ts';
import {
  clientFor,
  createGadget,
  deleteGadget,
  GADGET_CRD,
  GADGETS,
  type Gadget,
  newNamespace,
  ok,
  patchGadget,
  readGadget,
} from './world.ts';

const api = withApiServer();
let client: KubeClient;
const { signal } = new AbortController();
const resource = GADGETS;

beforeAll(async () => {
  await api().installCrds(GADGET_CRD);
  ({ client } = await clientFor(api()));
});

afterAll(async () => {
  await client.close();
});

async function newGadget(): Promise<Gadget> {
  return await createGadget(api(), await newNamespace(api()), 'one');
}

function statusWrites(): number {
  return client.writes()['Gadget/status'] ?? 0;
}

describe('applying a status', () => {
  it('writes it with our field manager on the status subresource and answers with what the server made of it', async () => {
    const writer = createStatusWriter(client, 'esxi-sriov-operator');
    const object = await newGadget();
    const applied = await writer.apply<Gadget>({ resource, object, status: { phase: 'Up', level: 3 }, signal });
    expect(applied.status).toEqual({ phase: 'Up', level: 3, unit: 'percent' });
    const { metadata } = (await readGadget(api(), object)) as unknown as { metadata: { managedFields: Record<string, unknown>[] } };
    expect(metadata.managedFields.find((entry) => entry['manager'] === 'esxi-sriov-operator')).toMatchObject({
      operation: 'Apply',
      subresource: 'status',
    });
  });

  it('sends nothing when the server has it already, whatever the order of keys', async () => {
    const writer = createStatusWriter(client, 'esxi-sriov-operator');
    const object = await writer.apply<Gadget>({
      resource,
      object: await newGadget(),
      status: { phase: 'Up', level: 3, unit: 'watts' },
      signal,
    });
    const before = statusWrites();
    await writer.apply({ resource, object, status: { unit: 'watts', level: 3, phase: 'Up', foreign: undefined }, signal });
    expect(statusWrites()).toBe(before);
  });

  it('does not write for ever against a default or a field of somebody else', async () => {
    const writer = createStatusWriter(client, 'esxi-sriov-operator');
    const status = { phase: 'Up' };
    const created = await newGadget();
    const path = `/apis/test.example.com/v1/namespaces/${created.metadata.namespace}/gadgets/one/status`;
    await ok(
      api().request({ method: 'PATCH', path, body: { status: { foreign: 'theirs' } }, contentType: 'application/merge-patch+json' }),
    );
    const object = await readGadget(api(), created);
    const applied = await writer.apply<Gadget>({ resource, object, status, signal });
    expect(applied.status).toEqual({ phase: 'Up', unit: 'percent', foreign: 'theirs' });
    const before = statusWrites();
    await writer.apply({ resource, object: applied, status, signal });
    expect(statusWrites()).toBe(before);
  });

  it('writes again when somebody changed what is ours', async () => {
    const writer = createStatusWriter(client, 'esxi-sriov-operator');
    const object = await newGadget();
    await writer.apply<Gadget>({ resource, object, status: { phase: 'Up' }, signal });
    const path = `/apis/test.example.com/v1/namespaces/${object.metadata.namespace}/gadgets/one/status`;
    await ok(api().request({ method: 'PATCH', path, body: { status: { phase: 'Down' } }, contentType: 'application/merge-patch+json' }));
    const repaired = await writer.apply<Gadget>({ resource, object: await readGadget(api(), object), status: { phase: 'Up' }, signal });
    expect(repaired.status?.phase).toBe('Up');
  });

  it('removes a member that is no longer reported', async () => {
    const writer = createStatusWriter(client, 'esxi-sriov-operator');
    const object = await writer.apply<Gadget>({ resource, object: await newGadget(), status: { phase: 'Up', level: 3 }, signal });
    const applied = await writer.apply<Gadget>({ resource, object, status: { phase: 'Up' }, signal });
    expect(applied.status).toEqual({ phase: 'Up', unit: 'percent' });
  });

  it('writes to an object that changed meanwhile, since it is still the same', async () => {
    const writer = createStatusWriter(client, 'esxi-sriov-operator');
    const object = await newGadget();
    await patchGadget(api(), object, { spec: { changed: true } });
    const applied = await writer.apply<Gadget>({ resource, object, status: { phase: 'Up' }, signal });
    expect(applied).toMatchObject({ spec: { changed: true }, status: { phase: 'Up' } });
  });

  it('does not write over a status that somebody else wrote since it was read', async () => {
    const writer = createStatusWriter(client, 'esxi-sriov-operator');
    const object = await newGadget();
    await createStatusWriter(client, 'esxi-sriov-operator').apply({ resource, object, status: { phase: 'Sent' }, signal });
    const news: Gadget[] = [];
    const write = { resource, object, status: { phase: 'Old' }, signal, onNews: (fresh: Gadget) => news.push(fresh) };
    await expect(writer.apply<Gadget>(write)).rejects.toThrow(StaleObject);
    expect((await readGadget(api(), object)).status?.phase).toBe('Sent');
    expect(news.map(({ status }) => status?.phase)).toEqual(['Sent']);
  });

  it('never touches an object that was re-created under the same name', async () => {
    const writer = createStatusWriter(client, 'esxi-sriov-operator');
    const old = await newGadget();
    await deleteGadget(api(), old);
    await createGadget(api(), old.metadata.namespace, 'one');
    await expect(writer.apply({ resource, object: old, status: { phase: 'Up' }, signal })).rejects.toThrow(StaleObject);
    expect(await readGadget(api(), old)).not.toHaveProperty('status');
  });

  it('never creates an object that is gone', async () => {
    const writer = createStatusWriter(client, 'esxi-sriov-operator');
    const old = await newGadget();
    await deleteGadget(api(), old);
    await expect(writer.apply({ resource, object: old, status: { phase: 'Up' }, signal })).rejects.toThrow(StaleObject);
    await expect(readGadget(api(), old)).rejects.toThrow('404');
  });

  it('tells a status that the schema refuses as an error of its own, not as a stale object', async () => {
    const writer = createStatusWriter(client, 'esxi-sriov-operator');
    const object = await newGadget();
    await expect(writer.apply({ resource, object, status: { level: 'high' }, signal })).rejects.toMatchObject({ name: 'KubeError' });
  });
});

describe('finalizers', () => {
  const finalizer = 'test.example.com/ours';

  async function finalizersOf(object: Gadget): Promise<readonly string[]> {
    return (await readGadget(api(), object)).metadata.finalizers ?? [];
  }

  it.each([
    { why: 'the first one needs the list to be made', others: [] },
    { why: 'a further one is appended', others: ['test.example.com/a', 'test.example.com/b'] },
  ])('adds and removes ours and keeps the others: $why', async ({ others }) => {
    const object = await patchGadget(api(), await newGadget(), { metadata: { finalizers: others } });
    await addFinalizer(client, { resource, object, finalizer, signal });
    expect(await finalizersOf(object)).toEqual([...others, finalizer]);
    await removeFinalizer(client, { resource, object: await readGadget(api(), object), finalizer, signal });
    expect(await finalizersOf(object)).toEqual(others);
  });

  it('keeps a finalizer that somebody added after we read the object', async () => {
    const object = await newGadget();
    await patchGadget(api(), object, { metadata: { finalizers: ['test.example.com/late'] } });
    await addFinalizer(client, { resource, object, finalizer, signal });
    expect(await finalizersOf(object)).toEqual(['test.example.com/late', finalizer]);
  });

  it('removes ours from the place where it is now, not from where it was', async () => {
    const read = await patchGadget(api(), await newGadget(), { metadata: { finalizers: ['test.example.com/a', finalizer] } });
    await patchGadget(api(), read, { metadata: { finalizers: ['test.example.com/new', 'test.example.com/a', finalizer] } });
    await removeFinalizer(client, { resource, object: read, finalizer, signal });
    expect(await finalizersOf(read)).toEqual(['test.example.com/new', 'test.example.com/a']);
  });

  it('writes nothing when nothing is to change', async () => {
    const object = await patchGadget(api(), await newGadget(), { metadata: { finalizers: [finalizer] } });
    const before = client.writes()['Gadget/finalizers'];
    await addFinalizer(client, { resource, object, finalizer, signal });
    await removeFinalizer(client, { resource, object, finalizer: 'test.example.com/never', signal });
    expect(client.writes()['Gadget/finalizers']).toBe(before);
  });

  it('leaves a re-created object alone: adding is stale, removing is done', async () => {
    const old = await patchGadget(api(), await newGadget(), { metadata: { finalizers: [] } });
    await deleteGadget(api(), old);
    const recreated = await createGadget(api(), old.metadata.namespace, 'one');
    await patchGadget(api(), recreated, { metadata: { finalizers: [finalizer] } });
    await expect(addFinalizer(client, { resource, object: old, finalizer: 'test.example.com/x', signal })).rejects.toThrow(StaleObject);
    const seen = { ...old, metadata: { ...old.metadata, finalizers: [finalizer] } };
    await removeFinalizer(client, { resource, object: seen, finalizer, signal });
    expect(await finalizersOf(recreated)).toEqual([finalizer]);
  });

  it('lets the last of a deleted object go', async () => {
    const object = await patchGadget(api(), await newGadget(), { metadata: { finalizers: [finalizer] } });
    await deleteGadget(api(), object);
    await removeFinalizer(client, { resource, object, finalizer, signal });
    await expect(readGadget(api(), object)).rejects.toThrow('404');
    await removeFinalizer(client, { resource, object, finalizer, signal });
  });
});
