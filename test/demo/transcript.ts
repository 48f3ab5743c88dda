/**
 * The transcript in docs/kubectl-plugin.md: what the plugin says of the demo's fleet. `npm run docs:transcript` writes it;
 * test/docs/transcript.test.ts plays it again and compares.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findCondition } from '../../operator/api/conditions.ts';
import type { SriovHost } from '../../operator/api/types.ts';
import { run } from '../support/cli/terminal.ts';
import type { Lab } from '../support/lab/lab.ts';
import { addDemoHosts } from './addDemoHosts.ts';
import { DEMO_HOSTS } from './fleetTable.ts';
import { openLab } from './openLab.ts';
import { operatorGone } from './operatorWatch.ts';
import { applySamples, NAMESPACE, withoutSecrets, writeSamples } from './sampleObjects.ts';
import { PAGE, pageWith, steadyText, WIDTH } from './transcriptPage.ts';
import { isReady, waitsForApproval, waitUntilReady } from './waitUntilReady.ts';

/** Many times what it takes on an idle machine. */
const READY_MS = 150_000;

/** A word that only this machine has is told as another. */
type Word = string | readonly [shown: string, real: string];
/** Calls the plugin as an administrator in the demo's namespace, and keeps what it says. */
type Play = (...words: readonly Word[]) => Promise<void>;

export interface Playing {
  /** Aborted when whoever started it wants an end. */
  readonly signal: AbortSignal;
  readonly onProgress?: (text: string) => void;
}

/**
 * Starts the demo's fleet, plays, and stops everything again. Resolves with the text, the same on every run. Rejects with the end of the
 * operator's log when something does not become what it should, and with the signal's reason when aborted.
 */
export async function playTranscript({ signal, onProgress = () => undefined }: Playing): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sriov-transcript-'));
  try {
    await using opened = await openLab({ signal, onProgress });
    const { lab, closing } = opened;
    const stop = AbortSignal.any([signal, closing]);
    return steadyText(await opened.explain(Promise.race([tell(lab, folder, stop), operatorGone(lab.operator, stop)])));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function tell(lab: Lab, folder: string, signal: AbortSignal): Promise<string> {
  const hosts = await addDemoHosts(lab, DEMO_HOSTS);
  const files = await writeSamples(join(folder, 'objects'), hosts);
  await applySamples(lab, files);
  const goal = { objects: hosts.flatMap(({ demo }) => demo.objects).length, timeoutMs: READY_MS };
  await waitUntilReady(lab.observer, { ...goal, enough: (object) => isReady(object) || waitsForApproval(object) }, signal);
  await countedInUse(lab, ['esx-01', 'esx-03', 'esx-07']);

  const parts: string[] = [];
  const play: Play = async (...words) => {
    const { shown, text } = await call(lab, words);
    parts.push(`$ kubectl sriov ${shown}\n${text}`);
  };
  await approveStory(lab, play, folder);
  await lookStory(play);
  const manifest = join(folder, 'esx-06.yaml');
  await writeFile(manifest, withoutSecrets(files.find(({ name }) => name === 'esx-06.yaml')?.text ?? ''));
  await play('validate', '-f', ['esx-06.yaml', manifest]);
  await steerStory(lab, play);
  await play('support-bundle', '--file', ['sriov.tar.gz', join(folder, 'sriov.tar.gz')]);
  return parts.join('\n');
}

async function call(lab: Lab, words: readonly Word[]): Promise<{ readonly shown: string; readonly text: string }> {
  const real = words.map((word) => (typeof word === 'string' ? word : word[1]));
  const { stdout, stderr, code } = await run([...real, `--kubeconfig=${lab.api.kubeconfigPath}`, '-n', NAMESPACE], { columns: WIDTH });
  const text = words.reduce<string>(
    (said, word) => (typeof word === 'string' ? said : said.replaceAll(word[1], word[0])),
    `${stderr}${stdout}${code === 0 ? '' : `(exit code ${code})\n`}`,
  );
  return { shown: words.map((word) => (typeof word === 'string' ? word : word[0])).join(' '), text };
}

/** A host counts a virtual function as in use when it looks after the VM was powered on; it is asked to look now. */
async function countedInUse(lab: Lab, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await call(lab, ['retry', name, '--yes']);
    await lab.observer.until('SriovHost', `${NAMESPACE}/${name}`, (host) => host !== undefined && inUse(host) === 1, {
      what: `one virtual function of ${name} in use`,
    });
  }
}

function inUse({ status }: SriovHost): number {
  const ports = (status?.adapters ?? []).flatMap((adapter) => adapter.ports ?? []);
  return ports.reduce((sum, { vfs }) => sum + (vfs.inUse ?? 0), 0);
}

/** The whole fleet is Ready, but for the host that waits for a person. */
async function approveStory({ observer }: Lab, play: Play, folder: string): Promise<void> {
  await play('status');
  await play('why', 'esx-06');
  await play('plan', 'esx-06');
  const recorded = ['esx-06.case.json', join(folder, 'esx-06.case.json')] as const;
  await play('plan', '-f', ['esx-06.yaml', join(folder, 'objects/esx-06.yaml')], '--direct', '--record', recorded);
  await play('replay', recorded);
  await play('approve', 'esx-06', '0123456789ab', '--yes');
  await play('approve', 'esx-06', observer.get('SriovHost', `${NAMESPACE}/esx-06`)?.status?.plan?.hash ?? '', '--yes');
  await observer.untilCondition('SriovHost', `${NAMESPACE}/esx-06`, { type: 'Ready', status: 'True' });
  await play('status', 'esx-06');
}

async function lookStory(play: Play): Promise<void> {
  await play('diff', 'esx-04');
  await play('map');
  await play('find', '00:50:56:3f:00:01');
  await play('find', 'hpc-01');
  await play('find', 'sm-01');
  await play('fit', '--vms', '64');
  await play('journal', 'sva/sm-01');
  await play('check');
}

/** On the host that needs an approval for whatever disturbs it: nothing that is asked for here comes to pass. */
async function steerStory({ observer }: Lab, play: Play): Promise<void> {
  const saw = async (what: string, holds: (host: SriovHost) => boolean): Promise<unknown> =>
    await observer.until('SriovHost', `${NAMESPACE}/esx-06`, (host) => host !== undefined && holds(host), { what });
  await play('hold', 'esx-06', '--reason', 'disk', '--yes');
  await saw('on hold', ({ status }) => status?.acknowledged?.hold !== undefined);
  await play('status', 'esx-06');
  await play('release', 'esx-06', '--yes');
  await play('retry', 'esx-06', '--yes');
  await play('detach', 'esx-06', '--yes');
  await saw('detached', ({ status }) => findCondition(status?.conditions, 'Ready')?.reason === 'Detached');
  await play('detach', 'esx-06', '--undo', '--yes');
  await saw('taken up again', ({ status }) => findCondition(status?.conditions, 'Ready')?.status === 'True');
  await play('restore', 'esx-06', '--yes');
  await saw('a way back that waits', waitsForApproval);
  await play('plan', 'esx-06');
  await play('restore', 'esx-06', '--undo', '--yes');
}

if (process.argv[1] === import.meta.filename) {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort(new Error('stopped by SIGINT')));
  await writeFile(
    PAGE,
    await pageWith(await playTranscript({ signal: stop.signal, onProgress: (text) => process.stderr.write(`${text}\n`) })),
  );
}
