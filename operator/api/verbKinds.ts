/** Which kinds each verb is for, by their resource names; docs/verbs.md says what the verbs do. */
import type { ANNOTATIONS } from './group.ts';

const HOSTS = 'sriovhosts';
const ATTACHMENTS = 'sriovvmattachments';

export const VERB_KINDS: Readonly<Record<keyof typeof ANNOTATIONS, readonly string[]>> = {
  approve: [HOSTS],
  retry: [HOSTS, ATTACHMENTS],
  hold: [HOSTS, ATTACHMENTS],
  restore: [HOSTS],
  detach: [HOSTS],
  abandon: [ATTACHMENTS],
};
