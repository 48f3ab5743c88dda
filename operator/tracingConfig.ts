/** Whether and how to trace, from the environment variables of OpenTelemetry. The exporter itself reads OTEL_EXPORTER_OTLP_*. */
import { ConfigError } from './config.ts';

export interface TracingConfig {
  readonly serviceName: string;
  /** Names of the process. */
  readonly resource: Readonly<Record<string, string>>;
  /** Share of traces that are kept, 0 to 1. */
  readonly ratio: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Undefined when traces are off, which they are unless an endpoint is named. */
export function parseTracing(env: Environment): TracingConfig | undefined {
  const endpoint = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'].find((name) => (env[name] ?? '') !== '');
  if (endpoint === undefined || env['OTEL_SDK_DISABLED'] === 'true' || env['OTEL_TRACES_EXPORTER'] === 'none') return undefined;
  oneOf(env, 'OTEL_TRACES_EXPORTER', ['otlp']);
  oneOf(env, 'OTEL_EXPORTER_OTLP_PROTOCOL', ['http/json', 'http/protobuf']);
  oneOf(env, 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', ['http/json', 'http/protobuf']);
  const url = URL.parse(env[endpoint] ?? '');
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new ConfigError(`${endpoint} is no http or https URL; write it like http://collector.monitoring:4318`);
  }
  return { serviceName: env['OTEL_SERVICE_NAME'] || 'esxi-sriov-operator', resource: resourceOf(env), ratio: ratioOf(env) };
}

function resourceOf(env: Environment): Readonly<Record<string, string>> {
  const names = { 'k8s.pod.name': env['POD_NAME'], 'k8s.namespace.name': env['POD_NAMESPACE'] };
  return Object.fromEntries(Object.entries(names).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

function ratioOf(env: Environment): number {
  const sampler = oneOf(env, 'OTEL_TRACES_SAMPLER', [
    'always_on',
    'always_off',
    'traceidratio',
    'parentbased_always_on',
    'parentbased_always_off',
    'parentbased_traceidratio',
  ]);
  if (sampler?.endsWith('always_off')) return 0;
  if (!sampler?.endsWith('traceidratio')) return 1;
  const text = env['OTEL_TRACES_SAMPLER_ARG'] ?? '1';
  const ratio = Number(text);
  if (text !== '' && ratio >= 0 && ratio <= 1) return ratio;
  throw new ConfigError(`OTEL_TRACES_SAMPLER_ARG is '${text}'; use a number from 0 to 1`);
}

function oneOf(env: Environment, name: string, allowed: readonly string[]): string | undefined {
  const value = env[name] || undefined;
  if (value === undefined || allowed.includes(value)) return value;
  throw new ConfigError(`${name} is '${value}'; use ${allowed.join(', ')}`);
}
