/** What went wrong in one line, with what to do about it. Pure. */
import { isKubeError } from '../kube/kubeError.ts';
import { textOfError } from './exit.ts';

export function messageOf(error: unknown): string {
  if (isKubeError(error, 401)) return `the API server does not know you (${error.message}); log in and try again`;
  if (isKubeError(error, 403)) return `you may not do this: ${error.message}; docs/kubectl-plugin.md has a role for each set of verbs`;
  if (isKubeError(error, 0)) return `the API server cannot be reached: ${error.message}`;
  return textOfError(error);
}
