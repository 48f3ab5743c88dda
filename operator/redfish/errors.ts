/** Everything that goes wrong with a BMC, in the operator's words. Messages are stable and hold no credentials. */
import { PortError } from '../ports/errors.ts';
import { CertificateMismatch } from '../tls/verifiedAgent.ts';

export interface RequestContext {
  /** `https://bmc-01.example.com`. */
  readonly origin: string;
  /** What was tried: `reading the system`. */
  readonly action: string;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** OpenSSL's verification results as Node has them in `code`, and Node's own for a name that does not fit. */
const CERTIFICATE_CODE = /CERT|SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY|DECRYPT)|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|CRL_/;

/** The one resource whose address the user gave; all others are links of the BMC. */
export const READING_THE_SYSTEM = 'reading the system';

/** Before an answer came: network, TLS, time limit, abort. */
export function connectionError(error: unknown, context: RequestContext): PortError {
  const { origin, action, signal, timeoutMs } = context;
  if (error instanceof PortError) {
    return error;
  }
  if (signal.aborted) {
    return new PortError('Aborted', `${action} at the BMC ${origin} was aborted`, { cause: error });
  }
  if (error instanceof CertificateMismatch) {
    const message = `the BMC ${origin} presented a certificate with the SHA-256 fingerprint ${error.presented}, which is not the pinned one. Remedy: if the certificate was renewed, update spec.bmc.certificateFingerprint; otherwise somebody may be in between`;
    return new PortError('BmcCertificateUntrusted', message, { cause: error, detail: { presented: error.presented } });
  }
  const code = String(property(error, 'code') ?? '');
  if (CERTIFICATE_CODE.test(code)) {
    const message = `the certificate of the BMC ${origin} is not trusted (${code}). Remedy: give its CA in spec.bmc.caBundle, or pin the certificate with spec.bmc.certificateFingerprint`;
    return new PortError('BmcCertificateUntrusted', message, { cause: error, detail: { reason: code } });
  }
  if (['TimeoutError', 'AbortError'].includes(String(property(error, 'name')))) {
    return new PortError('BmcUnreachable', `the BMC ${origin} did not answer within ${timeoutMs / 1000} s (${action})`, { cause: error });
  }
  return new PortError('BmcUnreachable', `the BMC ${origin} cannot be reached${code === '' ? '' : ` (${code})`}`, { cause: error });
}

/** An answer that is no success. `text` = its body; only Redfish's own message is repeated. */
export function statusError(answer: { readonly status: number; readonly text: string }, context: RequestContext): PortError {
  const { origin, action } = context;
  const { status } = answer;
  const detail = { status };
  switch (status) {
    case 401:
      return new PortError(
        'BmcCredentialsRejected',
        `the BMC ${origin} rejected the credentials. Remedy: correct the Secret in spec.bmc.credentialsSecretRef`,
        { detail },
      );
    case 403: {
      const message = `the BMC ${origin} accepts the credentials but refuses ${action}. Remedy: give the account the privileges Login, ConfigureComponents and power control`;
      return new PortError('BmcCredentialsRejected', message, { detail });
    }
    case 404:
      return action === READING_THE_SYSTEM ? noSystem(context) : refused(answer, context);
    default:
      return refused(answer, context);
  }
}

function noSystem({ origin }: RequestContext): PortError {
  const message = `the BMC ${origin} has no system at spec.bmc.systemUrl. Remedy: open /redfish/v1/Systems there and take the member that is this host`;
  return new PortError('BmcAddressInvalid', message, { detail: { status: 404 } });
}

function refused({ status, text }: { readonly status: number; readonly text: string }, { origin, action }: RequestContext): PortError {
  const said = redfishMessage(text);
  const message = `the BMC ${origin} answered ${action} with HTTP status ${status}${said === undefined ? '' : `: ${said}`}`;
  return new PortError('BmcRequestFailed', message, { detail: { status } });
}

/** The most telling message of a Redfish error body (DSP0266, "Error responses"). */
export function redfishMessage(text: string): string | undefined {
  let error: unknown;
  try {
    error = property(JSON.parse(text), 'error');
  } catch {
    return undefined;
  }
  const extended = property(error, '@Message.ExtendedInfo');
  const first = Array.isArray(extended) ? property(extended[0], 'Message') : undefined;
  const message = first ?? property(error, 'message');
  return typeof message === 'string' && message !== '' ? message.slice(0, 300) : undefined;
}

/** A property of something that may be no object. */
export function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
