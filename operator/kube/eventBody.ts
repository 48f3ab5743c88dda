// An Event as the API wants it (k8s.io/kubernetes pkg/apis/core/validation/events.go gives the limits).
import type { EventInput } from '../ports/cluster.ts';
import { microTime } from './microTime.ts';

export interface Regarding {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string; readonly uid: string; readonly resourceVersion?: string };
}

export interface EventBodyOptions {
  readonly regarding: Regarding;
  readonly event: EventInput;
  readonly now: Date;
  /** Makes the name unique. */
  readonly id: string;
  readonly reportingController: string;
  readonly reportingInstance: string;
}

export interface EventBody {
  readonly metadata: { readonly name: string; readonly namespace: string };
}

const LONGEST_NOTE_BYTES = 1_024;
const LONGEST_WORD = 128;
const LONGEST_NAME = 253;

export function eventBody(options: EventBodyOptions): EventBody {
  const { regarding, event, now, id } = options;
  const { name, namespace, uid, resourceVersion } = regarding.metadata;
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: `${name.slice(0, LONGEST_NAME - id.length - 1).replace(/[.-]+$/, '')}.${id}`, namespace },
    eventTime: microTime(now),
    reportingController: options.reportingController,
    reportingInstance: options.reportingInstance,
    action: event.action.slice(0, LONGEST_WORD),
    reason: event.reason.slice(0, LONGEST_WORD),
    type: event.type,
    note: cutToBytes(event.note, LONGEST_NOTE_BYTES),
    regarding: {
      apiVersion: regarding.apiVersion,
      kind: regarding.kind,
      name,
      namespace,
      uid,
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    },
  } as EventBody;
}

/** A merge patch that says how often it happened and when last. */
export function seriesPatch(count: number, lastSeen: Date): object {
  return { series: { count, lastObservedTime: microTime(lastSeen) } };
}

/** At most so many bytes of UTF-8, without cutting a character in two. */
export function cutToBytes(text: string, most: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= most) return text;
  const mark = '...';
  // A cut inside a character leaves a replacement character at the end, and only there.
  return (
    bytes
      .subarray(0, most - mark.length)
      .toString()
      .replace(/\uFFFD+$/, '') + mark
  );
}
