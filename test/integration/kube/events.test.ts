// Events on a real API server: accepted, of the right type, and a repeat is a series and not a new event.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLog } from '../../../operator/engine/log.ts';
import type { KubeClient } from '../../../operator/kube/client.ts';
import { createEventRecorder, type EventRecorder } from '../../../operator/kube/events.ts';
import type { EventInput } from '../../../operator/ports/cluster.ts';
import { startWatchProxy } from '../../support/apiserver/watchProxy.ts';
import { withApiServer } from '../../support/apiserver/withApiServer.ts';
import { clientFor, createGadget, GADGET_CRD, type Gadget, newNamespace, ok } from './world.ts';

const api = withApiServer();
let client: KubeClient;

beforeAll(async () => {
  await api().installCrds(GADGET_CRD);
  ({ client } = await clientFor(api()));
});

afterAll(async () => {
  await client.close();
});

const REBOOT: EventInput = { reason: 'Rebooting', type: 'Normal', action: 'Reboot', note: 'Rebooting to load the driver.' };

interface Written extends EventInput {
  readonly eventTime: string;
  readonly reportingController: string;
  readonly regarding: { readonly uid: string };
  readonly series?: { readonly count: number; readonly lastObservedTime: string };
}

async function world(now = () => Date.now()): Promise<{ readonly gadget: Gadget; readonly recorder: EventRecorder }> {
  const gadget = await createGadget(api(), await newNamespace(api()), 'one');
  const recorder = createEventRecorder({
    client,
    log: silentLog,
    reportingController: 'sriov.esxi.io/esxi-sriov-operator',
    reportingInstance: 'operator-0',
    redact: (text) => text.replaceAll('hunter2', '[redacted]'),
    now,
  });
  return { gadget, recorder };
}

async function eventsAbout(gadget: Gadget): Promise<readonly Written[]> {
  const path = `/apis/events.k8s.io/v1/namespaces/${gadget.metadata.namespace}/events`;
  return ((await ok(api().request({ method: 'GET', path }))) as { readonly items: readonly Written[] }).items;
}

describe('events', () => {
  it('are written as given and shown by kubectl describe', async () => {
    const { gadget, recorder } = await world();
    recorder.record(gadget, { ...REBOOT, type: 'Warning' });
    await recorder.flush();
    const [event] = await eventsAbout(gadget);
    expect(event).toMatchObject({
      reason: 'Rebooting',
      type: 'Warning',
      action: 'Reboot',
      note: 'Rebooting to load the driver.',
      reportingController: 'sriov.esxi.io/esxi-sriov-operator',
      regarding: { uid: gadget.metadata.uid },
    });
    const described = await api().kubectl(['describe', 'gadget', 'one', '-n', gadget.metadata.namespace]);
    expect(described.stdout).toMatch(/Warning\s+Rebooting\s+.*Rebooting to load the driver/);
  });

  it('become one series when they repeat: two writes, not a hundred', async () => {
    let now = Date.parse('2026-11-23T00:00:00Z');
    const { gadget, recorder } = await world(() => now);
    const before = client.writes()['Event'] ?? 0;
    for (let index = 0; index < 100; index += 1) {
      recorder.record(gadget, REBOOT);
      now += 10_000;
    }
    await recorder.flush();
    expect((client.writes()['Event'] ?? 0) - before).toBe(2);
    expect(await eventsAbout(gadget)).toHaveLength(1);
    // Long quiet ends the series with its true count; any later event triggers that.
    now += 3_600_000;
    recorder.record(gadget, { ...REBOOT, reason: 'Other' });
    await recorder.flush();
    const series = (await eventsAbout(gadget)).find((event) => event.reason === 'Rebooting')?.series;
    expect(series).toEqual({ count: 100, lastObservedTime: '2026-11-23T00:16:30.000000Z' });
  });

  it('are new ones when anything but the time differs', async () => {
    const { gadget, recorder } = await world();
    recorder.record(gadget, REBOOT);
    recorder.record(gadget, { ...REBOOT, note: 'Rebooting for the second time.' });
    await recorder.flush();
    expect(await eventsAbout(gadget)).toHaveLength(2);
  });

  it('are cut to a burst for one object, and others are not affected', async () => {
    const { gadget, recorder } = await world();
    const other = await createGadget(api(), gadget.metadata.namespace, 'two');
    for (let index = 0; index < 40; index += 1) recorder.record(gadget, { ...REBOOT, note: `Note ${index}.` });
    recorder.record(other, REBOOT);
    await recorder.flush();
    const events = await eventsAbout(gadget);
    expect(events.filter(({ regarding }) => regarding.uid === gadget.metadata.uid)).toHaveLength(25);
    expect(events.filter(({ regarding }) => regarding.uid === other.metadata.uid)).toHaveLength(1);
  });

  it.each([
    { why: 'a note over 1,024 bytes is cut between characters', note: 'ü'.repeat(1_000), holds: /^ü+\.\.\.$/ },
    { why: 'a secret in a note is hidden', note: 'password hunter2 refused', holds: /^password \[redacted\] refused$/ },
  ])('fit what the API takes: $why', async ({ note, holds }) => {
    const { gadget, recorder } = await world();
    recorder.record(gadget, { ...REBOOT, note });
    await recorder.flush();
    expect((await eventsAbout(gadget))[0]?.note).toMatch(holds);
  });

  it('never make the caller fail, whatever the server does', async () => {
    const proxy = await startWatchProxy(api());
    proxy.intercept((request) => {
      request.socket.destroy();
      return true;
    });
    const cutOff = await clientFor(api(), { server: proxy.server });
    const gadget = await createGadget(api(), await newNamespace(api()), 'one');
    const recorder = createEventRecorder({
      client: cutOff.client,
      log: silentLog,
      reportingController: 'sriov.esxi.io/x',
      reportingInstance: 'x',
    });
    recorder.record(gadget, REBOOT);
    recorder.record(gadget, REBOOT);
    await recorder.flush();
    proxy.intercept(undefined);
    recorder.record(gadget, REBOOT);
    await recorder.flush();
    expect(await eventsAbout(gadget)).toHaveLength(1);
    await cutOff.client.close();
    await proxy.stop();
  });
});
