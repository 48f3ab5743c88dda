/** Everything that goes out of the process (to the API server, hosts, vSphere, BMCs), as metrics and as spans of the reconcile below way. */
import type { Metrics } from '../engine/metrics.ts';
import type { Tracer } from '../engine/tracing.ts';

export interface CallObservers {
  kubernetes(request: { readonly code: string; readonly method: string; readonly host: string; readonly seconds: number }): void;
  /** An SSH connection was opened (`ok`) or not (the code of the error). */
  esxiConnect(attempt: { readonly host: string; readonly outcome: string; readonly durationMs: number }): void;
  /** `exitCode` is undefined where none arrived. */
  esxiCommand(command: {
    readonly host: string;
    readonly command: string;
    readonly exitCode: number | undefined;
    readonly durationMs: number;
  }): void;
  vsphere(call: { readonly server: string; readonly method: string; readonly outcome: string; readonly milliseconds: number }): void;
  redfish(request: {
    readonly origin: string;
    readonly method: string;
    readonly action: string;
    readonly outcome: string;
    readonly durationMs: number;
  }): void;
  leaseError(operation: 'acquire' | 'renew' | 'release'): void;
}

export function callObservers(metrics: Metrics, tracer: Tracer): CallObservers {
  // From the start: an increase over a counter that appears late misses its first step.
  for (const operation of ['acquire', 'renew', 'release']) metrics.increment('sriov_lease_errors_total', { operation }, 0);
  return {
    kubernetes: ({ code, method, host, seconds }) => {
      metrics.increment('rest_client_requests_total', { code, method, host });
      metrics.observe('rest_client_request_duration_seconds', { verb: method, host }, seconds);
      const attributes = { 'http.request.method': method, 'http.response.status_code': code, 'server.address': host };
      tracer.finished({ name: `kubernetes ${method}`, seconds, attributes, errorType: /^[23]/.test(code) ? undefined : code });
    },
    esxiConnect: ({ host, outcome, durationMs }) => {
      const seconds = durationMs / 1_000;
      metrics.observe('sriov_esxi_connect_duration_seconds', { outcome }, seconds);
      tracer.finished({ name: 'ssh connect', seconds, attributes: { 'server.address': host }, errorType: errorOf(outcome) });
    },
    esxiCommand: ({ host, command, exitCode, durationMs }) => {
      const seconds = durationMs / 1_000;
      const result = commandResult(exitCode);
      metrics.observe('sriov_esxi_command_duration_seconds', { result }, seconds);
      const attributes = { 'server.address': host, ...(exitCode === undefined ? {} : { 'process.exit.code': exitCode }) };
      tracer.finished({ name: `ssh ${commandName(command)}`, seconds, attributes, errorType: errorOf(result) });
    },
    vsphere: ({ server, method, outcome, milliseconds }) => {
      const seconds = milliseconds / 1_000;
      metrics.observe('sriov_vsphere_call_duration_seconds', { method, outcome }, seconds);
      const attributes = { 'server.address': server, 'rpc.method': method };
      tracer.finished({ name: `vsphere ${method}`, seconds, attributes, errorType: errorOf(outcome) });
    },
    redfish: ({ origin, method, action, outcome, durationMs }) => {
      const seconds = durationMs / 1_000;
      metrics.observe('sriov_redfish_request_duration_seconds', { method, outcome }, seconds);
      const attributes = { 'server.address': origin, 'http.request.method': method, action };
      tracer.finished({ name: `redfish ${method}`, seconds, attributes, errorType: errorOf(outcome) });
    },
    leaseError: (operation) => metrics.increment('sriov_lease_errors_total', { operation }),
  };
}

function commandResult(exitCode: number | undefined): string {
  return exitCode === undefined ? 'lost' : exitCode === 0 ? 'ok' : 'failed';
}

function errorOf(outcome: string): string | undefined {
  return outcome === 'ok' ? undefined : outcome;
}

/**
 * The program and its subcommands, without what they are given: `esxcli software vib install`. Arguments can be addresses with tokens in
 * them, and the name of a span must have few values.
 */
export function commandName(command: string): string {
  const words = command.trim().split(/\s+/);
  const program =
    (words[0] ?? '')
      .split('/')
      .at(-1)
      ?.replace(/[^\w.-]/g, '') || 'command';
  const rest = words.slice(1, 6);
  // Options with their values may come before the subcommands: esxcli --formatter=xml network nic list.
  const plain = rest.filter((word) => !word.startsWith('-'));
  const end = plain.findIndex((word) => !/^[a-z]{2,20}$/.test(word));
  return [program, ...(program === 'esxcli' ? plain.slice(0, end < 0 ? plain.length : end) : [])].join(' ');
}
