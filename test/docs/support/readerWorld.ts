/** What the pages talk about, for real: namespace `sriov` with host esx-01 and its VM db-01, the operator at work, and a user in that namespace. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { ensureHelm } from '../../install/support/goTool.ts';
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { type ApiServer, startApiServer } from '../../support/apiserver/apiServer.ts';
import { type Lab, startLab } from '../../support/lab/lab.ts';
import { attachmentManifest, credentialManifests, hostManifest, namespaceManifest } from '../../support/lab/manifests.ts';
import { openShell, type ReaderShell } from './shell.ts';

export interface ReaderWorld {
  readonly shell: ReaderShell;
  stop(): Promise<void>;
}

/** `Installed`: the operator runs, and host and attachment are there. `Empty`: a cluster without any of it, and Helm. */
export type WorldKind = 'Installed' | 'AwaitingApproval' | 'Empty';

const NAMESPACE = 'sriov';

/** Of the simulated restarts, in milliseconds. */
const DURATIONS = { shutdown: 30, boot: 120, hostd: 0, burn: 20 };

export async function startReaderWorld(kind: WorldKind): Promise<ReaderWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'sriov-docs-'));
  const world = kind === 'Empty' ? await emptyCluster(folder) : await installedCluster(folder, kind);
  return {
    shell: world.shell,
    stop: async () => {
      await world.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function emptyCluster(folder: string): Promise<ReaderWorld> {
  const helm = await ensureHelm();
  const api = await startApiServer();
  return { shell: await shellOf(api, { folder, helm, namespace: 'default' }), stop: async () => await api.stop() };
}

async function installedCluster(folder: string, kind: 'Installed' | 'AwaitingApproval'): Promise<ReaderWorld> {
  const lab = await startLab();
  await fill(lab, kind);
  const shell = await shellOf(lab.api, { folder, helm: undefined, namespace: NAMESPACE });
  return { shell, stop: async () => await lab.stop() };
}

async function fill(lab: Lab, kind: 'Installed' | 'AwaitingApproval'): Promise<void> {
  const host = await lab.fleet.addHost({
    name: 'esx-01',
    profile: { esxi: '7.0u3', tools: 'withMft' },
    adapters: [{ model: connectX5En }],
    bmc: true,
    durations: DURATIONS,
  });
  lab.vsphere.inventory.addVm({ name: 'db-01', hostId: host.world.id });
  const adapter = {
    name: 'fabric0',
    selector: { macAddress: host.world.adapters[0]?.ports[0]?.macAddress },
    ports: [
      { number: 1, vfs: 8 },
      { number: 2, vfs: 8 },
    ],
  };
  const spec = { adapters: [adapter], disruption: { approval: kind === 'AwaitingApproval' ? 'Required' : 'Automatic' } };
  await lab.apply(namespaceManifest(NAMESPACE));
  await lab.apply(
    ...credentialManifests(NAMESPACE, host),
    hostManifest(host, lab.vsphere.endpointOf(host), { namespace: NAMESPACE, spec }),
    attachmentManifest({
      namespace: NAMESPACE,
      name: 'db-01-fabric0',
      host: 'esx-01',
      spec: { vm: { name: 'db-01' }, powerPolicy: { powerOn: true } },
    }),
  );
  if (kind === 'Installed') {
    await lab.observer.untilCondition('SriovVmAttachment', `${NAMESPACE}/db-01-fabric0`, { type: 'Ready', status: 'True' });
    return;
  }
  await lab.observer.until('SriovHost', `${NAMESPACE}/esx-01`, (seen) => seen?.status?.plan?.restarts === 1, {
    what: 'a plan with its restart',
  });
}

/** An administrator's kubeconfig whose namespace is the one of the pages. */
async function shellOf(
  api: ApiServer,
  { folder, helm, namespace }: { readonly folder: string; readonly helm: string | undefined; readonly namespace: string },
): Promise<ReaderShell> {
  const config = parse(api.kubeconfig) as { contexts: { context: { namespace?: string } }[] };
  for (const { context } of config.contexts) context.namespace = namespace;
  return await openShell({ folder, kubectl: api.kubectlPath, helm, kubeconfig: stringify(config) });
}
