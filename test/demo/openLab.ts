/** Opens the lab so that it is closed again whatever happens, and failures come with the end of the operator's log. */
import { type Lab, startLab } from '../support/lab/lab.ts';
import { readableTail } from './operatorWatch.ts';

export interface OpenLab extends AsyncDisposable {
  readonly lab: Lab;
  /** Aborted when the lab is being closed. */
  readonly closing: AbortSignal;
  /** Passes the outcome on; an error gets the end of the operator's log, unless it is the user's wish to stop. */
  explain<T>(work: Promise<T>): Promise<T>;
}

/** A start that is given up may take this long to come to an end by itself, so that it can be closed in order. */
const GIVE_UP_MS = 5_000;
const CLOSE_MS = 20_000;

/** Rejects with the signal's reason when that is aborted before everything runs. */
export async function openLab({
  signal,
  onProgress,
}: {
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}): Promise<OpenLab> {
  const lab = await startUnlessAborted(startLab({ onProgress }), signal);
  const closing = new AbortController();
  return {
    lab,
    closing: closing.signal,
    explain: async (work) => {
      try {
        return await work;
      } catch (error) {
        if (signal.aborted) throw error;
        const tail = readableTail(await lab.operator.log());
        const message = error instanceof Error ? error.message : String(error);
        throw new Error(`${message}\n\nThe end of the operator's log:\n${tail.map((text) => `  ${text}`).join('\n')}`, { cause: error });
      }
    },
    [Symbol.asyncDispose]: async () => {
      closing.abort(new Error('the demo ends'));
      await within(lab.stop(), CLOSE_MS, 'the servers did not stop');
    },
  };
}

async function startUnlessAborted(starting: Promise<Lab>, signal: AbortSignal): Promise<Lab> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  try {
    return await Promise.race([starting, aborted]);
  } catch (error) {
    if (signal.aborted)
      await within(
        starting.then((lab) => lab.stop()),
        GIVE_UP_MS,
        'given up',
      ).catch(() => undefined);
    throw error;
  }
}

async function within<T>(work: Promise<T>, milliseconds: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} within ${milliseconds / 1000} s`)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
