/** The support bundle: an archive that tar reads, and no secret in it. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { readRelease } from '../../../operator/cli/bundle/chartValues.ts';
import { filesOf } from '../../../operator/cli/bundle/files.ts';
import { gather } from '../../../operator/cli/bundle/gather.ts';
import { createRedactor } from '../../../operator/cli/bundle/redact.ts';
import { splitPath, tarGz } from '../../../operator/cli/bundle/tar.ts';
import { fakeKube } from './fakeKube.ts';
import { attachment, host, waitingHost } from './objects.ts';

const NOW = new Date('2026-01-01T12:00:00Z');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bundle-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Unpacks with the tar of the system, which is what readers have. */
async function unpack(archive: Uint8Array, name: string): Promise<Readonly<Record<string, string>>> {
  const file = join(folder, `${name}.tar.gz`);
  const into = await mkdtemp(join(folder, 'out-'));
  await writeFile(file, archive);
  const { status, stderr } = spawnSync('tar', ['-xzf', file, '-C', into], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const found = await readdir(into, { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(await Promise.all(files.map(async (path) => [path.slice(into.length + 1), await readFile(path, 'utf8')])));
}

describe('an archive', () => {
  it('is read by tar: empty, whole blocks, umlauts, long names', async () => {
    const entries = [
      { path: 'empty.txt', content: '' },
      { path: 'block.txt', content: 'x'.repeat(512) },
      { path: 'ü.txt', content: 'grün' },
      { path: `objects/${'n'.repeat(80)}_${'m'.repeat(8)}.yaml`, content: 'long' },
    ];
    expect(await unpack(tarGz('top', entries, NOW), 'plain')).toEqual(
      Object.fromEntries(entries.map(({ path, content }) => [`top/${path}`, content])),
    );
  });

  it.each([
    { why: 'short', path: 'a/b.yaml', split: { name: 'a/b.yaml', prefix: '' } },
    { why: 'too long for a name', path: `${'a'.repeat(60)}/${'b'.repeat(60)}`, split: { name: 'b'.repeat(60), prefix: 'a'.repeat(60) } },
  ])('splits a path: $why', ({ path, split }) => {
    expect(splitPath(path)).toEqual(split);
  });

  it('shortens a name that no field holds, and keeps two of them apart', () => {
    const [one, two] = ['1', '2'].map((end) => splitPath(`objects/${'n'.repeat(63)}_${'m'.repeat(250)}${end}.yaml`));
    expect(one?.name).toMatch(/^n{60}-[0-9a-f]{12}\.yaml$/);
    expect(one?.name).not.toBe(two?.name);
  });
});

describe('the redactor', () => {
  it.each([
    { why: 'an assignment', text: 'login with password=hunter22 failed', clean: 'login with password=[redacted] failed' },
    { why: 'JSON', text: '{"password":"hunter22","user":"root"}', clean: '{"password":[redacted],"user":"root"}' },
    { why: 'YAML', text: 'bmcPassword: hunter22\nuser: root', clean: 'bmcPassword: [redacted]\nuser: root' },
    { why: 'a bearer token', text: 'Authorization: Bearer abcdef123456', clean: 'Authorization: [redacted] [redacted]' },
    { why: 'credentials in a URL', text: 'GET https://root:hunter22@bmc/redfish', clean: 'GET https://root:[redacted]@bmc/redfish' },
    { why: 'a JWT', text: 'got eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln', clean: 'got [redacted]' },
    {
      why: 'a private key',
      text: 'a -----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- b',
      clean: 'a [redacted] b',
    },
    {
      why: 'nothing where there is nothing',
      text: 'the Secret fleet/esx-01 has no key password',
      clean: 'the Secret fleet/esx-01 has no key password',
    },
    { why: 'nothing in a MAC address', text: 'b8:59:9f:d0:13:00 on vmnic2', clean: 'b8:59:9f:d0:13:00 on vmnic2' },
  ])('hides $why', ({ text, clean }) => {
    expect(createRedactor().text(text)).toBe(clean);
  });

  it('judges fields by their names, and keeps what only refers to a secret', () => {
    const value = {
      metadata: { managedFields: [{}], annotations: { 'kubectl.kubernetes.io/last-applied-configuration': 'canary' } },
      spec: { esxi: { credentialsSecretRef: { name: 'esx-01' } }, password: 'canary', env: [{ name: 'API_TOKEN', value: 'canary' }] },
    };
    const secret = { kind: 'Secret', data: { username: 'canary' } };
    const redactor = createRedactor();
    expect(redactor.object([value, secret])).toEqual([
      {
        metadata: { annotations: {} },
        spec: {
          esxi: { credentialsSecretRef: { name: 'esx-01' } },
          password: '[redacted]',
          env: [{ name: 'API_TOKEN', value: '[redacted]' }],
        },
      },
      { kind: 'Secret', data: { username: '[redacted]' } },
    ]);
    expect(redactor.counts()).toEqual({ field: 3 });
  });

  it('hides values that it knows, also in base64', () => {
    const text = `x hunter22 y ${Buffer.from('hunter22').toString('base64')} z`;
    expect(createRedactor(['hunter22']).text(text)).toBe('x [redacted] y [redacted] z');
  });
});

/** Each place where a secret was found in bundles of other projects, or could be in ours. */
const CANARIES = {
  'a log line': 'canary-log-1',
  'a log as JSON': 'canary-log-2',
  'an environment variable': 'canary-env-1',
  'an argument': 'canary-arg-1',
  'a URL in an event': 'canary-event-1',
  'an annotation': 'canary-annotation-1',
  'a chart value': 'canary-chart-1',
  'a journal entry': 'canary-journal-1',
  'an environment of the plugin': 'canary-plugin-1',
} as const;

const release = {
  name: 'sriov',
  version: 3,
  chart: { metadata: { name: 'esxi-sriov-operator', version: '0.1.0' } },
  config: { replicas: 2, proxy: { password: CANARIES['a chart value'] } },
};
const pod = {
  metadata: { name: 'esxi-sriov-operator-0', namespace: 'sriov-system' },
  spec: {
    containers: [
      {
        name: 'operator',
        image: 'registry.example.com/esxi-sriov-operator:0.1.0',
        args: [`--proxy=http://user:${CANARIES['an argument']}@proxy:3128`],
        env: [{ name: 'PROXY_PASSWORD', value: CANARIES['an environment variable'] }],
        ports: [{ name: 'metrics', containerPort: 8080 }],
      },
    ],
  },
  status: { containerStatuses: [{ name: 'operator', restartCount: 1 }] },
};
const event = {
  metadata: { name: 'e', namespace: 'fleet' },
  regarding: { apiVersion: 'sriov.esxi.io/v1alpha1', kind: 'SriovHost', name: 'esx-01' },
  note: `GET https://root:${CANARIES['a URL in an event']}@bmc failed`,
};
const LOG = [
  `level=info msg="login" password=${CANARIES['a log line']}`,
  `{"message":"sent","headers":{"X-Auth-Token":"${CANARIES['a log as JSON']}"}}`,
  `SRIOV ${CANARIES['an environment of the plugin']}`,
].join('\n');

function objects() {
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': `{"x":"${CANARIES['an annotation']}"}` };
  const waiting = waitingHost();
  const entry = { time: NOW.toISOString(), action: 'X', subject: 'host', result: 'Failed' as const, durationSeconds: 0 };
  const journal = [{ ...entry, detail: `token=${CANARIES['a journal entry']}` }];
  return [{ ...waiting, metadata: { ...waiting.metadata, annotations }, status: { ...waiting.status, journal } }, host({ name: 'esx-02' })];
}

/** What the API server gives out; a path that is not here is forbidden. */
const ANSWERS: Readonly<Record<string, unknown>> = {
  '/apis/sriov.esxi.io/v1alpha1/namespaces/fleet/sriovhosts': { metadata: {}, items: objects() },
  '/apis/sriov.esxi.io/v1alpha1/namespaces/fleet/sriovvmattachments': { metadata: {}, items: [attachment()] },
  '/apis/sriov.esxi.io/v1alpha1': { resources: [] },
  '/version': { gitVersion: 'v1.37.2' },
  '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews': { status: { allowed: false } },
  '/api/v1/pods': { metadata: {}, items: [pod] },
  '/apis/apps/v1/deployments': { metadata: {}, items: [] },
  '/apis/events.k8s.io/v1/namespaces/fleet/events': { metadata: {}, items: [event] },
  '/apis/events.k8s.io/v1/namespaces/sriov-system/events': { metadata: {}, items: [] },
  '/api/v1/namespaces/sriov-system/secrets': { metadata: {}, items: [releaseSecret()] },
  '/api/v1/namespaces/sriov-system/pods/esxi-sriov-operator-0/log': LOG,
  '/api/v1/namespaces/sriov-system/pods/esxi-sriov-operator-0:8080/proxy/metrics': 'sriov_host_ready 1\n',
};

function releaseSecret() {
  const data = Buffer.from(gzipSync(JSON.stringify(release)).toString('base64')).toString('base64');
  return { metadata: { name: 'sh.helm.release.v1.sriov.v3' }, data: { release: data } };
}

const fake = fakeKube(ANSWERS, 403);

async function bundle(chartValues: boolean) {
  const gathered = await gather(fake.kube, { operatorNamespace: undefined, chartValues });
  const redactor = createRedactor([CANARIES['an environment of the plugin']]);
  const files = filesOf(gathered, redactor, { versions: { plugin: '0.1.0', node: '26' }, now: NOW });
  return { gathered, files: await unpack(tarGz('sriov-support', files, NOW), 'bundle') };
}

describe('a bundle', () => {
  it.each(Object.entries(CANARIES).map(([place, canary]) => ({ place, canary })))('has no secret from $place', async ({ canary }) => {
    const { files } = await bundle(true);
    const leaking = Object.entries(files).filter(([, content]) => content.includes(canary) || content.includes(btoa(canary)));
    expect(leaking.map(([path]) => path)).toEqual([]);
  });

  it('has objects, events, logs, metrics, values, and what they say in words', async () => {
    const { files } = await bundle(true);
    expect(Object.keys(files).sort()).toEqual(
      [
        'check.txt',
        'events.yaml',
        'missing.yaml',
        'objects/SriovHost/fleet_esx-01.yaml',
        'objects/SriovHost/fleet_esx-02.yaml',
        'objects/SriovVmAttachment/fleet_db-01.yaml',
        'operator/chart-values.yaml',
        'operator/deployments.yaml',
        'operator/leases.yaml',
        'operator/logs/sriov-system_esxi-sriov-operator-0_operator.log',
        'operator/logs/sriov-system_esxi-sriov-operator-0_operator_previous.log',
        'operator/metrics/sriov-system_esxi-sriov-operator-0.prom',
        'operator/pods.yaml',
        'redactions.yaml',
        'status.txt',
        'summary.html',
        'versions.yaml',
        'why.txt',
      ].map((path) => `sriov-support/${path}`),
    );
    expect(files['sriov-support/why.txt']).toContain('ApprovalRequired');
    expect(files['sriov-support/operator/chart-values.yaml']).toContain('replicas: 2');
  });

  it('names in its summary what it hid and what it could not read', async () => {
    const { files } = await bundle(true);
    const page = files['sriov-support/summary.html'] ?? '';
    expect(page).toContain('<td>leases of all namespaces (name one with --operator-namespace)</td><td>you may not read it</td>');
    const environment = '<td>operator/pods.yaml</td><td>field</td><td>PROXY_PASSWORD</td><td>1</td>';
    expect(page).toContain(environment);
    expect(parse(files['sriov-support/redactions.yaml'] ?? '')).toContainEqual({
      file: 'operator/pods.yaml',
      by: 'field',
      field: 'PROXY_PASSWORD',
      values: 1,
    });
    expect(page).toContain('<h2>Decisions to replay</h2>\n<p>none: the operator writes');
    expect(page).toContain('<td>SriovHost</td><td>fleet/esx-01</td><td>Working</td><td>ApprovalRequired</td>');
    expect(page).not.toMatch(/(src|href)="https?:|<script|@import|url\(/);
  });

  it('reads no Secret unless it is told to', async () => {
    const before = fake.asked.length;
    const { files } = await bundle(false);
    const asked = fake.asked.slice(before).map(({ path }) => path);
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.filter((path) => path.includes('secrets'))).toEqual([]);
    expect(files).not.toHaveProperty(['sriov-support/operator/chart-values.yaml']);
  });

  it('ends with the signal, and with nothing else', async () => {
    const stop = new AbortController();
    stop.abort();
    const refusing = { ...fake.kube.client, request: async () => Promise.reject(new Error('aborted')) };
    await expect(
      gather({ ...fake.kube, client: refusing, signal: stop.signal }, { operatorNamespace: undefined, chartValues: false }),
    ).rejects.toThrow('aborted');
  });
});

describe('a Helm release', () => {
  it('is read as Helm stores it', () => {
    expect(readRelease(releaseSecret().data.release)).toEqual(release);
  });
});
