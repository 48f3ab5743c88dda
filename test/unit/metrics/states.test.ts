/** The totals that alerts begin with. */
import { expect, it } from '@jest/globals';
import { stateCollector } from '../../../operator/metrics/states.ts';
import { attachment, host, READY, stalledFor, waitingFor } from './objects.ts';
import { allMetrics, seriesOf } from './series.ts';

it('count every object once by state, and refused credentials by service', async () => {
  const hosts = [
    host('1', READY),
    host('2', stalledFor('CredentialsRejected')),
    host('3', waitingFor('Restarting')),
    host('4', { ...READY, Reachable: { status: 'False', reason: 'BmcCredentialsRejected' } }),
  ];
  const metrics = allMetrics();
  const attachments = [
    attachment('a', stalledFor('VsphereCredentialsRejected')),
    attachment('b', { ...READY, LinkActive: { status: 'False', reason: 'GuestCredentialsRejected' } }),
  ];
  metrics.beforeScrape(stateCollector(metrics, { hosts: () => hosts, attachments: () => attachments }));
  expect(await seriesOf(metrics, 'sriov_hosts')).toEqual([
    'sriov_hosts{state="ready"} 2',
    'sriov_hosts{state="reconciling"} 1',
    'sriov_hosts{state="stalled"} 1',
  ]);
  expect(await seriesOf(metrics, 'sriov_attachments')).toContain('sriov_attachments{state="stalled"} 1');
  expect(await seriesOf(metrics, 'sriov_credentials_rejected')).toEqual([
    'sriov_credentials_rejected{kind="SriovHost",service="bmc"} 1',
    'sriov_credentials_rejected{kind="SriovHost",service="esxi"} 1',
    'sriov_credentials_rejected{kind="SriovHost",service="vsphere"} 0',
    'sriov_credentials_rejected{kind="SriovVmAttachment",service="guest"} 1',
    'sriov_credentials_rejected{kind="SriovVmAttachment",service="vsphere"} 1',
  ]);
});
