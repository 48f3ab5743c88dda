/** `sriov_restart_*`: how many hosts restart or may, how long restarts take, and how many are no longer tried. */
import type { SriovHost } from '../api/types.ts';
import type { Metrics } from '../engine/metrics.ts';
import { stalledReason } from './notReady.ts';

/** Where the operator stopped because one more restart would be one too many, or the last one was not seen to do anything. */
const LOOP_REASONS: ReadonlySet<string> = new Set([
  'BiosAttributeNotActivated',
  'FirmwareNotRunningAfterRestart',
  'FirmwareSettingNotActivated',
  'RestartBudgetExhausted',
  'RestartNotObserved',
  'RestartTimedOut',
  'VibNotRunningAfterRestart',
]);

/** Steps that cut a host off, or bring it back. */
const RESTART_STEPS: ReadonlySet<string> = new Set(['WarmReboot', 'ColdCycle', 'RepeatRestartCommand', 'ForceOff', 'PowerOn']);

export interface RestartMetrics {
  /** To be called before each scrape. */
  collect(): void;
  /** A host changed; `host` is undefined once it is gone. `key` is `namespace/name`. */
  changed(key: string, host: SriovHost | undefined): void;
  /** A step ended. */
  step(kind: string, result: string): void;
}

/** `limit`: how many hosts may be unavailable at a time. */
export function restartMetrics(metrics: Metrics, { hosts, limit }: { hosts: () => readonly SriovHost[]; limit: number }): RestartMetrics {
  const restarting = new Map<string, string>();
  metrics.set('sriov_restart_permits', {}, limit);
  return {
    collect: () => {
      const all = hosts();
      const underWay = all.filter(({ status }) => status?.restarts?.last?.state === 'Requested');
      const stopped = all.filter((host) => LOOP_REASONS.has(stalledReason(host) ?? ''));
      metrics.set('sriov_restart_in_progress', {}, underWay.length);
      metrics.set('sriov_restart_loops_stopped', {}, stopped.length);
    },
    changed: (key, host) => {
      const last = host?.status?.restarts?.last;
      if (last?.state === 'Requested') {
        restarting.set(key, last.requestedTime);
        return;
      }
      // Only of a restart that this process saw begin: after a start of the operator old ones would count again.
      if (restarting.get(key) === last?.requestedTime && last?.completedTime !== undefined) {
        const ms = Date.parse(last.completedTime) - Date.parse(last.requestedTime);
        metrics.observe('sriov_restart_duration_seconds', { kind: last.kind }, Math.max(0, ms / 1_000));
      }
      restarting.delete(key);
    },
    step: (kind, result) => {
      if (RESTART_STEPS.has(kind)) metrics.increment('sriov_restart_commands_total', { kind, result });
    },
  };
}
