/** The verb `retry`, of either kind. Pure. */
import { ANNOTATIONS } from '../api/group.ts';
import type { SriovHost, SriovVmAttachment } from '../api/types.ts';

/** Somebody asks for another try that was not taken up yet. */
export function isRetry({ metadata, status }: SriovHost | SriovVmAttachment): boolean {
  const asked = metadata.annotations?.[ANNOTATIONS.retry];
  return asked !== undefined && asked !== status?.acknowledged?.retry;
}

/** Names one retry; undefined where nobody asks for one. */
export function wishOf({ metadata: { uid, annotations } }: SriovHost | SriovVmAttachment): string | undefined {
  const asked = annotations?.[ANNOTATIONS.retry];
  return asked === undefined ? undefined : `${uid} ${asked}`;
}
