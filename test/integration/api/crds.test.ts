/** The CRDs in a real API server: applying, explaining, printing, waiting, and who may write what. */

import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { crdOf } from '../../../operator/api/crd/crd.ts';
import { SRIOV_HOST, SRIOV_VM_ATTACHMENT } from '../../../operator/api/crd/kinds.ts';
import { FIELD_MANAGER } from '../../../operator/api/group.ts';
import { withApiServer } from '../../support/apiserver/withApiServer.ts';
import { attachmentObject, type Edits, hostObject } from './objects.ts';
import { attachmentStatus, fullSample, hostStatus } from './statuses.ts';

const CRDS = join(import.meta.dirname, '../../../crds');
const cluster = withApiServer();

async function kubectl(args: readonly string[], input?: unknown): Promise<string> {
  const { code, stdout, stderr } = await cluster().kubectl(args, input === undefined ? undefined : JSON.stringify(input));
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

beforeAll(async () => {
  await kubectl(['apply', '-f', CRDS]);
  await kubectl(['wait', '--for=condition=Established', '--timeout=30s', '-f', CRDS]);
});

const apply = (object: unknown): Promise<string> => kubectl(['apply', '-f', '-'], object);

const collection = (plural: string): string => `/apis/sriov.esxi.io/v1alpha1/namespaces/default/${plural}`;

/** As the operator writes: server-side apply on the status subresource. */
async function applyStatus(
  plural: string,
  object: Readonly<Record<string, unknown>>,
  status: unknown,
): Promise<Readonly<Record<string, unknown>>> {
  const { name } = object['metadata'] as { name: string };
  const { apiVersion, kind } = object;
  const answer = await cluster().request({
    method: 'PATCH',
    path: `${collection(plural)}/${name}/status?fieldManager=${FIELD_MANAGER}&force=true&fieldValidation=Strict`,
    contentType: 'application/apply-patch+yaml',
    body: { apiVersion, kind, metadata: { name }, status },
  });
  expect({ status: answer.status, message: (answer.body as { message?: string }).message }).toEqual({ status: 200, message: undefined });
  return answer.body as Readonly<Record<string, unknown>>;
}

describe('kubectl apply -f crds/', () => {
  it('changes nothing the second time, on the client and on the server', async () => {
    expect(await kubectl(['apply', '-f', CRDS])).toMatch(/^(\S+ unchanged\n){2}$/);
    const versions = async () => kubectl(['get', '-f', CRDS, '-o', 'jsonpath={.items[*].metadata.generation}']);
    const before = await versions();
    await kubectl(['apply', '--server-side', '--force-conflicts', '-f', CRDS]);
    expect(await versions()).toBe(before);
  });

  it('makes structural schemas that the server has no objection to', async () => {
    const conditions = await kubectl(['get', '-f', CRDS, '-o', 'jsonpath={.items[*].status.conditions[*].type}']);
    expect(conditions).not.toContain('NonStructuralSchema');
    expect(conditions).not.toContain('KubernetesAPIApprovalPolicyConformant');
  });

  it.each([
    ['srh', 'sriovhosts'],
    ['sva', 'sriovvmattachments'],
  ])('serves the short name %s', async (short, plural) => {
    expect(await kubectl(['api-resources', '--api-group=sriov.esxi.io', '--no-headers'])).toMatch(new RegExp(`^${plural} +${short} `, 'm'));
  });

  it.each(['sriov', 'esxi'])('puts both kinds into the category %s', async (category) => {
    const names = await kubectl(['api-resources', `--categories=${category}`, '-o', 'name']);
    expect(names.trim().split('\n').sort()).toEqual(['sriovhosts.sriov.esxi.io', 'sriovvmattachments.sriov.esxi.io']);
  });
});

describe('kubectl explain', () => {
  it.each([
    ['sriovhost', 'One bare-metal ESXi host'],
    ['sriovhost.spec.esxi', 'DNS name or IP address of the host.'],
    ['sriovhost.spec.adapters.selector', 'A MAC address is the safest'],
    ['sriovhost.status.restarts.last', 'The last restart and its evidence.'],
    ['srh.spec.disruption.runningVms', 'they stay and the host waits'],
    ['sva.spec.powerPolicy', 'What may happen to the VM’s power.'],
  ])('%s has text', async (path, text) => {
    expect((await kubectl(['explain', path])).replace(/\s+/g, ' ')).toContain(text);
  });
});

describe('kubectl get', () => {
  /** Columns by their headings. */
  async function row(args: readonly string[]): Promise<Readonly<Record<string, string>>> {
    const [head = '', line = ''] = (await kubectl(['get', ...args])).split('\n');
    const starts = [...head.matchAll(/\S+( \S+)*/g)].map((match) => match.index);
    const cells = (text: string) => starts.map((start, index) => text.slice(start, starts[index + 1]).trim());
    return Object.fromEntries(cells(head).map((heading, index) => [heading, cells(line)[index] ?? '']));
  }

  it('shows a host with its status', async () => {
    const host = hostObject('columns');
    await apply(host);
    expect(await row(['srh', 'columns'])).toMatchObject({ NAME: 'columns', READY: '', VFS: '' });
    await applyStatus('sriovhosts', host, hostStatus());
    expect(await row(['srh', 'columns'])).toEqual({
      NAME: 'columns',
      READY: 'True',
      PROGRESS: 'as declared',
      VFS: '7',
      DESIRED: '8',
      RESTARTS: '2',
      AGE: expect.stringMatching(/^\d+s$/),
    });
    expect(await row(['srh', 'columns', '-o', 'wide'])).toMatchObject({ ESXI: '8.0.3' });
  });

  it('shows an attachment with its status', async () => {
    const attachment = attachmentObject('columns');
    await apply(attachment);
    expect(await row(['sva', 'columns'])).toMatchObject({ HOST: 'esx-01', VM: '' });
    await applyStatus('sriovvmattachments', attachment, attachmentStatus());
    expect(await row(['sva', 'columns', '-o', 'wide'])).toEqual({
      NAME: 'columns',
      READY: 'True',
      VM: 'db-01',
      HOST: 'esx-01',
      POWER: 'poweredOn',
      MAC: '00:50:56:3f:00:01',
      PF: '0000:3b:00.0',
      VF: '0000:3b:00.2',
      PROGRESS: 'attached',
      AGE: expect.stringMatching(/^\d+s$/),
    });
  });
});

describe('status', () => {
  it.each([
    { kind: 'SriovHost', definition: SRIOV_HOST, object: hostObject('whole') },
    { kind: 'SriovVmAttachment', definition: SRIOV_VM_ATTACHMENT, object: attachmentObject('whole') },
  ])('of $kind is kept whole: nothing that the schema knows is pruned or refused', async ({ definition, object }) => {
    const [version] = crdOf(definition).spec.versions;
    const { status } = version.schema.openAPIV3Schema['properties'] as { status: Readonly<Record<string, unknown>> };
    const sample = fullSample(status);
    await apply(object);
    expect((await applyStatus(definition.plural, object, sample))['status']).toEqual(sample);
  });

  it('is not written when it equals what is there', async () => {
    const host = hostObject('same');
    await apply(host);
    const version = async () =>
      ((await applyStatus('sriovhosts', host, hostStatus()))['metadata'] as { resourceVersion: string }).resourceVersion;
    expect(await version()).toBe(await version());
  });

  it('loses what the operator no longer says', async () => {
    const host = hostObject('shrinking');
    await apply(host);
    await applyStatus('sriovhosts', host, hostStatus());
    const { esxi, ...rest } = hostStatus();
    expect(esxi).toBeDefined();
    expect((await applyStatus('sriovhosts', host, rest))['status']).toEqual(rest);
  });

  it('does not come in with the object, and does not move the generation', async () => {
    const host = hostObject('separate');
    await apply({ ...host, status: hostStatus() });
    expect(await kubectl(['get', 'srh', 'separate', '-o', 'jsonpath={.status}'])).toBe('{"observedGeneration":-1}');
    await applyStatus('sriovhosts', host, hostStatus());
    await apply({ ...host, status: { progress: 'forged' } });
    expect(await kubectl(['get', 'srh', 'separate', '-o', 'jsonpath={.status.progress} {.metadata.generation}'])).toBe('as declared 1');
  });
});

describe('kubectl wait --for=condition=Ready', () => {
  it('returns when Ready becomes True, and not before', async () => {
    const host = hostObject('waited');
    await apply(host);
    await applyStatus('sriovhosts', host, hostStatus('False'));
    await expect(kubectl(['wait', '--for=condition=Ready', '--timeout=1s', 'srh/waited'])).rejects.toThrow('timed out');
    const waiting = kubectl(['wait', '--for=condition=Ready', '--timeout=20s', 'srh/waited']);
    await applyStatus('sriovhosts', host, hostStatus());
    expect(await waiting).toContain('sriovhost.sriov.esxi.io/waited condition met');
  });
});

describe('an attachment', () => {
  const change = (edits: Edits): Promise<string> => apply(attachmentObject('fixed', edits));

  it.each([
    { why: 'another host', edits: { 'hostRef.name': 'esx-02' }, says: 'hostRef is immutable: delete this attachment and create another' },
    { why: 'the same host in another namespace', edits: { 'hostRef.namespace': 'x' }, says: 'hostRef is immutable' },
    {
      why: 'a whole function instead of a virtual one',
      edits: { 'function.kind': 'Physical', network: undefined },
      says: 'must stay as it is: delete this attachment and create another',
    },
    { why: 'another VM', edits: { 'vm.name': 'db-02' }, says: 'vm is immutable: delete this attachment and create another' },
    { why: 'the same VM by another name', edits: { vm: { moRef: 'vm-42' } }, says: 'vm is immutable' },
  ])('keeps what it is about: $why', async ({ edits, says }) => {
    await change({});
    await expect(change(edits)).rejects.toThrow(says);
  });

  it('may change everything else', async () => {
    await change({});
    await change({
      'function.adapter': 'fabric1',
      'function.port': 2,
      'network.portGroup': 'B',
      macAddress: '00:50:56:00:00:01',
      powerPolicy: { powerOff: 'PowerOff' },
    });
    expect(await kubectl(['get', 'sva', 'fixed', '-o', 'jsonpath={.metadata.generation}'])).toBe('2');
  });
});
