// A complete list in pages, so that thousands of objects never stand in one answer.
import type { KubeClient } from './client.ts';
import { isKubeError } from './kubeError.ts';

export interface ListOptions {
  readonly client: KubeClient;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly accept: string;
  readonly pageSize: number;
  readonly signal: AbortSignal;
}

export interface Listed<T> {
  readonly items: readonly T[];
  /** Where a watch has to begin. */
  readonly resourceVersion: string;
}

interface Page<T> {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items?: readonly T[];
}

const TIMEOUT_MS = 60_000;

/** Read at the latest version. Pages that expire half way (410) are given up for one list in one piece, as client-go does. */
export async function listAll<T>(options: ListOptions): Promise<Listed<T>> {
  try {
    return await listPages<T>(options, options.pageSize);
  } catch (error) {
    if (!isKubeError(error, 410)) throw error;
    return await listPages<T>(options, 0);
  }
}

async function listPages<T>({ client, path, query, accept, signal }: ListOptions, limit: number): Promise<Listed<T>> {
  const items: T[] = [];
  let token: string | undefined;
  for (;;) {
    const paging = { ...(limit > 0 ? { limit: String(limit) } : {}), ...(token === undefined ? {} : { continue: token }) };
    const page = await client.request<Page<T>>({
      method: 'GET',
      path,
      query: { ...query, ...paging },
      accept,
      signal,
      timeoutMs: TIMEOUT_MS,
    });
    items.push(...(page.items ?? []));
    token = page.metadata.continue === '' ? undefined : page.metadata.continue;
    if (token === undefined) return { items, resourceVersion: page.metadata.resourceVersion };
  }
}
