/** The three Grafana dashboards as data: what matters first, then a panel for every metric, sorted by who looks at it. */
import { SRIOV_METRICS } from '../../../controllers/metricDefinitions.ts';
import { METRICS } from '../../../engine/metricDefinitions.ts';
import { FLEET_GLANCE, OPERATOR_GLANCE, VIRTUAL_FUNCTIONS_GLANCE } from './dashboardGlances.ts';
import { type Panel, panelOf } from './dashboardPanels.ts';

export interface Dashboard {
  /** Grafana's key of it, and the name of its file. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly rows: readonly Row[];
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** A row with every metric whose name matches. */
function metrics(title: string, names: RegExp): Row {
  return { title, panels: [...SRIOV_METRICS, ...METRICS].filter(({ name }) => names.test(name)).map(panelOf) };
}

const glance = (panels: readonly Panel[]): Row => ({ title: 'At a glance', panels });

export const DASHBOARDS: readonly Dashboard[] = [
  {
    uid: 'esxi-sriov-fleet',
    title: 'ESXi SR-IOV: fleet',
    description: 'Hosts and attachments: what is ready, what waits for a person, and restarts.',
    rows: [
      glance(FLEET_GLANCE),
      metrics('Hosts and attachments', /^sriov_(hosts|attachments|not_ready|stalled|credentials_rejected|series_omitted)$/),
      metrics('Each host and attachment', /^sriov_(host_(ready|stalled|unavailable)|attachment_stalled)$/),
      metrics('Restarts, permits and steps on hosts', /^sriov_(restart|host_step)/),
    ],
  },
  {
    uid: 'esxi-sriov-virtual-functions',
    title: 'ESXi SR-IOV: virtual functions and VMs',
    description: 'Virtual functions from firmware to VM, and the work on VMs.',
    rows: [
      glance(VIRTUAL_FUNCTIONS_GLANCE),
      metrics('Virtual functions of each host', /^sriov_vf_/),
      metrics('VMs', /^sriov_attachment/),
      metrics('vSphere', /^sriov_vsphere_/),
    ],
  },
  {
    uid: 'esxi-sriov-operator',
    title: 'ESXi SR-IOV: operator',
    description: 'The operator itself: reconciles, queues, the Kubernetes API, connections to hosts, vSphere and BMCs, and the lease.',
    rows: [
      glance(OPERATOR_GLANCE),
      metrics('Lease', /^(leader_election_|sriov_lease_)/),
      metrics('Reconciles', /^controller_runtime_/),
      metrics('Queues', /^workqueue_/),
      metrics('Kubernetes API', /^(rest_client_|sriov_kubernetes_)/),
      metrics('Hosts by SSH, vSphere by SOAP, BMCs by Redfish', /^sriov_(esxi|vsphere|redfish)_/),
    ],
  },
];

/** Every panel of every dashboard, with its expression as Grafana sends it, variables in it. */
export function dashboardPanels(): readonly Panel[] {
  return DASHBOARDS.flatMap(({ rows }) => rows.flatMap(({ panels }) => panels));
}
