/** What the operator is going to do to a host: the data behind `plan`. Pure. */
import { findCondition } from '../api/conditions.ts';
import type { PlanStep, SriovHost } from '../api/types.ts';
import type { Look } from './direct/directPlan.ts';
import { nextCommand } from './nextCommand.ts';

export interface PlanView {
  readonly namespace: string;
  readonly name: string;
  /** Empty when nothing is left to do. */
  readonly steps: readonly PlanStep[];
  readonly restarts: number;
  /** While the host is away for its restarts, in seconds; absent where nothing restarts. */
  readonly expectedDowntimeSeconds?: number;
  readonly affectedVms: readonly string[];
  readonly hash?: string;
  /** Required: nothing disruptive happens before this hash is approved. */
  readonly approval: SriovHost['spec']['disruption']['approval'];
  readonly approvedHash?: string;
  /** Why Ready does not hold; absent when the host is as declared. */
  readonly obstacle?: { readonly reason: string; readonly message: string };
  readonly next?: string;
  /** Of a direct plan: what was looked at from here. */
  readonly looks?: readonly Look[];
}

export function planView(host: SriovHost): PlanView {
  const { metadata, spec, status } = host;
  const ready = findCondition(status?.conditions, 'Ready');
  const next = nextCommand(host);
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    steps: status?.plan?.steps ?? [],
    restarts: status?.plan?.restarts ?? 0,
    ...(status?.plan?.expectedDowntimeSeconds === undefined ? {} : { expectedDowntimeSeconds: status.plan.expectedDowntimeSeconds }),
    affectedVms: status?.plan?.affectedVms ?? [],
    ...(status?.plan === undefined ? {} : { hash: status.plan.hash }),
    approval: spec.disruption.approval,
    ...(status?.approval === undefined ? {} : { approvedHash: status.approval.hash }),
    ...(ready === undefined || ready.status === 'True'
      ? {}
      : { obstacle: { reason: ready.reason, message: ready.message.replaceAll('<name>', metadata.name) } }),
    ...(next === undefined ? {} : { next }),
  };
}
