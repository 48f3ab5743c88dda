/** The demo from the first server to the last line, in the order in which a newcomer sees it. */
import { dirname, join } from 'node:path';
import type { Lab } from '../support/lab/lab.ts';
import { addDemoHosts } from './addDemoHosts.ts';
import { seconds } from './console/liveView.ts';
import type { Output } from './console/output.ts';
import { DEMO_HOSTS } from './fleetTable.ts';
import { type Following, followUntilReady, followUntilStopped } from './follow.ts';
import { createHistory } from './history.ts';
import { printHosts, printSamples } from './introduction.ts';
import { printNextSteps } from './nextSteps.ts';
import { openLab } from './openLab.ts';
import { operatorGone } from './operatorWatch.ts';
import { applySamples, NAMESPACE, writeSamples } from './sampleObjects.ts';
import { printTimeline, printWitness } from './timeline.ts';
import { allObjects } from './waitUntilReady.ts';

export interface DemoRun {
  readonly keep: boolean;
  readonly output: Output;
  /** For everything that the demo writes; the caller removes it. */
  readonly folder: string;
  /** Aborted when the user wants to stop. */
  readonly signal: AbortSignal;
}

/**
 * Resolves when everything was shown and, with `keep`, the user has stopped it. Rejects with what went wrong, or with the signal's
 * reason when stopped before. Nothing runs any more then.
 */
export async function runDemo(run: DemoRun): Promise<void> {
  const { output } = run;
  output.line(output.paint('strong', 'A real Kubernetes API server, the operator, and simulated ESXi hosts, all on this machine'));
  output.line();
  await using opened = await openLab({
    signal: run.signal,
    onProgress: (text) => output.line(`${seconds(performance.now()).padStart(8)}  ${text}`),
  });
  const { lab } = opened;
  const stop = AbortSignal.any([run.signal, opened.closing]);
  await opened.explain(Promise.race([show(lab, run, stop), operatorGone(lab.operator, stop)]));
}

async function show(lab: Lab, { keep, output, folder }: DemoRun, signal: AbortSignal): Promise<void> {
  const hosts = await addDemoHosts(lab, DEMO_HOSTS);
  const files = await writeSamples(join(folder, 'objects'), hosts);
  printHosts(output, hosts);
  printSamples(output, files);

  const start = performance.now();
  const elapsed = (): number => performance.now() - start;
  const history = createHistory(elapsed);
  const following: Following = { lab, output, hosts, elapsed, signal };
  lab.observer.onChange(() => allObjects(lab.observer).forEach(history.see));
  await applySamples(lab, files);
  await followUntilReady(following);

  output.line(
    output.paint('good', `Everything is Ready after ${seconds(elapsed())}. Here a restart takes 2 s, on a real server 5 to 15 minutes.`),
  );
  output.line();
  printTimeline(output, history.objects());
  printWitness(output, hosts);
  output.line();
  if (!keep) {
    output.line('To try kubectl on it, leave it running: npm run demo -- --keep');
    return;
  }
  printNextSteps(output, {
    namespace: NAMESPACE,
    kubeconfig: lab.api.kubeconfigPath,
    objects: dirname(files[0]?.path ?? folder),
    operatorLog: lab.operator.logPath,
    metricsPort: lab.operator.healthPort,
  });
  await followUntilStopped(following);
  output.line('\nStopping.');
}
