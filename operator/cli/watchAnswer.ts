/** `--watch`: an answer that is computed anew after each change. Redrawn in place on a terminal, else told as it changes. */
import type { SriovHost, SriovVmAttachment } from '../api/types.ts';
import type { Logger } from '../engine/log.ts';
import { RESOURCES } from '../kube/cluster.ts';
import { collectionPath } from '../kube/resource.ts';
import { watchKind } from '../kube/watchedKind.ts';
import type { Kind } from '../ports/cluster.ts';
import type { CommandContext } from './command.ts';
import { EXIT, type ExitCode } from './exit.ts';
import type { KubeAccess } from './kubeAccess.ts';
import type { Answer } from './reading.ts';
import { createDisplay } from './watchDisplay.ts';

/** Redraws are bundled, so that a busy fleet does not flicker. */
const REDRAW_MS = 200;
/** A selector is judged by the API server, so each redraw lists anew. */
const SELECTED_REDRAW_MS = 1_000;

/**
 * Ends with the signal of the context, or with --exit-code as soon as the answer is yes; resolves with the code of the last answer. Throws
 * when the first answer does.
 */
export async function watchAnswer(
  context: CommandContext,
  kube: KubeAccess,
  compute: (kube: KubeAccess) => Promise<Answer>,
): Promise<ExitCode> {
  const { io } = context;
  await refuseWithoutRights(kube);
  const stop = new AbortController();
  const signal = AbortSignal.any([io.signal, stop.signal]);
  const show = createDisplay(context);
  let changed = Promise.withResolvers<void>();
  const options = {
    client: kube.client,
    namespaces: kube.scope === undefined ? [] : [kube.scope],
    onChange: () => changed.resolve(),
    log: noteLog(io.note),
  };
  const hosts = watchKind<SriovHost>({ ...options, resource: RESOURCES.SriovHost });
  const attachments = watchKind<SriovVmAttachment>({ ...options, resource: RESOURCES.SriovVmAttachment });
  hosts.start(signal);
  attachments.start(signal);
  const ended = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  let code: ExitCode = EXIT.ok;
  try {
    await Promise.race([Promise.all([hosts.synced, attachments.synced]), ended]);
    const cached: KubeAccess = { ...kube, cache: { SriovHost: () => hosts.list(), SriovVmAttachment: () => attachments.list() } };
    for (let first = true; !signal.aborted; first = false) {
      changed = Promise.withResolvers<void>();
      const answer = await compute(cached).catch((error: unknown) => {
        if (first || signal.aborted) throw error;
        return failed(error);
      });
      code = answer.code ?? EXIT.ok;
      show(answer);
      if (context.isSet('exit-code') && code === EXIT.ok) break;
      await Promise.race([changed.promise, ended]);
      await Promise.race([pause(kube.selector === undefined ? REDRAW_MS : SELECTED_REDRAW_MS), ended]);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    stop.abort();
  }
  return code;
}

/** The watch itself would try for ever. */
async function refuseWithoutRights({ client, scope, signal }: KubeAccess): Promise<void> {
  const kinds: readonly Kind[] = ['SriovHost', 'SriovVmAttachment'];
  await Promise.all(
    kinds.map((kind) => client.request({ method: 'GET', path: collectionPath(RESOURCES[kind], scope), query: { limit: '1' }, signal })),
  );
}

/** A host that is deleted meanwhile may come back: the watch says so and goes on. */
function failed(error: unknown): Answer {
  const message = error instanceof Error ? error.message : String(error);
  return { data: { error: message }, render: () => [`error: ${message}`], code: EXIT.failed };
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

/** A watch tries again by itself; people are told in one line. */
function noteLog(note: (line: string) => void): Logger {
  const log: Logger = {
    debugs: false,
    debug: () => undefined,
    info: () => undefined,
    warn: (message, fields) => note(`${message}: ${fields?.['error'] instanceof Error ? fields['error'].message : ''}`),
    error: (message) => note(message),
    child: () => log,
  };
  return log;
}
