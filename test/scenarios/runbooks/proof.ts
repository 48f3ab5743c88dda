/** How it is shown that a reason is real, and that its runbook helps. */

export type Proof =
  /** `ready`: said, and then gone with the object Ready. `said`: in the status. `told`: by an event. */
  | { readonly by: 'ready' | 'said' | 'told'; readonly scenario: string }
  /** A test file below test/, without its ending. */
  | { readonly by: 'test'; readonly file: string };

export const ready = (scenario: string): Proof => ({ by: 'ready', scenario });
export const said = (scenario: string): Proof => ({ by: 'said', scenario });
export const told = (scenario: string): Proof => ({ by: 'told', scenario });
export const inTest = (file: string): Proof => ({ by: 'test', file });
