/** What is refused or explained before anything is written, and hosts that are let go. */
import { standardDepot, storeBundle, storeVib } from '../../simulator/depot.ts';
import { blueField2, connectX4Lx, connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { RELEASES } from '../../simulator/profiles/releases.ts';
import { DRIVER, MFT } from '../../support/lab/manifests.ts';
import { retry } from '../runbooks/drill.ts';
import type { Scenario, Stage } from '../scenario.ts';
import { FABRIC0 } from './ethernet.ts';
import { permitHolders } from './oneAtATime.ts';

const adapters = [FABRIC0];
const withTools = { esxi: '7.0u3', tools: 'withMft' } as const;
const bare = { esxi: '7.0u3', tools: 'bare' } as const;
const world = { profile: withTools, adapters: [{ model: connectX5En }] };
const bareWorld = { profile: bare, adapters: [{ model: connectX5En }] };
const tools = hostProfile(withTools);
const withoutDriver = { ...tools, vibs: tools.vibs.filter(({ name }) => name !== 'nmlx5-core') };
const DETACH = { 'sriov.esxi.io/detach': '2026-01-01' };

async function annotate({ lab, host, namespace }: Stage, ...words: readonly string[]): Promise<void> {
  const { code, stderr } = await lab.api.kubectl(['annotate', 'srh', host.world.name, '-n', namespace, '--overwrite', ...words]);
  if (code !== 0) throw new Error(`kubectl annotate: ${stderr}`);
}

async function until({ lab, hostKey }: Stage, reason: string): Promise<void> {
  await lab.observer.untilCondition('SriovHost', hostKey, { type: 'Ready', status: 'False', reason, timeoutMs: 90_000 });
}

function untouched({ host }: Stage): void {
  const { reconfigurations, restarts, vibInstalls } = host.world.counters;
  if (reconfigurations + restarts.length + vibInstalls > 0) throw new Error('something was written to the host');
  if (host.world.maintenanceMode) throw new Error('the host was taken out of service');
}

/** Nothing more can be done for now: the host serves again, and others may take their turn. */
async function handedBack({ lab, host, hostKey }: Stage): Promise<void> {
  await lab.observer.until('SriovHost', hostKey, (object) => object?.status?.maintenance === undefined, {
    what: 'the end of maintenance mode',
  });
  if (host.world.maintenanceMode) throw new Error('the host was left in maintenance mode');
}

function unforced({ host }: Stage): void {
  const forced = host.world.counters.commands.filter((command) => /vib install.*(-f\b|no-sig-check)/.test(command));
  if (forced.length > 0) throw new Error(`a VIB was forced: ${forced.join('; ')}`);
}

function unsignedTools({ host }: Stage): void {
  storeVib(host.world.files, '/vmfs/volumes/ds1/nmst.vib', { ...RELEASES['7.0u3'].nmst, acceptanceLevel: 'CommunitySupported' });
}

/** Nothing of ours is left in the cluster, and nobody knocks at the host or its BMC. */
async function leftAlone(stage: Stage): Promise<void> {
  const { lab, host, hostKey } = stage;
  const what = 'the end of the finalizer';
  await lab.observer.until('SriovHost', hostKey, (object) => (object?.metadata.finalizers ?? []).length === 0, { what });
  if (lab.observer.get('SriovHost', hostKey)?.status?.acknowledged?.detach !== '2026-01-01')
    throw new Error('the verb is not acknowledged');
  if ((await permitHolders(lab)).some((holder) => holder.startsWith(hostKey))) throw new Error('the permit was not given back');
  if (host.world.maintenanceMode) throw new Error('the host was left in maintenance mode');
  const knocks = (): string => `${host.world.counters.sshExecs} ${host.bmc?.requests.length ?? 0} ${host.ssh.connections()}`;
  const before = knocks();
  // The object is looked at again, the host is not.
  await annotate(stage, 'example.com/look=now');
  await lab.observer.until('SriovHost', hostKey, (object) => object?.metadata.annotations?.['example.com/look'] === 'now', {
    what: 'the touch',
  });
  await stage.applyHost({ mode: 'Observe' }, DETACH);
  await lab.observer.until('SriovHost', hostKey, (object) => object?.status?.observedGeneration === object?.metadata.generation, {
    what: 'the new generation',
  });
  if (knocks() !== before) throw new Error(`the host was touched: ${before} -> ${knocks()}`);
}

export const SAFETY: readonly Scenario[] = [
  {
    name: 'host-detach',
    kind: 'host',
    why: 'a host that waits in maintenance mode is let go: it leaves it, its permit is free, and nobody touches it any more',
    world: { ...world, bmc: false, misbehaviour: [{ kind: 'warmRebootNotEnough' }] },
    spec: { adapters },
    play: async (stage) => {
      await until(stage, 'ManualPowerCycleRequired');
      await annotate(stage, 'sriov.esxi.io/detach=2026-01-01');
    },
    expect: { ready: false, reason: 'Detached', message: /remove it to go on/, restarts: 1 },
    verify: leftAlone,
  },
  {
    name: 'host-detach-unreachable',
    kind: 'host',
    why: 'a host that is gone is let go at once: nothing of it is in our hands',
    world: { ...world, poweredOn: false },
    spec: { adapters },
    annotations: DETACH,
    expect: { ready: false, reason: 'Detached', restarts: 0 },
    verify: leftAlone,
  },
  {
    name: 'adapter-denied',
    kind: 'host',
    why: 'a card on the deny-list is not written to, the other gets its virtual functions',
    world: { profile: withTools, adapters: [{ model: connectX4Lx }, { model: connectX5En }], moduleOptions: 'max_vfs=2,1' },
    spec: {
      adapters: [
        { ...FABRIC0, name: 'denied' },
        { ...FABRIC0, selector: { pciAddress: '0000:5e:00.0' } },
      ],
      adapterDenyList: [{ deviceName: '*ConnectX-4 Lx*', why: 'carries the storage' }],
    },
    expect: { ready: false, reason: 'AdapterDenied', message: /carries the storage/, restarts: 1 },
    verify: ({ host }) => {
      if (host.world.modules.configured('nmlx5_core') !== 'max_vfs=2,1,8,4') throw new Error('the options of the denied card were changed');
      if (host.world.adapters[0]?.config.next('SRIOV_EN') !== 0) throw new Error('the firmware of the denied card was changed');
    },
  },
  {
    name: 'secure-boot-unsigned-vib',
    kind: 'host',
    why: 'Secure Boot and a VIB without a signature: refused before anything is written, never forced',
    world: { ...bareWorld, secureBoot: true },
    spec: { adapters, software: MFT },
    prepare: unsignedTools,
    expect: { ready: false, reason: 'SecureBootForbidsUnsignedVib', message: /nmst .*CommunitySupported/, restarts: 0 },
    verify: (stage) => {
      untouched(stage);
      unforced(stage);
    },
    remedy: async (stage) => {
      storeVib(stage.host.world.files, '/vmfs/volumes/ds1/nmst.vib', RELEASES['7.0u3'].nmst);
      await retry(stage);
    },
  },
  {
    name: 'managed-by-image',
    kind: 'host',
    why: 'an image manages the cluster: what to add to it is said, and nothing is installed that it would remove',
    world: { ...bareWorld, imageManaged: true },
    vcenter: true,
    spec: { adapters, software: MFT },
    expect: { ready: false, reason: 'ManagedByLifecycleImage', message: /nmst 4\.22\.1\.11 or later/, restarts: 0 },
    verify: untouched,
    remedy: async (stage) => await stage.applyHost({ installOnImageManagedHost: true }),
  },
  {
    name: 'managed-by-image-all-the-same',
    kind: 'host',
    why: 'who wants the VIBs on an image-managed host says so in the spec',
    world: { ...bareWorld, imageManaged: true },
    vcenter: true,
    spec: { adapters, software: MFT, installOnImageManagedHost: true },
    expect: { ready: true, restarts: 2 },
  },
  {
    name: 'lockdown-mode',
    kind: 'host',
    why: 'lockdown mode is told apart from a wrong password, after one attempt',
    world: { ...world, misbehaviour: [{ kind: 'lockdown' }] },
    vcenter: true,
    spec: { adapters },
    expect: { ready: false, reason: 'LockdownMode', message: /exception users/, restarts: 0 },
    verify: ({ host }) => {
      if (host.world.counters.loginFailures > 1) throw new Error(`${host.world.counters.loginFailures} attempts`);
    },
    remedy: async (stage) => {
      stage.host.world.misbehaviours.remove('lockdown');
      await retry(stage);
    },
  },
  {
    name: 'account-locked',
    kind: 'host',
    why: 'an account that is locked already is not locked for longer: one attempt',
    world: { ...world, misbehaviour: [{ kind: 'accountLocked' }] },
    spec: { adapters },
    expect: { ready: false, reason: 'CredentialsRejected', restarts: 0 },
    verify: ({ host }) => {
      if (host.world.counters.loginFailures > 1) throw new Error(`${host.world.counters.loginFailures} attempts`);
    },
  },
  {
    name: 'ssh-stays-off-after-restart',
    kind: 'host',
    why: 'the SSH service does not start with the host: vCenter knows, the message says what to start, and then it goes on by itself',
    world: { ...world, misbehaviour: [{ kind: 'sshServiceNotStartedAfterReboot', times: 1 }] },
    vcenter: true,
    spec: { adapters, disruption: { restartTimeoutSeconds: 20 } },
    play: async (stage) => {
      await until(stage, 'SshServiceStopped');
      stage.host.world.startSshService();
    },
    expect: { ready: true, restarts: 1 },
  },
  {
    name: 'bluefield-left-alone',
    kind: 'host',
    why: 'a DPU is named as what it is, and not one setting of it is changed',
    world: { profile: withTools, adapters: [{ model: blueField2 }] },
    spec: { adapters },
    expect: { ready: false, reason: 'AdapterUnsupported', message: /BlueField DPU/, restarts: 0 },
    verify: untouched,
  },
  {
    name: 'tools-for-another-release',
    kind: 'host',
    why: 'the tools are built for another ESXi: said with the words of esxcli, no flag is tried',
    world: { profile: { esxi: '8.0u2', tools: 'bare' }, files: standardDepot('7.0u3'), adapters: [{ model: connectX5En }] },
    spec: { adapters, software: MFT },
    expect: { ready: false, reason: 'VibIncompatible', message: /requires esx-version/, restarts: 0 },
    verify: async (stage) => {
      unforced(stage);
      await handedBack(stage);
    },
  },
  {
    name: 'driver-lost',
    kind: 'host',
    why: 'an upgrade took the driver away: neither the BIOS nor the firmware is blamed, and nothing is restarted for it',
    world: { profile: withoutDriver, adapters: [{ model: connectX5En }] },
    spec: { adapters },
    expect: { ready: false, reason: 'DriverMissing', message: /declare nmlx5-core for ESXi 7\.0\.3/, restarts: 0 },
    verify: untouched,
    remedy: async (stage) => {
      storeBundle(stage.host.world.files, '/vmfs/volumes/ds1/nmlx5.zip', [RELEASES['7.0u3'].asyncDriver]);
      await stage.applyHost({ software: [DRIVER] });
    },
  },
  {
    name: 'boot-bank-reverts',
    kind: 'host',
    why: 'the host booted its previous boot bank: the VIBs are gone, no second restart is tried',
    world: { ...bareWorld, misbehaviour: [{ kind: 'bootbankReverts', times: 1 }] },
    spec: { adapters, software: MFT },
    expect: { ready: false, reason: 'VibNotRunningAfterRestart', message: /KB 306902/, restarts: 1 },
  },
  {
    name: 'reboot-does-not-come-back',
    kind: 'host',
    why: 'a host that stays away is a person’s to look at: one restart, no second',
    world: { ...world, bmc: false, misbehaviour: [{ kind: 'rebootDoesNotComeBack' }] },
    spec: { adapters, disruption: { restartTimeoutSeconds: 10 } },
    expect: { ready: false, reason: 'RestartTimedOut', restarts: 1 },
    remedy: ({ host }) => {
      host.world.misbehaviours.remove('rebootDoesNotComeBack');
      host.world.forceOff();
      host.world.powerOn();
    },
  },
  {
    name: 'connection-lost-after-set',
    kind: 'host',
    why: 'the answer to a set never arrived: what is stored decides, not what was heard',
    world: { ...world, misbehaviour: [{ kind: 'dropConnectionAfter', command: /mlxconfig .*set /, times: 1 }] },
    spec: { adapters },
    expect: { ready: true, restarts: 1 },
  },
  {
    name: 'restart-command-lost',
    kind: 'host',
    why: 'the restart command was never heard: it is sent once more, after its time, and the host restarts once',
    world: { ...world, bmc: false, misbehaviour: [{ kind: 'dropConnectionBefore', command: /shutdown reboot/, times: 1 }] },
    spec: { adapters, disruption: { restartTimeoutSeconds: 10 } },
    expect: { ready: true, restarts: 1 },
  },
  {
    name: 'slow-host',
    kind: 'host',
    why: 'every command takes longer: nothing but patience',
    world: { ...world, misbehaviour: [{ kind: 'slow', milliseconds: 40 }] },
    spec: { adapters },
    expect: { ready: true, restarts: 1 },
  },
];
