/** What `check` found, as data. */
import { type Area, CHECKS, type CheckName, linkOf } from './catalogue.ts';

export interface Finding {
  readonly check: CheckName;
  readonly area: Area;
  readonly what: string;
  readonly result: 'ok' | 'warning' | 'failed';
  /** What to do; for everything that is not ok. */
  readonly hint?: string;
  /** Page and section that tell more. */
  readonly link: string;
}

export function ok(check: CheckName, what: string): Finding {
  return { check, area: CHECKS[check], what, result: 'ok', link: linkOf(check) };
}

export function warning(check: CheckName, what: string, hint: string): Finding {
  return { ...ok(check, what), result: 'warning', hint };
}

export function failed(check: CheckName, what: string, hint: string): Finding {
  return { ...ok(check, what), result: 'failed', hint };
}
