/** How a verb ends: exit codes, and the error that a user can act on. docs/kubectl-plugin.md documents the codes. */

export const EXIT = {
  /** Done, or the answer is yes. */
  ok: 0,
  /** It worked and the answer is no: findings, differences, an invalid file, nothing found, a plan that changed. */
  negative: 1,
  /** It could not be done: wrong use, no such object, no permission, no connection. */
  failed: 2,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The message names what is wrong and what to do. It is shown without a stack. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;

  constructor(message: string, options: { readonly cause?: unknown; readonly exitCode?: ExitCode } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.exitCode = options.exitCode ?? EXIT.failed;
  }
}

/** The message of whatever was thrown; errors of Node may come from another realm, so it is not asked what they are instances of. */
export function textOfError(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
}
