/**
 * The DRS override of the VM. Pure.
 *
 * A VM with a virtual function cannot be moved by vMotion, but DRS may place it on another host at power-on, and tries in vain to move it when the
 * cluster is out of balance. With an override that disables DRS for it, it stays where its function is.
 */
import { ATTACHMENT_FINALIZER } from '../../api/group.ts';
import type { DrsRecord } from './memory.ts';
import type { RuleInput } from './rules/rule.ts';
import type { AttachmentStep } from './steps.ts';

/** What has to be done about DRS while the attachment lives; nothing where DRS is off, or the VM is out of it already. */
export function drsSteps({ attachment, observation: { drs, vm, vsphereHost }, memory }: RuleInput): readonly AttachmentStep[] {
  if (drs?.known !== true || !vm.known || !vsphereHost.known || vm.value.hostMoRef !== vsphereHost.value.moRef) return [];
  const { level, own, cluster } = drs.value;
  if (attachment.spec.drsOverride !== 'Disable') return restoreDrs(memory.drsOverride, 'drsOverrideNotWanted');
  if (level === 'Off' || own === 'Off' || cluster === undefined) return [];
  const finalizer = attachment.metadata.finalizers?.includes(ATTACHMENT_FINALIZER) === true;
  return [
    ...(finalizer ? [] : [{ kind: 'AddFinalizer', because: 'drsMayMoveVm' } as const]),
    { kind: 'ExcludeFromDrs', because: 'drsMayMoveVm', cluster, found: own ?? 'None' },
  ];
}

/** Nothing where nothing was changed. */
export function restoreDrs(record: DrsRecord | undefined, because: string): readonly AttachmentStep[] {
  return record === undefined ? [] : [{ kind: 'RestoreDrs', because, level: record.found }];
}
