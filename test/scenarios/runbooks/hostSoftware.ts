/** Runbooks of VIBs: files that are missing, damaged or refused are replaced, and then they run. */
import { storeVib } from '../../simulator/depot.ts';
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { RELEASES } from '../../simulator/profiles/releases.ts';
import { MFT } from '../../support/lab/manifests.ts';
import { FABRIC0 } from '../host/ethernet.ts';
import type { Scenario, Stage } from '../scenario.ts';
import { type Drill, nudgeHost, retry, walk } from './drill.ts';

const parameters = { SRIOV_EN: 1, NUM_OF_VFS: 8 };
const adapters = [FABRIC0];
const world = { adapters: [{ model: connectX5En, parameters }], moduleOptions: 'max_vfs=8,4' };
const MFT_RELEASE = RELEASES['7.0u3'].mft;
const PATH = '/vmfs/volumes/ds1/newer.vib';

/** The package `mft` in version 4.22.1.11+step, from a file of its own. */
const newer = (step: number) => `4.22.1.${11 + step}`;
const wanting = (step: number, more: object = {}) => ({
  software: [{ name: 'mft', minVersion: newer(step), source: { vib: PATH, ...more } }],
});
const put = ({ host }: Stage, step: number, more: object = {}): string =>
  storeVib(host.world.files, PATH, { ...MFT_RELEASE, version: `${newer(step)}-0`, ...more }).sha256;

/** A wrong file lies there; the right one takes its place under the same path. */
function replaced(reason: string, step: number, wrong: object): Drill {
  return {
    reason,
    cause: async (stage) => {
      put(stage, step, wrong);
      await stage.applyHost(wanting(step));
    },
    remedy: async (stage) => {
      put(stage, step);
      await retry(stage);
    },
  };
}

const DRILLS: readonly Drill[] = [
  {
    reason: 'VibSourceMissing',
    cause: async (stage) => await stage.applyHost(wanting(1)),
    remedy: async (stage) => {
      put(stage, 1);
      await nudgeHost(stage);
    },
  },
  {
    reason: 'ChecksumMismatch',
    cause: async (stage) => {
      put(stage, 2);
      await stage.applyHost(wanting(2, { sha256: '0'.repeat(64) }));
    },
    remedy: async (stage) => await stage.applyHost(wanting(2, { sha256: put(stage, 2) })),
  },
  replaced('VibSignatureRefused', 3, { acceptanceLevel: 'CommunitySupported' }),
  replaced('VibIncompatible', 4, { esxi: ['8.0'] }),
  {
    reason: 'VibInstallFailed',
    cause: async (stage) => {
      stage.host.world.misbehave({ kind: 'vibInstallFails', error: 'DependencyError', lines: ['mft requires something-else'] });
      put(stage, 5);
      await stage.applyHost(wanting(5));
    },
    remedy: async (stage) => {
      stage.host.world.misbehaviours.remove('vibInstallFails');
      await nudgeHost(stage);
    },
  },
  {
    reason: 'VibNotRunningAfterRestart',
    cause: async (stage) => {
      stage.host.world.misbehave({ kind: 'bootbankReverts', times: 1 });
      put(stage, 6);
      await stage.applyHost(wanting(6));
    },
    remedy: retry,
  },
];

export const RUNBOOK_SOFTWARE: readonly Scenario[] = [
  walk(
    {
      name: 'runbook-vibs',
      why: 'a VIB that is missing, damaged, unsigned, for another release, refused, or lost in the boot: replaced, and installed',
      world: { ...world, profile: { esxi: '7.0u3', tools: 'withMft' } },
      spec: { adapters },
    },
    DRILLS,
  ),
  {
    name: 'runbook-tools-missing',
    kind: 'host',
    why: 'nobody declared the tools, and the firmware cannot be read without them: declared, installed, ready',
    world: { ...world, profile: { esxi: '7.0u3', tools: 'bare' } },
    spec: { adapters },
    expect: { ready: false, reason: 'ToolMissing', restarts: 0 },
    remedy: async (stage) => await stage.applyHost({ software: MFT }),
  },
  {
    name: 'runbook-restart-budget',
    kind: 'host',
    why: 'the restarts that were allowed are used up: raising maxRestarts lets the host go on',
    world: { profile: { esxi: '7.0u3', tools: 'bare' }, adapters: [{ model: connectX5En }] },
    spec: { adapters, software: MFT, disruption: { maxRestarts: 1 } },
    expect: { ready: false, reason: 'RestartBudgetExhausted', restarts: 1 },
    remedy: async (stage) => await stage.applyHost({ disruption: { maxRestarts: 2 } }),
  },
];
