/** What the operator wrote, as the API server itself recorded it. */

/** One line a finished request, without bodies. */
export const AUDIT_POLICY = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived, ResponseStarted]
rules:
  - level: None
    users: [system:apiserver]
  - level: Metadata
`;

export interface WriteCounts {
  /** Without events. */
  readonly objects: number;
  readonly events: number;
}

interface AuditLine {
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly objectRef?: { readonly resource?: string; readonly namespace?: string; readonly subresource?: string };
  readonly responseStatus?: { readonly code?: number };
}

const WRITES: ReadonlySet<string> = new Set(['create', 'update', 'patch', 'delete']);

export function countWrites(log: string, of: { readonly namespace: string; readonly user: string }): WriteCounts {
  const lines = completeLines(log)
    .map((line) => JSON.parse(line) as AuditLine)
    .filter(
      ({ verb, user, objectRef, responseStatus }) =>
        WRITES.has(verb) && user.username === of.user && objectRef?.namespace === of.namespace && (responseStatus?.code ?? 500) < 300,
    );
  const events = lines.filter(({ objectRef }) => objectRef?.resource === 'events').length;
  return { objects: lines.length - events, events };
}

/** What follows the last line break is a line that is still being written, or nothing. */
export function completeLines(log: string): readonly string[] {
  return log.split('\n').slice(0, -1);
}
