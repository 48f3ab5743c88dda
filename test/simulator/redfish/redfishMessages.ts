/** Answers of a simulated BMC: JSON resources with an ETag, and errors in Redfish's own form. */
import { createHash } from 'node:crypto';

export interface RedfishAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export function resource(body: Readonly<Record<string, unknown>>, withEtag: boolean): RedfishAnswer {
  return { status: 200, body, headers: withEtag ? { ETag: etagOf(body) } : {} };
}

export const accepted: RedfishAnswer = { status: 204, body: undefined };

/** `message` is a key of the Base registry, for example `ResourceMissingAtURI`. */
export function redfishError(status: number, message: string, text: string): RedfishAnswer {
  const info = {
    '@odata.type': '#Message.v1_1_1.Message',
    MessageId: `Base.1.8.${message}`,
    Message: text,
    Severity: 'Critical',
    Resolution: 'None',
  };
  return {
    status,
    body: {
      error: {
        code: 'Base.1.8.GeneralError',
        message: 'A general error has occurred. See ExtendedInfo for more information.',
        '@Message.ExtendedInfo': [info],
      },
    },
  };
}

export function etagOf(body: unknown): string {
  return `"${createHash('sha256').update(JSON.stringify(body)).digest('hex').slice(0, 16)}"`;
}
