/** What a service account did, by the API server's own record. */
import { readFile } from 'node:fs/promises';
import { completeLines } from '../../support/lab/audit.ts';

export interface Access {
  readonly verb: string;
  readonly apiGroup: string;
  /** With its subresource, as RBAC rules write it. */
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly code: number;
}

interface AuditLine {
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly resource?: string;
    readonly subresource?: string;
    readonly namespace?: string;
  };
  readonly responseStatus?: { readonly code?: number };
}

/** Finished requests of the user to resources. */
export async function accessesOf(user: string, auditLog: string): Promise<readonly Access[]> {
  return completeLines(await readFile(auditLog, 'utf8'))
    .map((line) => JSON.parse(line) as AuditLine)
    .filter(({ user: { username }, objectRef }) => username === user && objectRef?.resource !== undefined)
    .map(({ verb, objectRef, responseStatus }) => ({
      verb,
      apiGroup: objectRef?.apiGroup ?? '',
      resource: [objectRef?.resource, objectRef?.subresource].filter((part) => part !== undefined).join('/'),
      namespace: objectRef?.namespace,
      code: responseStatus?.code ?? 0,
    }));
}
