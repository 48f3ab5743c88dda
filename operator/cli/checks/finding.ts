/** What `check` found, as data. */

export interface Finding {
  readonly area: 'cluster' | 'permissions' | 'operator' | 'objects';
  readonly what: string;
  readonly result: 'ok' | 'warning' | 'failed';
  /** What to do; for everything that is not ok. */
  readonly hint?: string;
}

export function ok(area: Finding['area'], what: string): Finding {
  return { area, what, result: 'ok' };
}
