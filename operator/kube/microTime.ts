// metav1.MicroTime, the time format of Leases and Events.

/** RFC 3339 in UTC with microseconds; JavaScript's clock gives milliseconds. */
export function microTime(date = new Date()): string {
  return date.toISOString().replace('Z', '000Z');
}
