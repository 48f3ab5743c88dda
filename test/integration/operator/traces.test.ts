/** What an operator tells about one reconcile: its log lines can be put together by their id, its traces arrive, and neither holds a secret. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { type Lab, startLab } from '../../support/lab/lab.ts';
import {
  attachmentManifest,
  credentialManifests,
  hostManifest,
  MFT,
  namespaceManifest,
  secretManifest,
} from '../../support/lab/manifests.ts';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from '../../support/lab/otlpReceiver.ts';

const SECRETS = { esxi: 'canary-esxi-20b7', bmc: 'canary-bmc-c91d', wrong: 'canary-wrong-40ee', header: 'canary-header-77aa' };
const NAMESPACE = 'traces';
const ADAPTERS = [{ name: 'fabric0', selector: { pciAddress: '0000:3b:00.0' }, ports: [{ number: 1, vfs: 4 }] }];

type Line = Readonly<Record<string, unknown>>;

describe('an operator that traces', () => {
  let lab: Lab;
  let receiver: OtlpReceiver;
  let lines: readonly Line[];
  let log: string;

  beforeAll(async () => {
    receiver = await startOtlpReceiver();
    const operatorEnv = {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
      OTEL_EXPORTER_OTLP_HEADERS: `authorization=${SECRETS.header}`,
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=lab',
    };
    lab = await startLab({ operatorEnv });
    await lab.apply(namespaceManifest(NAMESPACE));
    const host = await lab.fleet.addHost({
      name: 'esx-a',
      password: SECRETS.esxi,
      profile: { esxi: '7.0u3', tools: 'bare' },
      adapters: [{ model: connectX5En }],
      bmc: { password: SECRETS.bmc },
      durations: { shutdown: 100, boot: 150, hostd: 0, burn: 10 },
    });
    lab.vsphere.inventory.addVm({ name: 'vm-a', hostId: host.world.id });
    await lab.apply(...credentialManifests(NAMESPACE, host));
    await lab.apply(
      hostManifest(host, lab.vsphere.endpointOf(host), { namespace: NAMESPACE, spec: { adapters: ADAPTERS, software: MFT } }),
      attachmentManifest({ namespace: NAMESPACE, name: 'vm-a', host: 'esx-a', spec: { powerPolicy: { powerOn: true } } }),
    );
    await lab.observer.untilCondition('SriovVmAttachment', `${NAMESPACE}/vm-a`, { type: 'Ready', status: 'True', timeoutMs: 60_000 });
    // Failures talk most.
    const refused = { username: 'root', password: SECRETS.wrong };
    await lab.apply(secretManifest(NAMESPACE, 'esx-a-esxi', refused), secretManifest(NAMESPACE, 'esx-a-bmc', refused));
    await lab.observer.untilCondition('SriovHost', `${NAMESPACE}/esx-a`, {
      type: 'Stalled',
      status: 'True',
      reason: 'CredentialsRejected',
    });
    const { operator } = lab;
    expect(await operator.stop()).toBe(0);
    log = await operator.log();
    lines = log.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Line] : []));
  }, 180_000);

  afterAll(async () => {
    await lab.stop();
    await receiver.stop();
  });

  const parentOf = (span: ReceivedSpan): ReceivedSpan | undefined => receiver.spans.find(({ spanId }) => spanId === span.parentSpanId);
  const pathOf = (span: ReceivedSpan): string => {
    const parent = parentOf(span);
    return parent === undefined ? span.name : `${pathOf(parent)} > ${span.name}`;
  };

  it('every log line of a reconcile carries its object, generation and id', () => {
    const within = lines.filter(({ controller }) => controller === 'sriovhost' || controller === 'sriovvmattachment');
    expect(within.length).toBeGreaterThan(10);
    const complete = {
      namespace: NAMESPACE,
      host: 'esx-a',
      generation: expect.any(Number),
      reconcileId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    };
    for (const line of within) expect(line).toMatchObject(complete);
    // Written by the SSH adapter, which knows nothing of reconciles.
    expect(within.filter(({ message }) => message === 'ssh connected').length).toBeGreaterThan(0);
    expect(
      lines.filter(
        ({ message, reconcileId }) => /^(step|ssh|reconcile|looked at|acting)/.test(String(message)) && reconcileId === undefined,
      ),
    ).toEqual([]);
  });

  it.each([
    { path: 'reconcile sriovhost > observe > ssh connect' },
    { path: 'reconcile sriovhost > observe > ssh esxcli system version get' },
    { path: 'reconcile sriovhost > plan' },
    { path: 'reconcile sriovhost > act > ssh esxcli software vib install' },
    { path: 'reconcile sriovhost > act > kubernetes PATCH' },
    { path: 'reconcile sriovvmattachment > plan' },
    { path: 'reconcile sriovvmattachment > act > vsphere ReconfigVM_Task' },
    { path: 'reconcile sriovhost > observe > redfish GET' },
  ])('a trace has $path', ({ path }) => {
    expect(new Set(receiver.spans.map(pathOf))).toContain(path);
  });

  it('a trace is one reconcile: nothing else begins one, every parent is there, and every part lies within it', () => {
    const roots = receiver.spans.filter(({ parentSpanId }) => parentSpanId === undefined || parentSpanId === '');
    expect(new Set(roots.map(({ name }) => name))).toEqual(new Set(['reconcile sriovhost', 'reconcile sriovvmattachment']));
    const slack = 5_000_000n;
    for (const span of receiver.spans.filter((one) => !roots.includes(one))) {
      const parent = parentOf(span);
      expect(parent?.traceId).toBe(span.traceId);
      expect(BigInt(span.startTimeUnixNano) + slack).toBeGreaterThanOrEqual(BigInt(parent?.startTimeUnixNano ?? 0));
      expect(BigInt(span.endTimeUnixNano)).toBeLessThanOrEqual(BigInt(parent?.endTimeUnixNano ?? 0) + slack);
    }
  });

  it('a trace and the log lines of the same reconcile have the same id', () => {
    const ids = new Set(lines.map(({ reconcileId }) => reconcileId));
    const root = receiver.spans.find(({ name }) => name === 'reconcile sriovhost');
    expect(root?.attributes).toMatchObject({ key: `${NAMESPACE}/esx-a`, host: 'esx-a', outcome: expect.any(String) });
    expect(ids).toContain(root?.attributes['reconcileId']);
  });

  it('what failed says so by its code', () => {
    const refused = receiver.spans.filter(({ name, failed }) => name === 'ssh connect' && failed);
    expect(refused.map(({ attributes }) => attributes['error.type'])).toContain('CredentialsRejected');
  });

  it('the process is named, with what the environment adds', () => {
    expect(receiver.resource).toMatchObject({ 'service.name': 'esxi-sriov-operator', 'deployment.environment.name': 'lab' });
  });

  it('no secret is in traces or log', () => {
    expect(receiver.text.length).toBeGreaterThan(5_000);
    for (const [place, text] of Object.entries({ traces: receiver.text, log })) {
      expect({ place, found: Object.values(SECRETS).filter((secret) => text.includes(secret)) }).toEqual({ place, found: [] });
    }
  });
});
