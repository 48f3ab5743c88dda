/** Connects everything: configuration -> clients -> controllers -> lease -> health. Has no logic of its own. */
import { isTrue } from './api/conditions.ts';
import type { SriovHost, SriovVmAttachment } from './api/types.ts';
import type { Config } from './config.ts';
import { SRIOV_METRICS } from './controllers/metricDefinitions.ts';
import { SriovHostController } from './controllers/sriovHost/controller.ts';
import { AttachmentController } from './controllers/sriovVmAttachment/controller.ts';
import {
  attachmentsBeside,
  attachmentsOfHost,
  attachmentsOfSecret,
  attachmentsWaitingForCard,
} from './controllers/sriovVmAttachment/wake.ts';
import { createDownloader } from './download/downloader.ts';
import { type Controller, createController } from './engine/controller.ts';
import { observeController } from './engine/controllerMetrics.ts';
import { startHealthServer } from './engine/health.ts';
import type { Logger } from './engine/log.ts';
import { runManager } from './engine/manager.ts';
import { createMetrics, type Metrics } from './engine/metrics.ts';
import type { Redactor } from './engine/redactor.ts';
import { createEsxiConnector } from './esxi/connector.ts';
import { createKubeClient } from './kube/client.ts';
import { createCluster, type RunningCluster } from './kube/cluster.ts';
import { type KubeConfigSource, openConnection } from './kube/connection.ts';
import { KubeLease, newIdentity } from './kube/lease.ts';
import { KubePermits } from './kube/permits.ts';
import { notReadyCollector } from './notReadyMetric.ts';
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
  /** Told once probes and metrics are served. */
  readonly onListening?: (port: number) => void;
}

/** Runs the operator until it is stopped (resolves with 0) or loses its lease (1). */
export async function runOperator(config: Config, { log, redactor, stop, inCluster, onListening }: Process): Promise<number> {
  const metrics = createMetrics({ definitions: SRIOV_METRICS });
  const client = createKubeClient({
    connection: openConnection(kubeConfigSource(config, inCluster)),
    userAgent: 'esxi-sriov-operator',
    onRequest: ({ code, method, host, seconds }) => {
      metrics.increment('rest_client_requests_total', { code, method, host });
      metrics.observe('rest_client_request_duration_seconds', { method, host }, seconds);
    },
  });
  const identity = newIdentity(config.identity);
  const cluster = createCluster({
    client,
    log,
    namespaces: config.namespaces,
    instance: config.identity,
    onSecretValue: redactor.add,
    redact: redactor.redact,
  });
  const esxi = createEsxiConnector({
    log,
    onCommand: ({ exitCode, durationMs }) =>
      metrics.observe('sriov_esxi_command_duration_seconds', { result: commandResult(exitCode) }, durationMs / 1000),
  });
  const vsphere = createVsphereConnector({
    observe: ({ method, outcome, milliseconds }) =>
      metrics.observe('sriov_vsphere_call_duration_seconds', { method, outcome }, milliseconds / 1000),
  });
  const bmc = createBmcConnector();
  const health = await startHealthServer({ port: config.healthPort, metrics, log });
  onListening?.(health.port);
  const permits = new KubePermits({ client, namespace: config.leaseNamespace, limit: config.maxUnavailableHosts, log });
  const controllers = buildControllers(config, { cluster, permits, esxi, vsphere, bmc, log, metrics });
  collectStates(metrics, cluster);
  const lease = new KubeLease({ client, namespace: config.leaseNamespace, name: LEASE, identity, log });
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
  }
}

function kubeConfigSource(config: Config, inCluster: boolean): KubeConfigSource {
  if (config.kubeconfig !== undefined) return { kind: 'file', path: config.kubeconfig };
  return { kind: inCluster ? 'inCluster' : 'default' };
}

interface Parts {
  readonly cluster: RunningCluster;
  readonly permits: KubePermits;
  readonly esxi: ReturnType<typeof createEsxiConnector>;
  readonly vsphere: ReturnType<typeof createVsphereConnector>;
  readonly bmc: ReturnType<typeof createBmcConnector>;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** The table of contents: which controllers there are, and what wakes each. */
function buildControllers(config: Config, parts: Parts): readonly Controller[] {
  const { cluster, permits, esxi, vsphere, bmc, log, metrics } = parts;
  const now = (): Date => new Date();
  const { recheckMs, restartPollMs, blockedPollMs, workers } = config;
  const onStep = (kind: 'host' | 'attachment', step: string, result: string, seconds: number): void => {
    metrics.increment(`sriov_${kind}_steps_total`, { step, result });
    metrics.observe(`sriov_${kind}_step_duration_seconds`, { step }, seconds);
  };
  const hosts = createController({
    name: 'sriovhost',
    workers,
    log,
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
      onStep: (_host, step, result, durationMs) => onStep('host', step.kind, result, durationMs / 1000),
    }),
  });
  const attachments = createController({
    name: 'sriovvmattachment',
    workers,
    log,
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
  cluster.onAttachmentChange((key, change) => {
    if (change.statusOnly) return;
    attachments.enqueue(key);
    for (const other of attachmentsBeside(cluster, key)) attachments.enqueue(other);
  });
  cluster.onSecretChange((key) => {
    for (const host of hostsOfSecret(cluster, key)) hosts.enqueue(host);
    for (const attachment of attachmentsOfSecret(cluster, key)) attachments.enqueue(attachment);
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

function commandResult(exitCode: number | undefined): string {
  return exitCode === undefined ? 'lost' : exitCode === 0 ? 'ok' : 'failed';
}

/** Numbers that are taken from the caches when somebody asks. */
function collectStates(metrics: Metrics, cluster: RunningCluster): void {
  let written: Readonly<Record<string, number>> = {};
  let shown = new Map<string, Readonly<Record<string, string>>>();
  metrics.beforeScrape(notReadyCollector(metrics, { hosts: () => cluster.hosts.list(), attachments: () => cluster.attachments.list() }));
  metrics.beforeScrape(() => {
    count(metrics, 'sriov_hosts', cluster.hosts.list());
    count(metrics, 'sriov_attachments', cluster.attachments.list());
    for (const [what, total] of Object.entries(cluster.writes())) {
      metrics.increment('sriov_kubernetes_writes_total', { what }, total - (written[what] ?? 0));
    }
    written = cluster.writes();
    const current = new Map<string, Readonly<Record<string, string>>>();
    for (const { metadata, status } of cluster.hosts.list()) {
      for (const kind of ['desired', 'present'] as const) {
        const labels = { namespace: metadata.namespace, host: metadata.name, kind };
        current.set(`${metadata.namespace}/${metadata.name}/${kind}`, labels);
        metrics.set('sriov_host_virtual_functions', labels, status?.vfs?.[kind] ?? 0);
      }
    }
    for (const [key, labels] of shown) if (!current.has(key)) metrics.remove('sriov_host_virtual_functions', labels);
    shown = current;
  });
}

function count(metrics: Metrics, name: string, objects: readonly (SriovHost | SriovVmAttachment)[]): void {
  const ready = objects.filter(({ status }) => isTrue(status?.conditions, 'Ready')).length;
  const stalled = objects.filter(({ status }) => isTrue(status?.conditions, 'Stalled')).length;
  metrics.set(name, { state: 'ready' }, ready);
  metrics.set(name, { state: 'stalled' }, stalled);
  metrics.set(name, { state: 'reconciling' }, objects.length - ready - stalled);
}
