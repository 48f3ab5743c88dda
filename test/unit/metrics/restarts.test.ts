/** What metrics tell about restarts. */
import { describe, expect, it } from '@jest/globals';
import { restartMetrics } from '../../../operator/metrics/restarts.ts';
import { host, READY, stalledFor, waitingFor } from './objects.ts';
import { allMetrics, seriesOf } from './series.ts';

const REQUESTED = { kind: 'WarmReboot', requestedTime: '2026-01-01T10:00:00Z', state: 'Requested' } as const;
const COMPLETED = { ...REQUESTED, state: 'Completed', completedTime: '2026-01-01T10:04:00Z' } as const;

function restarted(last: object, statuses = READY) {
  return host('a', statuses, { restarts: { count: 1, total: 1, last } } as never);
}

function watched(hosts: () => readonly ReturnType<typeof host>[]) {
  const metrics = allMetrics();
  const restarts = restartMetrics(metrics, { hosts, limit: 3 });
  metrics.beforeScrape(restarts.collect);
  return { metrics, restarts };
}

describe('the duration of a restart', () => {
  it('is counted once, when its new boot was seen', async () => {
    const { metrics, restarts } = watched(() => []);
    for (const last of [REQUESTED, REQUESTED, COMPLETED, COMPLETED]) restarts.changed('lab/a', restarted(last));
    expect(await seriesOf(metrics, 'sriov_restart_duration_seconds_sum')).toEqual([
      'sriov_restart_duration_seconds_sum{kind="WarmReboot"} 240',
    ]);
    expect(await seriesOf(metrics, 'sriov_restart_duration_seconds_count')).toEqual([
      'sriov_restart_duration_seconds_count{kind="WarmReboot"} 1',
    ]);
  });

  it.each([
    { why: 'a restart that was over when the operator started', seen: [restarted(COMPLETED)] },
    { why: 'a host that went meanwhile', seen: [restarted(REQUESTED), undefined, restarted(COMPLETED)] },
    {
      why: 'another restart than the one that was seen to begin',
      seen: [restarted(REQUESTED), restarted({ ...COMPLETED, requestedTime: '2026-01-01T11:00:00Z' })],
    },
  ])('is not counted for $why', async ({ seen }) => {
    const { metrics, restarts } = watched(() => []);
    for (const one of seen) restarts.changed('lab/a', one);
    expect(await seriesOf(metrics, 'sriov_restart_duration_seconds_count')).toEqual([]);
  });
});

it('loops that were stopped, restarts under way and permits are shown', async () => {
  const hosts = [
    restarted(REQUESTED, waitingFor('WaitingForBoot')),
    host('b', stalledFor('RestartBudgetExhausted')),
    host('c', stalledFor('AdapterNotFound')),
  ];
  const { metrics } = watched(() => hosts);
  expect(await seriesOf(metrics, 'sriov_restart_in_progress')).toEqual(['sriov_restart_in_progress 1']);
  expect(await seriesOf(metrics, 'sriov_restart_loops_stopped')).toEqual(['sriov_restart_loops_stopped 1']);
  expect(await seriesOf(metrics, 'sriov_restart_permits')).toEqual(['sriov_restart_permits 3']);
});

it('only steps that touch power are restart commands', async () => {
  const { metrics, restarts } = watched(() => []);
  restarts.step('ColdCycle', 'Sent');
  restarts.step('InstallVib', 'Succeeded');
  expect(await seriesOf(metrics, 'sriov_restart_commands_total')).toEqual([
    'sriov_restart_commands_total{kind="ColdCycle",result="Sent"} 1',
  ]);
});
