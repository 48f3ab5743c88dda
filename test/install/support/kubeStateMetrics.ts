/** The real kube-state-metrics as a process, with a configuration, as a service account with nothing but the rights that come with it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import type { ApiServer } from '../../support/apiserver/apiServer.ts';
import { startServer } from '../../support/apiserver/childProcess.ts';
import { freePort } from '../../support/apiserver/freePort.ts';
import { ensureGoTool, type GoTool } from './goTool.ts';

const TOOL: GoTool = { folder: 'kubestatemetrics', program: 'kube-state-metrics', main: 'k8s.io/kube-state-metrics/v2' };
const NAME = 'kube-state-metrics';
const NAMESPACE = 'kube-system';
/** What its chart grants by itself as soon as custom resources are configured. */
const OWN_RULE = { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'], verbs: ['list', 'watch'] };

export interface KubeStateMetrics {
  /** Its metrics as text, once they have all of these; rejects with what it has and its log after the time limit. */
  untilServed(lines: readonly RegExp[]): Promise<string>;
  log(): Promise<string>;
  stop(): Promise<void>;
}

/** Builds it first where it is not in the cache: that takes minutes. */
export async function startKubeStateMetrics(
  api: ApiServer,
  { config, rules }: { readonly config: object; readonly rules: readonly object[] },
): Promise<KubeStateMetrics> {
  const program = await ensureGoTool(TOOL);
  const folder = await mkdtemp(join(tmpdir(), 'kube-state-metrics-'));
  const [kubeconfig, configFile, log] = ['kubeconfig', 'config.yaml', 'log'].map((name) => join(folder, name)) as [string, string, string];
  await grant(api, rules);
  await writeFile(kubeconfig, api.kubeconfigFor({ token: await api.serviceAccountToken(NAMESPACE, NAME) }), { mode: 0o600 });
  await writeFile(configFile, stringify(config));
  const [port, telemetryPort] = [await freePort(), await freePort()];
  const listen = ['--host=127.0.0.1', `--port=${port}`, '--telemetry-host=127.0.0.1', `--telemetry-port=${telemetryPort}`];
  const flags = [`--kubeconfig=${kubeconfig}`, '--custom-resource-state-only', `--custom-resource-state-config-file=${configFile}`];
  const server = startServer(program, [...flags, ...listen], log);
  const scrape = async (): Promise<string> =>
    await fetch(`http://127.0.0.1:${port}/metrics`).then(
      async (response) => await response.text(),
      () => '',
    );
  return {
    untilServed: async (lines) => {
      for (const deadline = performance.now() + 60_000; ; await sleep(200)) {
        const text = await scrape();
        const missing = lines.filter((line) => !line.test(text));
        if (missing.length === 0) return text;
        if (performance.now() < deadline && server.running()) continue;
        throw new Error(`kube-state-metrics lacks ${missing.join(', ')} in\n${text}\n${await server.logTail()}`);
      }
    },
    log: async () => await server.logTail(),
    stop: async () => {
      await server.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function grant(api: ApiServer, rules: readonly object[]): Promise<void> {
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const metadata = { name: NAME };
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: NAME };
  const subjects = [{ kind: 'ServiceAccount', name: NAME, namespace: NAMESPACE }];
  const items = [
    { apiVersion, kind: 'ClusterRole', metadata, rules: [OWN_RULE, ...rules] },
    { apiVersion, kind: 'ClusterRoleBinding', metadata, roleRef, subjects },
  ];
  const { code, stderr } = await api.kubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  if (code !== 0) throw new Error(stderr);
}
