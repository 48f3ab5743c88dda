/** BIOS attributes, TPMs, shutdowns that hang, and VIBs that a host refuses for their signature. */
import { storeVib } from '../../simulator/depot.ts';
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { RELEASES } from '../../simulator/profiles/releases.ts';
import { MFT } from '../../support/lab/manifests.ts';
import { retry } from '../runbooks/drill.ts';
import type { Scenario, Stage } from '../scenario.ts';
import { FABRIC0 } from './ethernet.ts';

const adapters = [FABRIC0];
const profile = { esxi: '7.0u3', tools: 'withMft' } as const;
const bare = { esxi: '7.0u3', tools: 'bare' } as const;
const world = { profile, adapters: [{ model: connectX5En }] };
const off = { ...world, biosSriov: false };

/** The usual bmc of the manifest, with this added. */
function withBmc(more: Readonly<Record<string, unknown>>): NonNullable<Scenario['specFor']> {
  return ({ host }: Stage) => {
    if (host.bmc === undefined) throw new Error('this scenario needs a BMC');
    const { systemUrl, certificateFingerprint } = host.bmc;
    return { bmc: { systemUrl, credentialsSecretRef: { name: `${host.world.name}-bmc` }, certificateFingerprint, ...more } };
  };
}

const ENABLED = { biosAttributes: { SriovGlobalEnable: 'Enabled' } };

function expectNothingWritten({ host }: Stage): void {
  const { reconfigurations } = host.world.counters;
  if (reconfigurations > 0) throw new Error(`${reconfigurations} writes to a host that must not be restarted yet`);
}

function expectUnforced({ host }: Stage): void {
  const forced = host.world.counters.commands.filter((command) => /vib install.*(-f\b|no-sig-check)/.test(command));
  if (forced.length > 0) throw new Error(`a VIB was forced: ${forced.join('; ')}`);
}

export const BIOS: readonly Scenario[] = [
  {
    name: 'bios-enabled-with-the-same-restart',
    kind: 'host',
    why: 'BIOS, firmware and driver share one restart',
    world: off,
    spec: { adapters },
    specFor: withBmc(ENABLED),
    expect: { ready: true, restarts: 1 },
    verify: ({ host }) => {
      if (!host.world.bios.sriovEnabled) throw new Error('SR-IOV is still off in the BIOS');
    },
  },
  {
    name: 'bios-unknown-attribute',
    kind: 'host',
    why: 'a misspelled attribute costs no restart, and the message has the right name',
    world: off,
    spec: { adapters },
    specFor: withBmc({ biosAttributes: { SriovGlobalEnabled: 'Enabled' } }),
    expect: { ready: false, reason: 'BiosAttributeUnknown', message: /close to it: SriovGlobalEnable\)/, restarts: 0 },
    verify: expectNothingWritten,
  },
  {
    name: 'bios-not-supported',
    kind: 'host',
    why: 'a BMC without BIOS attributes is said at once',
    world: { ...off, bmc: { bios: 'none' } },
    spec: { adapters },
    specFor: withBmc(ENABLED),
    expect: { ready: false, reason: 'BiosNotSupported', restarts: 0 },
    verify: expectNothingWritten,
    remedy: async (stage) => {
      // By hand, in the set-up of the BIOS.
      stage.host.world.bios.stage({ SriovGlobalEnable: 'Enabled' });
      await stage.applyHost();
    },
  },
  {
    name: 'bios-not-activated',
    kind: 'host',
    why: 'an attribute that a restart does not change is tried once; the host is handed back',
    world: { ...off, misbehaviour: [{ kind: 'biosIgnoresStaged' }] },
    spec: { adapters },
    specFor: withBmc(ENABLED),
    expect: { ready: false, reason: 'BiosAttributeNotActivated', message: /SriovGlobalEnable is Disabled, not Enabled/, restarts: 1 },
    remedy: async (stage) => {
      stage.host.world.misbehaviours.remove('biosIgnoresStaged');
      await retry(stage);
    },
  },
  {
    name: 'sriov-disabled-in-bios-named',
    kind: 'host',
    why: 'no virtual function came: the BMC knows which attribute is off, so the message does',
    world: { ...off, profile: { ...profile, server: 'hpe' } },
    spec: { adapters },
    expect: { ready: false, reason: 'SriovDisabledInBios', message: /biosAttributes: \{Sriov: Enabled\}/, restarts: 1 },
    remedy: async (stage) => await stage.applyHost(withBmc({ biosAttributes: { Sriov: 'Enabled' } })(stage)),
  },
  {
    name: 'tpm-without-escrow',
    kind: 'host',
    why: 'a sealed host may not boot after a change of its BIOS: first somebody says that the recovery key is safe',
    world: { ...off, encryptionMode: 'TPM' },
    spec: { adapters },
    specFor: withBmc(ENABLED),
    expect: { ready: false, reason: 'RecoveryKeyNotEscrowed', message: /recoveryKeyEscrowed: true/, restarts: 0 },
    verify: (stage) => {
      expectNothingWritten(stage);
      const asked = stage.host.world.counters.commands.filter((command) => /recovery/.test(command));
      if (asked.length > 0) throw new Error(`the recovery key was asked for: ${asked.join('; ')}`);
    },
    remedy: async (stage) => await stage.applyHost(withBmc({ ...ENABLED, recoveryKeyEscrowed: true })(stage)),
  },
  {
    name: 'tpm-with-escrow',
    kind: 'host',
    why: 'the key is safe, so the BIOS may change',
    world: { ...off, encryptionMode: 'TPM' },
    spec: { adapters },
    specFor: withBmc({ ...ENABLED, recoveryKeyEscrowed: true }),
    expect: { ready: true, restarts: 1 },
  },
  {
    name: 'clean-shutdown-hangs-blocked',
    kind: 'host',
    why: 'a host that does not switch off is left to a person unless the spec allows more',
    world: { ...world, misbehaviour: [{ kind: 'cleanShutdownHangs' }] },
    spec: { adapters, disruption: { cleanShutdownTimeoutSeconds: 10 } },
    expect: { ready: false, reason: 'CleanShutdownTimedOut', message: /forceOff: AfterCleanShutdownTimedOut/, restarts: 0 },
    verify: async ({ host, lab, hostKey }) => {
      if (host.bmc?.requests.some((request) => request.startsWith('POST'))) throw new Error('the BMC was told to do something');
      // A person switches it off: the operator goes on by itself.
      host.world.forceOff();
      await lab.observer.untilCondition('SriovHost', hostKey, { type: 'Ready', status: 'True', timeoutMs: 90_000 });
      if (host.world.counters.restarts.length !== 1) throw new Error('more than one restart');
    },
  },
  {
    name: 'clean-shutdown-hangs-forced',
    kind: 'host',
    why: 'where it is allowed the power is cut after the clean shutdown had its time; saved settings are not lost',
    world: { ...world, misbehaviour: [{ kind: 'cleanShutdownHangs' }] },
    spec: { adapters, disruption: { cleanShutdownTimeoutSeconds: 10, forceOff: 'AfterCleanShutdownTimedOut' } },
    expect: { ready: true, restarts: 1 },
    verify: ({ host }) => {
      const { commands } = host.world.counters;
      const saved = commands.findIndex((command) => command.includes('auto-backup'));
      const told = commands.findIndex((command) => command.includes('shutdown poweroff'));
      if (saved < 0 || told < saved) throw new Error('the configuration was not saved before the clean shutdown');
    },
  },
  {
    name: 'no-trusted-signer',
    kind: 'host',
    why: 'a VIB without a trusted signer is never forced',
    world: {
      profile: bare,
      adapters: [{ model: connectX5En }],
      misbehaviour: [
        { kind: 'vibInstallFails', error: 'InstallationError', lines: ["('MEL_bootbank_nmst', 'Could not find a trusted signer.')"] },
      ],
    },
    spec: { adapters, software: MFT },
    expect: { ready: false, reason: 'VibSignatureRefused', message: /trusted signer.*never forced/, restarts: 0 },
    verify: expectUnforced,
  },
  {
    name: 'acceptance-level',
    kind: 'host',
    why: 'a community VIB on a host that accepts partner VIBs: said with what to do, never forced',
    world: { profile: bare, adapters: [{ model: connectX5En }] },
    spec: { adapters, software: MFT },
    prepare: ({ host }) => {
      storeVib(host.world.files, '/vmfs/volumes/ds1/nmst.vib', { ...RELEASES['7.0u3'].nmst, acceptanceLevel: 'CommunitySupported' });
    },
    expect: { ready: false, reason: 'VibSignatureRefused', message: /acceptance level is community/, restarts: 0 },
    verify: expectUnforced,
  },
];
