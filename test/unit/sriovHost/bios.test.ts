/** BIOS attributes and the power cut after a shutdown that hangs, on simulated worlds: where it ends, and after how many restarts. */
import { describe, expect, it } from '@jest/globals';
import { findCondition } from '../../../operator/api/conditions.ts';
import type { SriovHostSpec } from '../../../operator/api/types.ts';
import { standardDepot } from '../../simulator/depot.ts';
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { ManualClock } from '../../simulator/world/clock.ts';
import type { HostWorldOptions } from '../../simulator/world/hostOptions.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import { adapterSpec, hostSpec, MFT_SOFTWARE } from '../../support/world/hostSpec.ts';
import { runHost } from '../../support/world/runHost.ts';

interface Case {
  readonly name: string;
  readonly why: string;
  readonly world?: Partial<HostWorldOptions>;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly escrowed?: boolean;
  readonly disruption?: Partial<SriovHostSpec['disruption']>;
  readonly software?: SriovHostSpec['software'];
  readonly reason: string;
  readonly message?: RegExp;
  readonly restarts: readonly string[];
  readonly biosStages: number;
}

const ENABLED = { SriovGlobalEnable: 'Enabled' };
const goal = { model: connectX5En, parameters: { SRIOV_EN: 1, NUM_OF_VFS: 8 } };
const hangs = [{ kind: 'cleanShutdownHangs' as const }];
/** Shorter than the twenty looks after which a test takes it that nothing moves any more. */
const PATIENCE = { cleanShutdownTimeoutSeconds: 120, restartTimeoutSeconds: 300 };
const forced = { forceOff: 'AfterCleanShutdownTimedOut' as const };

const CASES: readonly Case[] = [
  {
    name: 'off and declared',
    why: 'the BIOS shares the restart of firmware and driver',
    world: { biosSriov: false },
    attributes: ENABLED,
    reason: 'Succeeded',
    restarts: ['cold'],
    biosStages: 1,
  },
  {
    name: 'only the BIOS is missing',
    why: 'a reboot passes POST: no power cycle for it',
    world: { biosSriov: false, adapters: [goal], moduleOptions: 'max_vfs=8' },
    attributes: ENABLED,
    reason: 'Succeeded',
    restarts: ['warm'],
    biosStages: 1,
  },
  {
    name: 'bare host',
    why: 'it is staged before the first restart, which is for the tools',
    world: { biosSriov: false, profile: hostProfile({ tools: 'bare' }), files: standardDepot('7.0u3') },
    attributes: ENABLED,
    software: MFT_SOFTWARE,
    reason: 'Succeeded',
    restarts: ['warm', 'cold'],
    biosStages: 1,
  },
  {
    name: 'a number',
    why: 'declared text is compared with, and sent as, the type that the BMC has',
    world: { adapters: [goal], moduleOptions: 'max_vfs=8' },
    attributes: { AcPwrRcvryUserDelay: '90' },
    reason: 'Succeeded',
    restarts: ['warm'],
    biosStages: 1,
  },
  {
    name: 'as declared',
    why: 'nothing is written where nothing differs',
    world: { adapters: [goal], moduleOptions: 'max_vfs=8' },
    attributes: { ...ENABLED, AcPwrRcvryUserDelay: '60' },
    reason: 'Succeeded',
    restarts: [],
    biosStages: 0,
  },
  {
    name: 'unknown name',
    why: 'no restart before the spelling is corrected, and the message helps',
    attributes: { SriovGlobalEnabled: 'Enabled' },
    reason: 'BiosAttributeUnknown',
    message: /no attribute SriovGlobalEnabled \(close to it: SriovGlobalEnable\)/,
    restarts: [],
    biosStages: 0,
  },
  {
    name: 'unknown name, approval required',
    why: 'nobody is asked to approve a plan that cannot go',
    attributes: { SriovGlobalEnabled: 'Enabled' },
    disruption: { approval: 'Required' },
    reason: 'BiosAttributeUnknown',
    restarts: [],
    biosStages: 0,
  },
  {
    name: 'not a number',
    why: 'a value of the wrong type is refused before anything is written',
    attributes: { AcPwrRcvryUserDelay: 'long' },
    reason: 'BiosAttributeRefused',
    message: /AcPwrRcvryUserDelay is a number, now 60; correct 'long'/,
    restarts: [],
    biosStages: 0,
  },
  {
    name: 'not activated',
    why: 'tried with one restart, never again, and the host is handed back',
    world: { biosSriov: false, misbehaviour: [{ kind: 'biosIgnoresStaged' }] },
    attributes: ENABLED,
    reason: 'BiosAttributeNotActivated',
    message: /SriovGlobalEnable is Disabled, not Enabled/,
    restarts: ['cold'],
    biosStages: 1,
  },
  {
    name: 'not declared',
    why: 'the message names the attribute that is off',
    world: { biosSriov: false },
    reason: 'SriovDisabledInBios',
    message: /SriovGlobalEnable is Disabled: declare spec\.bmc\.biosAttributes: \{SriovGlobalEnable: Enabled\}/,
    restarts: ['cold'],
    biosStages: 0,
  },
  {
    name: 'TPM, key not escrowed',
    why: 'the host might not boot again',
    world: { biosSriov: false, encryptionMode: 'TPM' },
    attributes: ENABLED,
    reason: 'RecoveryKeyNotEscrowed',
    message: /spec\.bmc\.recoveryKeyEscrowed: true/,
    restarts: [],
    biosStages: 0,
  },
  {
    name: 'TPM, nothing to change in the BIOS',
    why: 'the key is only asked for where it may be needed',
    world: { encryptionMode: 'TPM' },
    attributes: ENABLED,
    reason: 'Succeeded',
    restarts: ['cold'],
    biosStages: 0,
  },
  {
    name: 'TPM, key escrowed',
    why: 'the user has said that the key is safe',
    world: { biosSriov: false, encryptionMode: 'TPM' },
    attributes: ENABLED,
    escrowed: true,
    reason: 'Succeeded',
    restarts: ['cold'],
    biosStages: 1,
  },
  {
    name: 'shutdown hangs',
    why: 'power is not cut unless that is allowed',
    world: { misbehaviour: hangs },
    reason: 'CleanShutdownTimedOut',
    message: /not off after 120 s.*forceOff: AfterCleanShutdownTimedOut/,
    restarts: [],
    biosStages: 0,
  },
  {
    name: 'shutdown hangs, cut allowed',
    why: 'after the time limit power goes off and on; the saved driver options are there',
    world: { misbehaviour: hangs },
    disruption: forced,
    reason: 'Succeeded',
    restarts: ['cold'],
    biosStages: 0,
  },
  {
    name: 'boot hangs after the cut was allowed',
    why: 'a host that boots is never cut, however long it takes',
    world: { misbehaviour: [{ kind: 'rebootDoesNotComeBack' }] },
    disruption: forced,
    reason: 'RestartTimedOut',
    restarts: ['cold'],
    biosStages: 0,
  },
];

function build(options: Partial<HostWorldOptions> = {}): { readonly world: HostWorld; readonly clock: ManualClock } {
  const clock = new ManualClock();
  const profile = hostProfile({ tools: 'withMft' });
  return { clock, world: new HostWorld({ id: 'h', name: 'esx-01', clock, profile, adapters: [{ model: connectX5En }], ...options }) };
}

describe('BIOS attributes and clean shutdowns', () => {
  it.each(CASES)('$name: $why', async ({ world: options, attributes, escrowed, disruption, software, ...expected }) => {
    const { world, clock } = build(options);
    const plain = hostSpec({ adapters: [adapterSpec('a', '0000:3b:00.0', [{ number: 1, vfs: 8 }])], software: software ?? [] });
    const spec: SriovHostSpec = {
      ...plain,
      bmc: {
        systemUrl: 'http://127.0.0.1/redfish/v1/Systems/1',
        credentialsSecretRef: { name: 'host' },
        ...(attributes === undefined ? {} : { biosAttributes: attributes }),
        ...(escrowed === undefined ? {} : { recoveryKeyEscrowed: escrowed }),
      },
      disruption: { ...plain.disruption, ...PATIENCE, ...disruption },
    };
    const run = await runHost(world, clock, spec);
    const ready = findCondition(run.host().status?.conditions, 'Ready');
    expect({
      reason: ready?.reason,
      restarts: world.counters.restarts.map(({ kind }) => kind),
      biosStages: world.counters.biosStages,
      cuts: world.counters.powerCutsWithRunningVms,
    }).toEqual({ reason: expected.reason, restarts: expected.restarts, biosStages: expected.biosStages, cuts: 0 });
    expect(ready?.message).toMatch(expected.message ?? /./);
    const up = world.powerState === 'on';
    expect(up && world.maintenanceMode).toBe(false);
    const writes = { cluster: run.cluster.writes, host: world.counters.reconfigurations };
    await runHost(world, clock, spec, { cluster: run.cluster, most: 3 });
    expect({ cluster: run.cluster.writes, host: world.counters.reconfigurations }).toEqual(writes);
  });
});

describe('a setting that is declared after the restart without it', () => {
  it('gets the one restart that it needs, and the virtual functions with it', async () => {
    const { world, clock } = build({ biosSriov: false });
    const spec = hostSpec({ adapters: [adapterSpec('a', '0000:3b:00.0', [{ number: 1, vfs: 8 }])] });
    const { cluster, host } = await runHost(world, clock, spec);
    expect(findCondition(host().status?.conditions, 'Ready')?.reason).toBe('SriovDisabledInBios');
    const bmc = { systemUrl: 'http://127.0.0.1/redfish/v1/Systems/1', credentialsSecretRef: { name: 'host' }, biosAttributes: ENABLED };
    const changed = { ...host(), metadata: { ...host().metadata, generation: 2 }, spec: { ...spec, bmc } };
    cluster.put('SriovHost', changed);
    await runHost(world, clock, changed.spec, { cluster });
    const ready = findCondition(host().status?.conditions, 'Ready');
    expect([ready?.reason, world.counters.restarts.map(({ kind }) => kind)]).toEqual(['Succeeded', ['cold', 'warm']]);
  });
});
