/** The one command that gets an object on, where there is one. Pure. */
import { findCondition, isTrue } from '../api/conditions.ts';
import { ANNOTATIONS } from '../api/group.ts';
import type { SriovHost, SriovVmAttachment } from '../api/types.ts';

/** Reasons of Ready that end only when the annotation goes. */
const DONE_REASONS = { detach: 'Detached', restore: 'Restored' } as const;

/** Undefined when the operator goes on by itself, or when only a change of the spec or of the world helps. */
export function nextCommand(object: SriovHost | SriovVmAttachment): string | undefined {
  const { metadata, kind, status } = object;
  const ready = findCondition(status?.conditions, 'Ready');
  if (metadata.annotations?.[ANNOTATIONS.hold] !== undefined) return sriov('release', object);
  for (const verb of ['detach', 'restore'] as const) {
    const on = kind === 'SriovHost' && metadata.annotations?.[ANNOTATIONS[verb]] !== undefined;
    if (on && ready?.reason === DONE_REASONS[verb]) return `${sriov(verb, object)} --undo`;
  }
  if (ready === undefined || ready.status === 'True') return undefined;
  if (kind === 'SriovHost' && ready.reason === 'ApprovalRequired' && status?.plan !== undefined) {
    return `${sriov('approve', object)} ${object.status?.plan?.hash}`;
  }
  if (isTrue(status?.conditions, 'Stalled')) return `${sriov('retry', object)}   # once the cause is gone`;
  if (kind === 'SriovVmAttachment' && !isTrue(status?.conditions, 'HostReady')) {
    const { hostRef } = object.spec;
    return `kubectl sriov why srh/${hostRef.name} -n ${hostRef.namespace ?? metadata.namespace}`;
  }
  return undefined;
}

function sriov(verb: string, { kind, metadata }: SriovHost | SriovVmAttachment): string {
  const name = kind === 'SriovHost' ? metadata.name : `sva/${metadata.name}`;
  return `kubectl sriov ${verb} ${name} -n ${metadata.namespace}`;
}
