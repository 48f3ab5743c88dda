/** Shows the objects while the operator works on them. */
import type { Lab } from '../support/lab/lab.ts';
import type { RunningHost } from './addDemoHosts.ts';
import { approveWaiting } from './approval.ts';
import { createChangeLines, createLiveView, type LiveViewOptions } from './console/liveView.ts';
import type { Output } from './console/output.ts';
import { attachmentRow, hostRow, type VmOnHost } from './console/rows.ts';
import { isReady, waitsForApproval, waitUntilReady } from './waitUntilReady.ts';

export interface Following {
  readonly lab: Lab;
  readonly output: Output;
  readonly hosts: readonly RunningHost[];
  /** Milliseconds since the objects were applied. */
  readonly elapsed: () => number;
  readonly signal: AbortSignal;
}

/** Many times what it takes on an idle machine. */
const GOAL_TIMEOUT_MS = 120_000;

/**
 * When nothing but approvals is left to wait for, gives them as a person would, and follows on. Rejects when the objects cannot all become
 * Ready, and with the signal's reason.
 */
export async function followUntilReady(following: Following): Promise<void> {
  const { lab, output, hosts, signal } = following;
  output.line(output.paint('strong', 'The operator at work'));
  output.line();
  const view = createLiveView(viewOf(following));
  const unsubscribe = lab.observer.onChange(view.update);
  try {
    const goal = { objects: hosts.flatMap(({ demo }) => demo.objects).length, timeoutMs: GOAL_TIMEOUT_MS };
    await waitUntilReady(lab.observer, { ...goal, enough: (object) => isReady(object) || waitsForApproval(object) }, signal);
    await view.aside(async () => await approveWaiting({ lab, output, hosts }));
    await waitUntilReady(lab.observer, { ...goal, timeoutMs: GOAL_TIMEOUT_MS - following.elapsed() }, signal);
  } finally {
    unsubscribe();
    view.finish();
    output.line();
  }
}

/** Resolves when the signal is aborted. */
export async function followUntilStopped(following: Following): Promise<void> {
  const { lab, output, signal } = following;
  output.line();
  output.line(output.paint('strong', 'Everything keeps running; Ctrl-C stops it. What changes is shown here:'));
  const view = createChangeLines(viewOf(following));
  const unsubscribe = lab.observer.onChange(view.update);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  unsubscribe();
}

function viewOf({ lab, output, hosts, elapsed }: Following): LiveViewOptions {
  const vmsOn = (name: string): readonly VmOnHost[] =>
    hosts.filter(({ sim }) => sim.world.name === name).flatMap(({ sim }) => lab.vsphere.inventory.vmsOfHost(sim.world.id));
  return {
    output,
    elapsed,
    picture: () => ({
      hosts: byName(lab.observer.list('SriovHost')).map((host) => hostRow(host, vmsOn(host.metadata.name))),
      attachments: byName(lab.observer.list('SriovVmAttachment')).map(attachmentRow),
    }),
  };
}

function byName<T extends { readonly metadata: { readonly name: string } }>(objects: readonly T[]): readonly T[] {
  return [...objects].sort((left, right) => left.metadata.name.localeCompare(right.metadata.name));
}
