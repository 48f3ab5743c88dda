/** Traces are off unless somebody names an endpoint, and a setting that cannot be followed is refused at the start. */
import { describe, expect, it } from '@jest/globals';
import { ConfigError } from '../../../operator/config.ts';
import { parseTracing } from '../../../operator/tracingConfig.ts';

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.monitoring:4318' };

describe('traces', () => {
  it.each([
    { why: 'no endpoint is named', env: {} },
    { why: 'an empty endpoint is none', env: { OTEL_EXPORTER_OTLP_ENDPOINT: '' } },
    { why: 'the SDK is switched off', env: { ...ENDPOINT, OTEL_SDK_DISABLED: 'true' } },
    { why: 'no exporter is wanted', env: { ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none' } },
  ])('are off when $why', ({ env }) => {
    expect(parseTracing(env)).toBeUndefined();
  });

  it.each([
    { why: 'the endpoint of all signals', env: ENDPOINT, ratio: 1 },
    { why: 'the endpoint of traces alone', env: { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://collector/v1/traces' }, ratio: 1 },
    {
      why: 'a share of them',
      env: { ...ENDPOINT, OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' },
      ratio: 0.25,
    },
    { why: 'all by name', env: { ...ENDPOINT, OTEL_TRACES_SAMPLER: 'always_on' }, ratio: 1 },
    { why: 'none by name', env: { ...ENDPOINT, OTEL_TRACES_SAMPLER: 'parentbased_always_off' }, ratio: 0 },
  ])('are on with $why', ({ env, ratio }) => {
    expect(parseTracing({ ...env, POD_NAME: 'pod-1' })).toEqual({
      serviceName: 'esxi-sriov-operator',
      resource: { 'k8s.pod.name': 'pod-1' },
      ratio,
    });
  });

  it.each([
    { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: 'collector:4318', why: 'that is no URL of HTTP' },
    { name: 'OTEL_EXPORTER_OTLP_PROTOCOL', value: 'grpc', why: 'only HTTP is spoken' },
    { name: 'OTEL_TRACES_EXPORTER', value: 'zipkin', why: 'only OTLP is spoken' },
    { name: 'OTEL_TRACES_SAMPLER', value: 'jaeger_remote', why: 'an unknown sampler would keep all' },
  ])('are refused with $name=$value: $why', ({ name, value }) => {
    const parse = () => parseTracing({ ...ENDPOINT, [name]: value });
    expect(parse).toThrow(ConfigError);
    expect(parse).toThrow(name);
  });

  it('are refused with a share that is none', () => {
    const env = { ...ENDPOINT, OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '25%' };
    expect(() => parseTracing(env)).toThrow("OTEL_TRACES_SAMPLER_ARG is '25%'");
  });
});
