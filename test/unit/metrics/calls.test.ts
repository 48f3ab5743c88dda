/** What goes out of the process is counted in seconds under the right name and labels, and told to traces without what it carries. */
import { describe, expect, it } from '@jest/globals';
import { type FinishedSpan, noTracer } from '../../../operator/engine/tracing.ts';
import { type CallObservers, callObservers, commandName } from '../../../operator/metrics/calls.ts';
import { allMetrics, seriesOf } from './series.ts';

function observed(call: (observers: CallObservers) => void) {
  const metrics = allMetrics();
  const spans: FinishedSpan[] = [];
  call(callObservers(metrics, { ...noTracer, finished: (span) => spans.push(span) }));
  return { metrics, spans };
}

const HOST = 'esx-a.example.com';

describe('a call', () => {
  it.each([
    {
      what: 'a request to the API server that was refused',
      call: (observers: CallObservers) => observers.kubernetes({ code: '409', method: 'PUT', host: 'api:6443', seconds: 2 }),
      series: 'rest_client_request_duration_seconds_sum{verb="PUT",host="api:6443"} 2',
      span: { name: 'kubernetes PUT', seconds: 2, errorType: '409' },
    },
    {
      what: 'an SSH log-in that was refused',
      call: (observers: CallObservers) => observers.esxiConnect({ host: HOST, outcome: 'CredentialsRejected', durationMs: 500 }),
      series: 'sriov_esxi_connect_duration_seconds_sum{outcome="CredentialsRejected"} 0.5',
      span: { name: 'ssh connect', seconds: 0.5, attributes: { 'server.address': HOST }, errorType: 'CredentialsRejected' },
    },
    {
      what: 'a command whose end nobody saw',
      call: (observers: CallObservers) =>
        observers.esxiCommand({ host: HOST, command: 'esxcli software vib list', exitCode: undefined, durationMs: 1_500 }),
      series: 'sriov_esxi_command_duration_seconds_sum{result="lost"} 1.5',
      span: { name: 'ssh esxcli software vib list', seconds: 1.5, errorType: 'lost' },
    },
    {
      what: 'a fault of vSphere',
      call: (observers: CallObservers) =>
        observers.vsphere({ server: 'vc', method: 'PowerOnVM_Task', outcome: 'VsphereFault', milliseconds: 250 }),
      series: 'sriov_vsphere_call_duration_seconds_sum{method="PowerOnVM_Task",outcome="VsphereFault"} 0.25',
      span: { name: 'vsphere PowerOnVM_Task', seconds: 0.25, errorType: 'VsphereFault' },
    },
    {
      what: 'an answer of a BMC',
      call: (observers: CallObservers) =>
        observers.redfish({ origin: 'https://bmc', method: 'GET', action: 'reading the system', outcome: 'ok', durationMs: 4_000 }),
      series: 'sriov_redfish_request_duration_seconds_sum{method="GET",outcome="ok"} 4',
      span: { name: 'redfish GET', seconds: 4, errorType: undefined },
    },
  ])('is counted and traced: $what', async ({ call, series, span }) => {
    const { metrics, spans } = observed(call);
    expect(await seriesOf(metrics, series.slice(0, series.indexOf('{')))).toContain(series);
    expect(spans).toEqual([expect.objectContaining(span)]);
  });

  it('to a lease that failed is counted, and the series are there before', async () => {
    const { metrics } = observed((observers) => observers.leaseError('renew'));
    expect(await seriesOf(metrics, 'sriov_lease_errors_total')).toEqual([
      'sriov_lease_errors_total{operation="acquire"} 0',
      'sriov_lease_errors_total{operation="release"} 0',
      'sriov_lease_errors_total{operation="renew"} 1',
    ]);
  });
});

describe('the name of a command', () => {
  it.each([
    {
      command: 'esxcli software vib install -d https://depot/x.zip?token=canary',
      name: 'esxcli software vib install',
      why: 'arguments may hold secrets',
    },
    { command: 'esxcli --formatter=xml network nic list', name: 'esxcli network nic list', why: 'options come first' },
    {
      command: '/opt/mellanox/bin/mlxconfig -d mt4119_pciconf0 -y set NUM_OF_VFS=8',
      name: 'mlxconfig',
      why: 'the path and the device are left out',
    },
    { command: "cat > '/tmp/canary'", name: 'cat', why: 'only esxcli has subcommands' },
    { command: '', name: 'command', why: 'a span needs a name' },
  ])('of $command is $name: $why', ({ command, name }) => {
    expect(commandName(command)).toBe(name);
  });
});
