/** Connects everything: configuration -> clients -> controllers -> lease -> health. Has no logic of its own. */
import { type Config, ConfigError } from './config.ts';
import { SRIOV_METRICS } from './controllers/metricDefinitions.ts';
import { SriovHostController } from './controllers/sriovHost/controller.ts';
import { PhysicalFunctionHosts } from './controllers/sriovHost/wake.ts';
import { AttachmentController } from './controllers/sriovVmAttachment/controller.ts';
import {
  attachmentsBeside,
  attachmentsManagedBy,
  attachmentsOfGuestSecret,
  attachmentsOfHost,
  attachmentsOfSecret,
  attachmentsWaitingForCard,
} from './controllers/sriovVmAttachment/wake.ts';
import { attachmentsOfChange, hostsOfChange } from './controllers/sriovVmAttachment/wakeByVsphere.ts';
import { createDownloader } from './download/downloader.ts';
import { type Controller, createController } from './engine/controller.ts';
import { observeController } from './engine/controllerMetrics.ts';
import { startHealthServer } from './engine/health.ts';
import type { Logger } from './engine/log.ts';
import { runManager } from './engine/manager.ts';
import { createMetrics, type Metrics } from './engine/metrics.ts';
import type { Redactor } from './engine/redactor.ts';
import { noTracer, type Tracer } from './engine/tracing.ts';
import { createEsxiConnector } from './esxi/connector.ts';
import { type Doors, fencedDoors } from './fencedDoors.ts';
import { createKubeClient } from './kube/client.ts';
import { createCluster, type RunningCluster } from './kube/cluster.ts';
import { type Connection, type KubeConfigSource, openConnection } from './kube/connection.ts';
import { fencedClient } from './kube/fencedClient.ts';
import { KubeLease, newIdentity } from './kube/lease.ts';
import { KubePermits } from './kube/permits.ts';
import { callObservers } from './metrics/calls.ts';
import { describeAttachment, describeHost } from './metrics/describe.ts';
import { reportFleet } from './metrics/fleet.ts';
import type { VsphereChange } from './ports/vsphere.ts';
import { createBmcConnector } from './redfish/connector.ts';
import { createVsphereConnector } from './vsphere/connector.ts';

const LEASE = 'esxi-sriov-operator';
const NEEDED_KEYS_OF_SECRET = ['esxi', 'bmc', 'vsphere'] as const;

export interface Process {
  readonly log: Logger;
  readonly redactor: Redactor;
  /** Abort asks for an orderly stop. */
  readonly stop: AbortSignal;
  readonly inCluster: boolean;
  /** Traces nothing where it is left out. */
  readonly tracer?: Tracer;
  /** Told once probes and metrics are served. */
  readonly onListening?: (port: number) => void;
}

/** Runs the operator until it is stopped (resolves with 0) or loses its lease (1). */
export async function runOperator(
  config: Config,
  { log, redactor, stop, inCluster, onListening, tracer = noTracer }: Process,
): Promise<number> {
  const metrics = createMetrics({ definitions: SRIOV_METRICS });
  const calls = callObservers(metrics, tracer);
  const client = createKubeClient({
    connection: connectionOf(kubeConfigSource(config, inCluster)),
    userAgent: 'esxi-sriov-operator',
    onRequest: calls.kubernetes,
  });
  const identity = newIdentity(config.identity);
  const lease = new KubeLease({ client, namespace: config.leaseNamespace, name: LEASE, identity, log, onError: calls.leaseError });
  const lapsed = (): boolean => lease.lapsed();
  const asLeader = fencedClient(client, lapsed);
  const cluster = createCluster({
    client: asLeader,
    log,
    namespaces: config.namespaces,
    instance: config.identity,
    onSecretValue: redactor.add,
    redact: redactor.redact,
  });
  const esxi = createEsxiConnector({ log, onConnect: calls.esxiConnect, onCommand: calls.esxiCommand });
  let wakeByVsphere: (change: VsphereChange) => void = () => undefined;
  const vsphere = createVsphereConnector({
    observe: calls.vsphere,
    idleMs: Math.max(20 * 60_000, 3 * config.recheckMs),
    onChange: (change) => wakeByVsphere(change),
  });
  const bmc = createBmcConnector({ onRequest: calls.redfish });
  const health = await startHealthServer({ port: config.healthPort, metrics, log });
  onListening?.(health.port);
  const permits = new KubePermits({ client: asLeader, namespace: config.leaseNamespace, limit: config.maxUnavailableHosts, log });
  const controllers = buildControllers(config, {
    cluster,
    permits,
    ...fencedDoors({ esxi, vsphere, bmc }, lapsed),
    log,
    metrics,
    tracer,
    onVsphereChange: (wake) => (wakeByVsphere = wake),
  });
  try {
    return await runManager(
      {
        caches: [cluster],
        lease: config.leaderElection ? lease : undefined,
        controllers,
        health,
        log,
        graceMs: config.graceMs,
        onLeading: (leading) => metrics.set('leader_election_master_status', { name: LEASE }, leading ? 1 : 0),
      },
      stop,
    );
  } finally {
    await Promise.allSettled([esxi.close(), vsphere.close(), bmc.close(), cluster.flushEvents()]);
    await health.close();
    await client.close();
    await tracer.close();
  }
}

/** A kubeconfig that cannot be used is a wrong setting, and needs no stack of calls to say so. */
function connectionOf(source: KubeConfigSource): Connection {
  try {
    const connection = openConnection(source);
    // Asks for the server, which there is none of without a context.
    void connection.origin;
    return connection;
  } catch (error) {
    const which = source.kind === 'file' ? `--kubeconfig ${source.path}` : 'the kubeconfig, or the service account,';
    // The lines below the first one quote the file, which may hold a token.
    const [why] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new ConfigError(`${which} cannot be used: ${why}`, { cause: error });
  }
}

function kubeConfigSource(config: Config, inCluster: boolean): KubeConfigSource {
  if (config.kubeconfig !== undefined) return { kind: 'file', path: config.kubeconfig };
  return { kind: inCluster ? 'inCluster' : 'default' };
}

interface Parts extends Doors {
  readonly cluster: RunningCluster;
  readonly permits: KubePermits;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly tracer: Tracer;
  /** Says what to do when a vSphere server tells of a change. */
  readonly onVsphereChange: (wake: (change: VsphereChange) => void) => void;
}

/** The table of contents: which controllers there are, and what wakes each. */
function buildControllers(config: Config, parts: Parts): readonly Controller[] {
  const { cluster, permits, esxi, vsphere, bmc, log, metrics, tracer } = parts;
  const now = (): Date => new Date();
  const { recheckMs, restartPollMs, blockedPollMs, workers } = config;
  const fleet = {
    hosts: () => cluster.hosts.list(),
    attachments: () => cluster.attachments.list(),
    host: (key: string) => cluster.hosts.get(key),
    writes: () => cluster.writes(),
    onHostChange: (listener: (key: string) => void) => cluster.onHostChange(listener),
  };
  const restarts = reportFleet(metrics, fleet, config.maxUnavailableHosts);
  const onStep = (kind: 'host' | 'attachment', step: string, result: string, seconds: number): void => {
    metrics.increment(`sriov_${kind}_steps_total`, { step, result });
    metrics.observe(`sriov_${kind}_step_duration_seconds`, { step }, seconds);
  };
  const hosts = createController({
    name: 'sriovhost',
    workers,
    log,
    tracer,
    describe: (key) => describeHost(cluster.hosts.get(key)),
    observer: observeController(metrics, 'sriovhost'),
    reconciler: new SriovHostController({
      cluster,
      permits,
      esxi,
      bmc,
      vsphere,
      downloader: createDownloader(),
      now,
      intervals: { recheckMs, restartPollMs, blockedPollMs },
      onStep: (_host, step, result, durationMs) => {
        onStep('host', step.kind, result, durationMs / 1000);
        restarts.step(step.kind, result);
      },
    }),
  });
  const attachments = createController({
    name: 'sriovvmattachment',
    workers,
    log,
    tracer,
    describe: (key) => describeAttachment(cluster.attachments.get(key)),
    observer: observeController(metrics, 'sriovvmattachment'),
    reconciler: new AttachmentController({
      cluster,
      vsphere,
      now,
      intervals: { recheckMs, waitingMs: blockedPollMs, powerPollMs: Math.min(5_000, restartPollMs), powerWaitMs: 20_000 },
      cardRemoved: (host) => {
        for (const key of attachmentsWaitingForCard(cluster, host)) attachments.enqueue(key);
      },
      stepFinished: (step, result, seconds) => onStep('attachment', step, result, seconds),
    }),
  });
  permits.onFree((key) => hosts.enqueue(key));
  cluster.onHostChange((key, change) => {
    if (!change.statusOnly) hosts.enqueue(key);
    for (const attachment of attachmentsOfHost(cluster, key)) attachments.enqueue(attachment);
  });
  const askedHosts = new PhysicalFunctionHosts(cluster);
  cluster.onAttachmentChange((key, change) => {
    const asked = askedHosts.afterChange(key, change.statusOnly);
    if (asked !== undefined) hosts.enqueue(asked);
    for (const other of attachmentsManagedBy(cluster, key)) attachments.enqueue(other);
    if (change.statusOnly) return;
    attachments.enqueue(key);
    for (const other of attachmentsBeside(cluster, key)) attachments.enqueue(other);
  });
  cluster.onSecretChange((key) => {
    for (const host of hostsOfSecret(cluster, key)) hosts.enqueue(host);
    for (const attachment of attachmentsOfSecret(cluster, key)) attachments.enqueue(attachment);
    for (const attachment of attachmentsOfGuestSecret(cluster, key)) attachments.enqueue(attachment);
  });
  parts.onVsphereChange((change) => {
    for (const host of hostsOfChange(cluster, change)) hosts.enqueue(host);
    for (const attachment of attachmentsOfChange(cluster, change)) attachments.enqueue(attachment);
  });
  return [hosts, attachments];
}

function hostsOfSecret(cluster: RunningCluster, secretKey: string): readonly string[] {
  return cluster.hosts
    .list()
    .filter(({ metadata, spec }) =>
      NEEDED_KEYS_OF_SECRET.some((part) => `${metadata.namespace}/${spec[part]?.credentialsSecretRef.name}` === secretKey),
    )
    .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
}
