// What the engine and the wiring need of traces. `openTelemetry.ts` implements it, and is loaded only when traces are on.

export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** A span that goes on. */
export interface OpenSpan {
  set(attributes: SpanAttributes): void;
  /** Marks it as failed; `type` is a code or the name of a class, never a message. */
  fail(type: string): void;
}

/** A span whose end is now: who made it knows how long it took. */
export interface FinishedSpan {
  readonly name: string;
  readonly seconds: number;
  readonly attributes: SpanAttributes;
  /** A code, or the name of a class; undefined when it went well. */
  readonly errorType?: string | undefined;
}

export interface Tracer {
  /** Runs `work` as a span below the one that it is called in. It ends with the work, also when that is a promise. */
  span<T>(name: string, attributes: SpanAttributes, work: (span: OpenSpan) => T): T;
  /** Adds a span below the one that it is called in. Outside of any it does nothing: watches and leases have no traces. */
  finished(span: FinishedSpan): void;
  /** Sends what is left, within seconds. Never rejects. */
  close(): Promise<void>;
}

const NO_SPAN: OpenSpan = { set: () => undefined, fail: () => undefined };

/** Traces nothing. */
export const noTracer: Tracer = {
  span: (_name, _attributes, work) => work(NO_SPAN),
  finished: () => undefined,
  close: () => Promise.resolve(),
};

/** The code of a known error, else its class: words that name no object and hold no secret. */
export function errorType(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
