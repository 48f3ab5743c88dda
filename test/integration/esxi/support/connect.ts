/** What every connector test needs: a target for a server, a log that keeps what it is told, a PortError caught. */
import type { EsxiLog } from '../../../../operator/esxi/exec.ts';
import { isPortError, type PortError } from '../../../../operator/ports/errors.ts';
import type { EsxiTarget } from '../../../../operator/ports/esxiHost.ts';

export const PASSWORD = 'canary-pässword';

export function targetOf(port: number, change: Partial<EsxiTarget> = {}): EsxiTarget {
  return {
    key: 'default/esx-01',
    address: '127.0.0.1',
    port,
    credentials: { username: 'root', password: PASSWORD, privateKey: undefined },
    hostKeyFingerprints: [],
    trustOnFirstUse: true,
    ...change,
  };
}

/** Gives up long before jest does. */
export function soon(ms = 20_000): AbortSignal {
  return AbortSignal.timeout(ms);
}

export interface KeptLog extends EsxiLog {
  readonly lines: readonly string[];
}

export function keptLog(): KeptLog {
  const lines: string[] = [];
  const keep = (message: string, fields?: Readonly<Record<string, unknown>>): void =>
    void lines.push(`${message} ${JSON.stringify(fields ?? {})}`);
  return { lines, debug: keep, info: keep, warn: keep };
}

/** The PortError that a promise rejects with; fails the test when it resolves or rejects with anything else. */
export async function portErrorOf(promise: Promise<unknown>): Promise<PortError> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if (!('error' in outcome)) throw new Error(`resolved with ${JSON.stringify(outcome.value)}`);
  if (!isPortError(outcome.error)) throw outcome.error;
  return outcome.error;
}
