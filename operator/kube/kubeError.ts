// What can go wrong between us and the API server, reduced to what a caller can use and a log may show.

export interface KubeErrorOptions {
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** `metav1.StatusReason` such as `Conflict`; `Unreachable` or `Timeout` when no answer came. */
  readonly reason: string;
  readonly cause?: unknown;
}

/** Carries no bodies and no headers: the message may be shown to a user. */
export class KubeError extends Error {
  override readonly name = 'KubeError';
  readonly status: number;
  readonly reason: string;

  constructor(message: string, options: KubeErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.status = options.status;
    this.reason = options.reason;
  }
}

/** True for a KubeError with one of these HTTP statuses. */
export function isKubeError(error: unknown, ...statuses: readonly number[]): error is KubeError {
  return error instanceof KubeError && (statuses.length === 0 || statuses.includes(error.status));
}

const LONGEST_MESSAGE = 800;

/** From an answer with an error status: `GET /api/...: 404 NotFound: secrets "a" not found`. */
export function errorFromAnswer(request: { readonly method: string; readonly path: string }, status: number, body: string): KubeError {
  const answer = statusObject(body);
  const reason = answer?.reason ?? (status === 401 ? 'Unauthorized' : 'Unknown');
  const text = answer?.message ?? 'the answer is not a Kubernetes Status';
  const cut = text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE)}...` : text;
  return new KubeError(`${request.method} ${request.path}: ${status} ${reason}: ${cut}`, { status, reason });
}

function statusObject(body: string): { readonly reason?: string; readonly message?: string } | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== 'object' || parsed === null || !('kind' in parsed) || parsed.kind !== 'Status') return undefined;
    const reason = 'reason' in parsed && typeof parsed.reason === 'string' && parsed.reason !== '' ? { reason: parsed.reason } : {};
    const message = 'message' in parsed && typeof parsed.message === 'string' ? { message: parsed.message } : {};
    return { ...reason, ...message };
  } catch {
    return undefined;
  }
}
