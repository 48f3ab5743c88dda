/** Keys of objects, as the stores use them and messages name them. Pure. */
import type { SriovVmAttachment } from '../api/types.ts';

/** `namespace/name`. */
export function keyOf(object: { readonly metadata: { readonly namespace: string; readonly name: string } }): string {
  return `${object.metadata.namespace}/${object.metadata.name}`;
}

/** `namespace/name` of the SriovHost that the attachment refers to. */
export function hostKeyOf(attachment: SriovVmAttachment): string {
  const { name, namespace = attachment.metadata.namespace } = attachment.spec.hostRef;
  return `${namespace}/${name}`;
}
