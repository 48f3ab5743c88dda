/** The EsxiConnector: one kept session per target. */
import { isPortError } from '../ports/errors.ts';
import type { EsxiConnector, EsxiTarget } from '../ports/esxiHost.ts';
import { type ConnectRequest, connect } from './connect.ts';
import type { Connection } from './connection.ts';
import { ShellEsxiHost } from './esxiHost.ts';
import type { EsxiLog } from './exec.ts';
import { RejectedCredentials } from './rejectedCredentials.ts';
import { type CommandReport, Session } from './session.ts';
import { DEFAULT_TIMEOUTS, type Timeouts } from './timeouts.ts';

export interface EsxiConnectorOptions {
  readonly log: EsxiLog;
  /** Called after each command, for metrics. */
  readonly onCommand?: (report: CommandReport) => void;
  /** Called after each attempt to connect, for metrics: `ok`, or the code of the error. */
  readonly onConnect?: (attempt: ConnectReport) => void;
  readonly timeouts?: Partial<Timeouts>;
}

export interface ConnectReport {
  readonly host: string;
  readonly outcome: string;
  readonly durationMs: number;
}

/** A connector for any number of hosts. `forget` also clears the memory of rejected credentials, so that they are tried again. */
export function createEsxiConnector(options: EsxiConnectorOptions): EsxiConnector {
  const sessions = new Map<string, Session>();
  const rejected = new RejectedCredentials();

  const connectUnlessRejected = async (target: EsxiTarget, request: ConnectRequest, signal: AbortSignal): Promise<Connection> => {
    rejected.check(target);
    const begin = performance.now();
    const report = (outcome: string): void =>
      options.onConnect?.({ host: request.address, outcome, durationMs: performance.now() - begin });
    try {
      const connection = await connect(request, signal);
      rejected.forget(target.key);
      report('ok');
      return connection;
    } catch (error) {
      report(isPortError(error) ? error.code : 'Unknown');
      if (isPortError(error, 'CredentialsRejected')) rejected.remember(target, error);
      throw error;
    }
  };

  const sessionFor = (target: EsxiTarget): Session => {
    const kept = sessions.get(target.key);
    if (kept?.adopt(target) === true) return kept;
    kept?.retire();
    const session = new Session(target, {
      log: options.log,
      onCommand: options.onCommand ?? (() => undefined),
      timeouts: { ...DEFAULT_TIMEOUTS, ...options.timeouts },
      connect: connectUnlessRejected,
    });
    sessions.set(target.key, session);
    return session;
  };

  const end = (key: string): void => {
    sessions.get(key)?.close();
    sessions.delete(key);
    rejected.forget(key);
  };

  return {
    async open(target, signal) {
      const session = sessionFor(target);
      await session.connect(signal);
      return new ShellEsxiHost(session);
    },
    forget: end,
    async close() {
      for (const key of [...sessions.keys()]) end(key);
    },
  };
}
