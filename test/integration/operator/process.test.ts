/** The operator as a process: killed in the middle of a restart, stopped in order, watched by probes, and silent about secrets. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { type Lab, OPERATOR_NAMESPACE, startLab } from '../../support/lab/lab.ts';
import {
  attachmentManifest,
  credentialManifests,
  hostManifest,
  MFT,
  namespaceManifest,
  secretManifest,
} from '../../support/lab/manifests.ts';

const CANARIES = { password: 'canary-esxi-9f3a', bmc: 'canary-bmc-77e1' };
const ADAPTERS = [{ name: 'fabric0', selector: { pciAddress: '0000:3b:00.0' }, ports: [{ number: 1, vfs: 4 }] }];
// A process that dies between writing a restart down and sending it leaves a command that is repeated after a third of this.
const DISRUPTION = { restartTimeoutSeconds: 30 };
const NAMESPACE = 'process';

describe('a start that cannot go on', () => {
  const folder = mkdtempSync(join(tmpdir(), 'start-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const broken = join(folder, 'broken');
  writeFileSync(broken, 'users: [{token: canary-token-51c0,\n');
  const empty = join(folder, 'empty');
  writeFileSync(empty, 'apiVersion: v1\nkind: Config\n');

  it.each([
    { why: 'a kubeconfig that is not there', path: '/nowhere/config' },
    { why: 'a kubeconfig that is no YAML, and is not quoted', path: broken },
    { why: 'a kubeconfig without a context', path: empty },
  ])('names the flag in one line: $why', ({ path }) => {
    const main = join(import.meta.dirname, '../../../operator/main.ts');
    const { status, stderr } = spawnSync(process.execPath, ['--no-warnings', main, `--kubeconfig=${path}`], { encoding: 'utf8' });
    expect(stderr.trim().split('\n')).toEqual([expect.stringContaining(`--kubeconfig ${path} cannot be used: `)]);
    expect(stderr).not.toContain('canary');
    expect(status).toBe(64);
  });
});

describe('the operator process', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
    await lab.apply(namespaceManifest(NAMESPACE));
  }, 120_000);
  afterAll(async () => {
    await lab.stop();
  });

  async function addHost(name: string, boot: number) {
    const host = await lab.fleet.addHost({
      name,
      password: CANARIES.password,
      profile: { esxi: '7.0u3', tools: 'bare' },
      adapters: [{ model: connectX5En }],
      bmc: { password: CANARIES.bmc },
      durations: { shutdown: 200, boot, hostd: 0, burn: 10 },
    });
    await lab.apply(...credentialManifests(NAMESPACE, host));
    await lab.apply(
      hostManifest(host, lab.vsphere.endpointOf(host), {
        namespace: NAMESPACE,
        spec: { adapters: ADAPTERS, software: MFT, disruption: DISRUPTION },
      }),
    );
    return host;
  }

  it('killed while a host restarts: the next one goes on, and the host is restarted no more often', async () => {
    const host = await addHost('esx-killed', 1_500);
    const key = `${NAMESPACE}/esx-killed`;
    await lab.observer.until('SriovHost', key, (object) => object?.status?.restarts?.last?.state === 'Requested', {
      what: 'a restart under way',
    });
    await lab.operator.kill();
    // The killed one cannot give up its lease: the next has to wait until it expires.
    await lab.startOperator();
    await lab.observer.untilCondition('SriovHost', key, { type: 'Ready', status: 'True', timeoutMs: 60_000 });
    expect(host.world.counters.restarts.map(({ kind }) => kind)).toEqual(['warm', 'cold']);
    expect(host.world.maintenanceMode).toBe(false);
  }, 120_000);

  it('stops in order within seconds, gives up its lease, and leaves nothing undone', async () => {
    const code = await lab.operator.stop();
    expect(code).toBe(0);
    const lease = await lab.api.kubectl([
      'get',
      'lease',
      '-n',
      OPERATOR_NAMESPACE,
      'esxi-sriov-operator',
      '-o',
      'jsonpath={.spec.holderIdentity}',
    ]);
    expect(lease.stdout).toBe('');
    const started = performance.now();
    await lab.startOperator();
    // A lease that was given up need not expire first.
    expect(performance.now() - started).toBeLessThan(10_000);
  }, 60_000);

  it('answers probes, and shows the metrics of its work', async () => {
    const get = async (path: string) => {
      const answer = await fetch(`http://127.0.0.1:${lab.operator.healthPort}${path}`);
      return { status: answer.status, text: await answer.text() };
    };
    await lab.observer.untilCondition('SriovHost', `${NAMESPACE}/esx-killed`, { type: 'Ready', status: 'True' });
    expect((await get('/healthz')).status).toBe(200);
    expect((await get('/readyz')).status).toBe(200);
    const metrics = await get('/metrics');
    for (const name of [
      'controller_runtime_reconcile_total',
      'workqueue_depth',
      'rest_client_requests_total',
      'sriov_hosts',
      'sriov_esxi_command_duration_seconds',
      'leader_election_master_status',
    ]) {
      expect(metrics.text).toContain(`# TYPE ${name} `);
    }
    expect(metrics.text).toMatch(/sriov_hosts\{state="ready"\} 1/);
  });

  it('says no secret anywhere: log, events, status, metrics', async () => {
    const host = await addHost('esx-canary', 150);
    lab.vsphere.inventory.addVm({ name: 'vm-canary', hostId: host.world.id });
    await lab.apply(
      attachmentManifest({ namespace: NAMESPACE, name: 'vm-canary', host: 'esx-canary', spec: { powerPolicy: { powerOn: true } } }),
    );
    await lab.observer.untilCondition('SriovVmAttachment', `${NAMESPACE}/vm-canary`, { type: 'Ready', status: 'True', timeoutMs: 60_000 });
    // Failures talk most: the same again with credentials that are refused.
    const wrong = 'canary-wrong-51c0';
    await lab.apply(
      secretManifest(NAMESPACE, 'esx-canary-esxi', { username: 'root', password: wrong }),
      secretManifest(NAMESPACE, 'esx-canary-bmc', { username: 'root', password: wrong }),
    );
    await lab.observer.untilCondition('SriovHost', `${NAMESPACE}/esx-canary`, {
      type: 'Stalled',
      status: 'True',
      reason: 'CredentialsRejected',
    });
    const [objects, events, metrics, log, audit] = await Promise.all([
      lab.api.kubectl(['get', 'srh,sva', '-A', '-o', 'yaml']),
      lab.api.kubectl(['get', 'events.events.k8s.io', '-A', '-o', 'yaml']),
      fetch(`http://127.0.0.1:${lab.operator.healthPort}/metrics`).then((answer) => answer.text()),
      lab.operator.log(),
      readFile(join(lab.folder, 'operator-1.log'), 'utf8'),
    ]);
    expect(log.length + audit.length).toBeGreaterThan(10_000);
    for (const [place, text] of Object.entries({ objects: objects.stdout, events: events.stdout, metrics, log, audit })) {
      const found = [...Object.values(CANARIES), wrong].filter(
        (secret) => text.includes(secret) || text.includes(Buffer.from(secret).toString('base64')),
      );
      expect({ place, found }).toEqual({ place, found: [] });
    }
  }, 120_000);

  it('never asked the API server for what it may not do', async () => {
    const audit = await readFile(join(lab.folder, 'audit.log'), 'utf8');
    const refused = audit
      .split('\n')
      .filter((line) => line.includes(`"system:serviceaccount:${OPERATOR_NAMESPACE}:`) && line.includes('"code":403'));
    expect(refused).toEqual([]);
  });
});
