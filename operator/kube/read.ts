// One object as the API server has it now.
import type { KubeClient } from './client.ts';
import { isKubeError } from './kubeError.ts';
import { type Mirrored, withoutManagedFields } from './mirror.ts';

/** Undefined when it does not exist. `path` from `objectPath`. */
export async function read<T extends Mirrored>(client: KubeClient, path: string, signal: AbortSignal): Promise<T | undefined> {
  try {
    return withoutManagedFields(await client.request<T>({ method: 'GET', path, signal }));
  } catch (error) {
    if (isKubeError(error, 404)) return undefined;
    throw error;
  }
}
