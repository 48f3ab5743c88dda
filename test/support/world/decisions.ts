/** A log that keeps the decisions that the host controller writes to it at level debug, as text, the way a log has them. */
import { type Logger, silentLog } from '../../../operator/engine/log.ts';

export interface DecisionCollector {
  readonly log: Logger;
  /** One JSON document for each decision, in order. */
  readonly cases: readonly string[];
}

export function collectDecisions(): DecisionCollector {
  const cases: string[] = [];
  const log: Logger = {
    ...silentLog,
    debugs: true,
    debug: (message, fields) => {
      if (message === 'decided') cases.push(JSON.stringify(fields?.['case']));
    },
    child: () => log,
  };
  return { log, cases };
}
