/** The border, second half: what goes wrong before a vSphere server answers. Messages never repeat requests or answers. */
import { PortError } from '../ports/errors.ts';
import { CertificateMismatch, ConnectTimeout } from '../tls/verifiedAgent.ts';
import { UnexpectedAnswer } from './soapTransport.ts';

export interface CallContext {
  /** `host` or `host:port`. */
  readonly server: string;
  /** For example `PowerOnVM_Task of vm-42`. */
  readonly action: string;
  /** The caller's own signal, to tell its abort from the call's time limit. */
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** OpenSSL's verification results as Node reports them in `code`, and Node's own for a certificate of another host. */
const CERTIFICATE_CODE = /CERT|SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY|DECRYPT)|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|CRL_/;

/** The connection was there and broke: whether the call took effect is unknown. */
const LOST_CODES: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']);

export function connectionError(error: unknown, context: CallContext): PortError {
  if (error instanceof PortError) {
    return error;
  }
  const { server, action, signal, timeoutMs } = context;
  if (signal.aborted) {
    return new PortError('Aborted', `${action} on ${server} was aborted`, { cause: error });
  }
  if (error instanceof CertificateMismatch) {
    const message = `${server} presented a certificate with the SHA-256 fingerprint ${error.presented}, which is not the pinned one. Remedy: if the certificate was renewed, update certificateFingerprint; otherwise somebody may be in between`;
    return new PortError('VsphereCertificateUntrusted', message, { cause: error, detail: { presented: error.presented } });
  }
  const code = codeOf(error);
  if (CERTIFICATE_CODE.test(code)) {
    const message = `the certificate of ${server} is not trusted (${code}). Remedy: give the CA in caBundle, or pin the certificate with certificateFingerprint`;
    return new PortError('VsphereCertificateUntrusted', message, { cause: error, detail: { reason: code } });
  }
  if (error instanceof UnexpectedAnswer) {
    const code = error.status === 200 ? 'OutputNotUnderstood' : 'VsphereUnreachable';
    return new PortError(code, `${server} answered ${action} with HTTP status ${error.status} and no SOAP message`, { cause: error });
  }
  if (error instanceof TypeError) {
    return new PortError('VsphereFault', `${action} cannot be sent: ${error.message}`, { cause: error });
  }
  if (error instanceof ConnectTimeout) {
    return new PortError('VsphereUnreachable', `${server} is not reachable: ${error.message}`, { cause: error });
  }
  if (isEndedBySignal(error)) {
    return new PortError('CommandTimedOut', `${server} did not answer ${action} within ${timeoutMs / 1000} s`, { cause: error });
  }
  if (LOST_CODES.has(code)) {
    return new PortError('ConnectionLost', `${server} closed the connection during ${action}; whether it took effect is unknown`, {
      cause: error,
    });
  }
  return new PortError('VsphereUnreachable', `${server} is not reachable${code === '' ? '' : ` (${code})`}`, { cause: error });
}

// By shape, not by class: errors of Node's own modules may belong to another realm.
function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

function isEndedBySignal(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'name' in error && (error.name === 'TimeoutError' || error.name === 'AbortError');
}
