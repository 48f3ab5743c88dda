// One signal for "the caller gave up" and "it took too long", without leaving listeners on the caller's signal.

export interface Deadline {
  readonly signal: AbortSignal;
  /** True when time ran out before the caller gave up. */
  expired(): boolean;
  clear(): void;
}

export function startDeadline(parent: AbortSignal, ms: number): Deadline {
  const controller = new AbortController();
  let expired = false;
  const onAbort = () => controller.abort(parent.reason);
  const timer = setTimeout(() => {
    expired = !controller.signal.aborted;
    controller.abort(new Error(`no answer within ${ms} ms`));
  }, ms);
  parent.addEventListener('abort', onAbort, { once: true });
  if (parent.aborted) onAbort();
  return {
    signal: controller.signal,
    expired: () => expired,
    clear: () => {
      clearTimeout(timer);
      parent.removeEventListener('abort', onAbort);
    },
  };
}
