/** Reading the answers to WaitForUpdatesEx. */
import type { Ref, XmlNode } from '../xmlNode.ts';
import { VOLATILE } from './watchedProperties.ts';

export interface ObjectUpdate {
  readonly ref: Ref;
  readonly gone: boolean;
  /** By property path; undefined: not set any more. Values are texts that differ when the values do. */
  readonly values: ReadonlyMap<string, string | undefined>;
}

export interface UpdateSet {
  /** Undefined: nothing changed within the time. */
  readonly version: string | undefined;
  /** True: this is a page, the rest is there already. */
  readonly truncated: boolean;
  readonly updates: readonly ObjectUpdate[];
}

export function updateSet(answer: XmlNode): UpdateSet {
  const returned = answer.child('returnval');
  return {
    version: returned?.textOf('version'),
    truncated: returned?.booleanOf('truncated') ?? false,
    updates: returned?.list('filterSet').flatMap((filter) => filter.list('objectSet').map(objectUpdate)) ?? [],
  };
}

function objectUpdate(update: XmlNode): ObjectUpdate {
  const values = new Map<string, string | undefined>();
  for (const change of update.list('changeSet')) {
    values.set(change.textOf('name') ?? '', change.child('val')?.digest(VOLATILE));
  }
  // A property that may not be seen is a state like any other: whoever needs its value reads it, and gets the fault.
  for (const missing of update.list('missingSet')) {
    values.set(missing.textOf('path') ?? '', `missing: ${missing.child('fault')?.child('fault')?.type ?? ''}`);
  }
  return { ref: update.child('obj')?.ref ?? { kind: '', value: '' }, gone: update.textOf('kind') === 'leave', values };
}
