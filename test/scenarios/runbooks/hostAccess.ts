/** Runbooks of hosts, BMCs and vSphere servers that do not let the operator in. */
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { secretManifest } from '../../support/lab/manifests.ts';
import { FABRIC0 } from '../host/ethernet.ts';
import type { Scenario, Stage } from '../scenario.ts';
import { type Drill, nudgeHost, untilReady, untilSaid, walk } from './drill.ts';

const profile = { esxi: '7.0u3', tools: 'withMft' } as const;
const world = { profile, adapters: [{ model: connectX5En, parameters: { SRIOV_EN: 1, NUM_OF_VFS: 8 } }], moduleOptions: 'max_vfs=8,4' };
const adapters = [FABRIC0];
const NOBODYS_KEY = `SHA256:${'A'.repeat(43)}`;
const NOBODYS_CERTIFICATE = Array.from({ length: 32 }, () => 'AA').join(':');

/** spec.esxi as the manifest has it, with this changed. */
function withEsxi(stage: Stage, change: object): object {
  const { host } = stage;
  const { address, port: sshPort, hostKeyFingerprint } = host.ssh;
  const credentialsSecretRef = { name: `${host.world.name}-esxi` };
  return { esxi: { address, sshPort, credentialsSecretRef, hostKeyFingerprints: [hostKeyFingerprint], ...change } };
}

function withBmc({ host }: Stage, change: object): object {
  if (host.bmc === undefined) throw new Error('the scenario needs a BMC');
  const { systemUrl, certificateFingerprint } = host.bmc;
  const biosAttributes = { SriovGlobalEnable: 'Enabled' };
  return {
    bmc: { systemUrl, credentialsSecretRef: { name: `${host.world.name}-bmc` }, certificateFingerprint, biosAttributes, ...change },
  };
}

async function putSecret({ lab, namespace, host }: Stage, suffix: string, data: Readonly<Record<string, string>>): Promise<void> {
  await lab.remove('secret', namespace, `${host.world.name}-${suffix}`);
  await lab.apply(secretManifest(namespace, `${host.world.name}-${suffix}`, data));
}

/** The spec is changed and corrected again. */
function spoiled(reason: string, wrong: (stage: Stage) => object, right: (stage: Stage) => object): Drill {
  return {
    reason,
    cause: async (stage) => await stage.applyHost({ ...wrong(stage) }),
    remedy: async (stage) => await stage.applyHost({ ...right(stage) }),
  };
}

const esxi = (reason: string, change: object): Drill =>
  spoiled(
    reason,
    (stage) => withEsxi(stage, change),
    () => ({}),
  );
const bmc = (reason: string, change: (systemUrl: string) => object): Drill =>
  spoiled(
    reason,
    (stage) => withBmc(stage, change(stage.host.bmc?.systemUrl ?? '')),
    (stage) => withBmc(stage, {}),
  );

const ESXI: readonly Drill[] = [
  esxi('HostKeyMismatch', { hostKeyFingerprints: [NOBODYS_KEY] }),
  {
    reason: 'SecretKeyMissing',
    cause: async (stage) => await putSecret(stage, 'esxi', { username: 'root' }),
    remedy: async (stage) => await putSecret(stage, 'esxi', { username: stage.host.ssh.username, password: stage.host.ssh.password }),
  },
  {
    reason: 'CommandFailed',
    cause: async (stage) => {
      stage.host.world.misbehave({ kind: 'deviceBusy', queryToo: true });
      await nudgeHost(stage);
    },
    remedy: async (stage) => {
      stage.host.world.misbehaviours.remove('deviceBusy');
      await nudgeHost(stage);
    },
  },
];

const BMC: readonly Drill[] = [
  bmc('BmcUnreachable', (url) => ({ systemUrl: url.replace(/:\d+\//, ':9/') })),
  bmc('BmcAddressInvalid', (url) => ({ systemUrl: url.replace(/[^/]*$/, 'no-such-system') })),
  bmc('BmcCertificateUntrusted', () => ({ certificateFingerprint: NOBODYS_CERTIFICATE })),
  {
    reason: 'BmcCredentialsRejected',
    cause: async (stage) => await putSecret(stage, 'bmc', { username: 'operator', password: 'wrong' }),
    remedy: async (stage) =>
      await putSecret(stage, 'bmc', { username: stage.host.bmc?.username ?? '', password: stage.host.bmc?.password ?? '' }),
  },
  {
    reason: 'BmcRequestFailed',
    cause: async (stage) => {
      stage.host.bmc?.failNext(500);
      await nudgeHost(stage);
    },
    remedy: nudgeHost,
  },
  bmc('BiosAttributeUnknown', () => ({ biosAttributes: { SriovGlobalEnabled: 'Enabled' } })),
  bmc('BiosAttributeRefused', () => ({ biosAttributes: { AcPwrRcvryUserDelay: 'soon' } })),
];

function vcenterOf({ vcenter }: Stage): NonNullable<Stage['vcenter']> {
  if (vcenter === undefined) throw new Error('the scenario has no vCenter');
  return vcenter;
}

/** One restart is due, VMs are in its way, and the vCenter fails in one way after the other. */
async function vcenterStory(stage: Stage): Promise<void> {
  const { endpoint, username, password } = vcenterOf(stage);
  const { misbehaviours } = endpoint.service;
  const vsphere = { server: endpoint.server, credentialsSecretRef: { name: 'vcenter' } };
  const trusted = { ...vsphere, certificateFingerprint: endpoint.certificate.fingerprintSha256 };
  const secret = async (given: string) => await stage.lab.apply(secretManifest(stage.namespace, 'vcenter', { username, password: given }));
  await untilSaid(stage, 'VsphereUnreachable');
  await stage.applyHost({ vsphere: { ...trusted, certificateFingerprint: NOBODYS_CERTIFICATE } });
  await untilSaid(stage, 'VsphereCertificateUntrusted');
  await secret('wrong');
  await stage.applyHost({ vsphere: trusted });
  await untilSaid(stage, 'VsphereCredentialsRejected');
  await stage.applyHost({ vsphere: trusted, ...withEsxi(stage, { address: 'localhost' }) });
  await secret(password);
  await untilSaid(stage, 'VsphereHostNotFound');
  misbehaviours.add({ kind: 'denied', method: /^EnterMaintenanceMode_Task$/, privilegeId: 'Host.Config.Maintenance' });
  await stage.applyHost({ vsphere: trusted });
  await untilReady(stage);
}

export const RUNBOOK_ACCESS: readonly Scenario[] = [
  walk(
    {
      name: 'runbook-esxi',
      why: 'a host that lets nobody in: key, Secret and a busy device, each set right again',
      world,
      spec: { adapters },
    },
    ESXI,
  ),
  walk(
    { name: 'runbook-bmc', why: 'a BMC that is not reached, not trusted, or asked for what it does not have', world, spec: { adapters } },
    BMC,
  ),
  {
    name: 'runbook-vcenter',
    kind: 'host',
    why: 'a vCenter that is needed for a restart: address, certificate, Secret and the name of the host are corrected one after the other, and then it goes on',
    world: { ...world, moduleOptions: '' },
    vcenter: true,
    spec: { adapters, disruption: { runningVms: 'PowerOff' } },
    vms: [{ name: 'db-01', powerState: 'poweredOn' }],
    specFor: () => ({ vsphere: { server: '127.0.0.1:9', credentialsSecretRef: { name: 'vcenter' } } }),
    play: vcenterStory,
    expect: { ready: true, restarts: 1, vmPowerOffs: 1 },
  },
];
