// Traces by OpenTelemetry, sent with OTLP over HTTP. The only place that knows its packages; import it only when traces are on.
import { AsyncLocalStorage } from 'node:async_hooks';
import { ROOT_CONTEXT, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { errorType, type OpenSpan, type SpanAttributes, type Tracer } from './tracing.ts';

export interface OpenTelemetryOptions {
  readonly serviceName: string;
  /** Names of the process, for example its pod. */
  readonly resource: SpanAttributes;
  /** Share of traces that are kept, 0 to 1. */
  readonly ratio: number;
  /** Hides secrets in names and attributes; the last line of defence, as in the log. */
  readonly redact: (text: string) => string;
}

const CLOSE_MS = 3_000;
const LONGEST_ATTRIBUTE = 512;

/** The exporter reads its endpoint, headers, certificates and time limit from the environment (OTEL_EXPORTER_OTLP_*). */
export function createOpenTelemetry(options: OpenTelemetryOptions): Tracer {
  const { redact } = options;
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': options.serviceName, ...options.resource }))
      .merge(detectResources({ detectors: [envDetector] })),
    sampler: new ParentBasedSampler({ root: options.ratio < 1 ? new TraceIdRatioBasedSampler(options.ratio) : new AlwaysOnSampler() }),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
    spanLimits: { attributeValueLengthLimit: LONGEST_ATTRIBUTE },
  });
  const tracer = provider.getTracer('esxi-sriov-operator');
  const current = new AsyncLocalStorage<Span>();
  const clean = (attributes: SpanAttributes): SpanAttributes =>
    Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, typeof value === 'string' ? redact(value) : value]));
  const start = (name: string, attributes: SpanAttributes, startTime: number): Span => {
    const parent = current.getStore();
    const context = parent === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, parent);
    return tracer.startSpan(redact(name), { attributes: clean(attributes), startTime }, context);
  };
  return {
    span: (name, attributes, work) => {
      const span = start(name, attributes, Date.now());
      return current.run(span, () => endWith(span, () => work(openSpan(span, clean))));
    },
    finished: ({ name, seconds, attributes, errorType: type }) => {
      // What a reconcile set going and left behind, such as a kept connection, no longer belongs to it.
      if (current.getStore()?.isRecording() !== true) return;
      const now = Date.now();
      const span = start(name, attributes, now - seconds * 1_000);
      if (type !== undefined) fail(span, type);
      span.end(now);
    },
    close: async () => {
      const late = AbortSignal.timeout(CLOSE_MS);
      const expired = new Promise<void>((resolve) => late.addEventListener('abort', () => resolve(), { once: true }));
      await Promise.race([provider.shutdown().catch(() => undefined), expired]);
    },
  };
}

function openSpan(span: Span, clean: (attributes: SpanAttributes) => SpanAttributes): OpenSpan {
  return { set: (attributes) => span.setAttributes(clean(attributes)), fail: (type) => fail(span, type) };
}

function fail(span: Span, type: string): void {
  span.setAttribute('error.type', type);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** Ends the span when the work does, whether it is a promise or not. */
function endWith<T>(span: Span, work: () => T): T {
  const failed = (error: unknown): never => {
    fail(span, errorType(error));
    span.end();
    throw error;
  };
  let result: T;
  try {
    result = work();
  } catch (error) {
    return failed(error);
  }
  if (!(result instanceof Promise)) {
    span.end();
    return result;
  }
  return result.then((value: unknown) => {
    span.end();
    return value;
  }, failed) as T;
}
