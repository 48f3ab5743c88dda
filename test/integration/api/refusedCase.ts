/** An object that must be refused, and what the API server must say: field, value where it is a single one, and remedy. */
import type { Edits } from './objects.ts';

export interface RefusedCase {
  readonly why: string;
  readonly edits: Edits;
  /** Parts of the message that all must be there. */
  readonly says: readonly string[];
}
