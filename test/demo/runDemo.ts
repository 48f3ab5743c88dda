/** The demo from the first server to the last line, in the order in which a newcomer sees it. */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Lab } from '../support/lab/lab.ts';
import { addDemoHosts, type RunningHost } from './addDemoHosts.ts';
import { createChangeLines, createLiveView, seconds } from './console/liveView.ts';
import type { Output } from './console/output.ts';
import { attachmentRow, hostRow } from './console/rows.ts';
import { DEMO_HOSTS } from './fleetTable.ts';
import { createHistory, type History } from './history.ts';
import { printNextSteps } from './nextSteps.ts';
import { openLab } from './openLab.ts';
import { operatorGone } from './operatorWatch.ts';
import { type SampleFile, TEMPLATE_FOLDER, withoutSecrets, writeSample } from './sampleObjects.ts';
import { printTimeline, printWitness } from './timeline.ts';
import { allObjects, waitUntilReady } from './waitUntilReady.ts';

export interface DemoRun {
  readonly keep: boolean;
  readonly output: Output;
  /** For everything that the demo writes; the caller removes it. */
  readonly folder: string;
  /** Aborted when the user wants to stop. */
  readonly signal: AbortSignal;
  /** Called once the goal is reached: a stop after that is no failure. */
  readonly onGoal: () => void;
}

const NAMESPACE = 'demo';
/** Ten times what it takes on an idle machine. */
const GOAL_TIMEOUT_MS = 120_000;
/** Of one real server, for comparison with the simulated ones. */
const REAL_RESTART = '5 to 15 minutes';

/** Rejects with what went wrong, or with the signal's reason; nothing runs any more then. */
export async function runDemo(run: DemoRun): Promise<void> {
  run.output.line(run.output.paint('strong', 'A real Kubernetes API server, the operator, and simulated ESXi hosts, all on this machine'));
  run.output.line();
  await using opened = await openLab({
    signal: run.signal,
    onProgress: (text) => run.output.line(`${seconds(performance.now()).padStart(8)}  ${text}`),
  });
  const { lab } = opened;
  const stop = AbortSignal.any([run.signal, opened.closing]);
  await opened.explain(Promise.race([show(lab, run, stop), operatorGone(lab.operator, stop)]));
}

async function show(lab: Lab, run: DemoRun, signal: AbortSignal): Promise<void> {
  const { output } = run;
  const hosts = await addDemoHosts(lab, DEMO_HOSTS);
  introduce(output, hosts);
  const files = await writeFiles(join(run.folder, 'objects'), hosts);
  showSamples(output, files);

  const start = performance.now();
  const elapsed = (): number => performance.now() - start;
  const history = createHistory(elapsed);
  lab.observer.onChange(() => allObjects(lab.observer).forEach(history.see));
  await applyFiles(lab, files);
  await follow(lab, { output, hosts, elapsed, signal, objects: files.length - 1 });
  tell(output, { history, hosts, elapsed });
  run.onGoal();
  if (!run.keep) {
    output.line('Run it with --keep to try kubectl on it: npm run demo -- --keep');
    return;
  }
  printNextSteps(output, {
    namespace: NAMESPACE,
    kubeconfig: lab.api.kubeconfigPath,
    objects: dirname(files[0]?.path ?? run.folder),
    operatorLog: lab.operator.logPath,
    metricsPort: lab.operator.healthPort,
  });
  output.line();
  output.line(output.paint('strong', 'Everything keeps running; Ctrl-C stops it. What changes is shown here:'));
  await keepShowing(lab, { output, hosts, elapsed, signal });
}

function introduce({ line, paint }: Output, hosts: readonly RunningHost[]): void {
  line();
  line(paint('strong', 'The simulated hosts'));
  for (const { demo } of hosts) {
    const { name } = demo.simulated;
    line(`  ${name}  ${demo.story}`);
    for (const vm of demo.vms) line(`  ${' '.repeat(name.length)}  VM ${vm.name}, ${vm.powerState}`);
  }
  line();
}

async function writeFiles(folder: string, hosts: readonly RunningHost[]): Promise<readonly SampleFile[]> {
  await mkdir(folder, { recursive: true });
  const files = [await writeSample(folder, 'namespace.yaml', {})];
  for (const { demo, values } of hosts) {
    for (const name of demo.objects) files.push(await writeSample(folder, name, values));
  }
  return files;
}

/** The first host and the first attachment stand for the rest. */
function showSamples({ line, paint }: Output, files: readonly SampleFile[]): void {
  line(paint('strong', `What a user writes (all of it is in ${TEMPLATE_FOLDER})`));
  for (const name of ['esx-01.yaml', 'db-01.yaml']) {
    const file = files.find((candidate) => candidate.name === name);
    if (file === undefined) continue;
    line();
    line(paint('faint', withoutSecrets(file.text).replaceAll(/^/gm, '  ')));
  }
  line();
}

async function applyFiles(lab: Lab, files: readonly SampleFile[]): Promise<void> {
  const { code, stderr } = await lab.api.kubectl(['apply', '--server-side', ...files.flatMap(({ path }) => ['-f', path])]);
  if (code !== 0) throw new Error(`kubectl apply failed: ${stderr.trim()}`);
}

interface Following {
  readonly output: Output;
  readonly hosts: readonly RunningHost[];
  readonly elapsed: () => number;
  readonly signal: AbortSignal;
}

async function follow(lab: Lab, { objects, ...following }: Following & { readonly objects: number }): Promise<void> {
  const { output, signal } = following;
  output.line(output.paint('strong', 'The operator at work'));
  output.line();
  const view = createLiveView(viewOf(lab, following));
  const unsubscribe = lab.observer.onChange(view.update);
  try {
    await waitUntilReady(lab.observer, { objects, timeoutMs: GOAL_TIMEOUT_MS }, signal);
  } finally {
    unsubscribe();
    view.finish();
  }
  output.line();
}

async function keepShowing(lab: Lab, following: Following): Promise<void> {
  const view = createChangeLines(viewOf(lab, following));
  const unsubscribe = lab.observer.onChange(view.update);
  await new Promise<void>((resolve) => {
    if (following.signal.aborted) resolve();
    else following.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  unsubscribe();
}

function viewOf(lab: Lab, { output, hosts, elapsed }: Following): Parameters<typeof createLiveView>[0] {
  const vmsOn = (name: string) => {
    const id = hosts.find(({ sim }) => sim.world.name === name)?.sim.world.id;
    return id === undefined ? [] : lab.vsphere.inventory.vmsOfHost(id);
  };
  const byName = <T extends { readonly metadata: { readonly name: string } }>(objects: readonly T[]): readonly T[] =>
    [...objects].sort((left, right) => left.metadata.name.localeCompare(right.metadata.name));
  return {
    output,
    elapsed,
    picture: () => ({
      hosts: byName(lab.observer.list('SriovHost')).map((host) => hostRow(host, vmsOn(host.metadata.name))),
      attachments: byName(lab.observer.list('SriovVmAttachment')).map(attachmentRow),
    }),
  };
}

function tell(
  output: Output,
  { history, hosts, elapsed }: { history: History; hosts: readonly RunningHost[]; elapsed: () => number },
): void {
  output.line(
    output.paint('good', `Everything is Ready after ${seconds(elapsed())}. A restart takes 2 s here and ${REAL_RESTART} on a real server.`),
  );
  output.line();
  output.line(output.paint('strong', 'What happened'));
  output.line();
  printTimeline(output, history.objects());
  output.line(output.paint('strong', 'What the simulated hosts themselves counted'));
  printWitness(output, hosts);
  output.line();
}
