/** What the metrics that are computed at a scrape are computed from: the objects in the caches. */
import type { SriovHost, SriovVmAttachment } from '../api/types.ts';

export type SriovObject = SriovHost | SriovVmAttachment;

export interface Objects {
  hosts(): readonly SriovHost[];
  attachments(): readonly SriovVmAttachment[];
}
