/** Names that users see in every object. */
export const GROUP = 'sriov.esxi.io';
export const VERSION = 'v1alpha1';
export const API_VERSION = `${GROUP}/${VERSION}`;
/** Field manager of everything the operator applies. */
export const FIELD_MANAGER = 'esxi-sriov-operator';
/** Finalizer on attachments: the card must come out of the VM before the object goes. */
export const ATTACHMENT_FINALIZER = `${GROUP}/detach`;

/** Finalizer on a host only while it is in maintenance mode, or restarting, through us, or while a restore is promised: it is handed back before the object goes. */
export const HOST_FINALIZER = `${GROUP}/hand-back`;

/** Annotations that people write on objects; docs/verbs.md describes each. */
export const ANNOTATIONS = {
  /** Value: the hash in status.plan.hash that is approved. */
  approve: `${GROUP}/approve`,
  /** Value: anything new; asks for another try after Stalled. */
  retry: `${GROUP}/retry`,
  /** Present: the operator observes and reports but writes nothing. */
  hold: `${GROUP}/hold`,
  /** Present: bring back what was found before the operator's first change, then hold. */
  restore: `${GROUP}/restore`,
  /** Present on a host: finish what cannot be left half done, hand the host back, then leave it alone until the annotation is removed. */
  detach: `${GROUP}/detach`,
  /** Present on an attachment that is being deleted: give up taking the card out and let the object go. */
  abandon: `${GROUP}/abandon`,
} as const;

/** Annotations that an administrator writes on namespaces; the chart's admission policies read them, the operator does not. */
export const NAMESPACE_ANNOTATIONS = {
  /** Comma-separated `namespace/name` or `namespace/*` of SriovHosts that attachments of this namespace may name. */
  hosts: `${GROUP}/hosts`,
  /** Comma-separated inventory paths; attachments of this namespace may name VMs at or below them, by inventoryPath only. */
  vms: `${GROUP}/vms`,
} as const;
