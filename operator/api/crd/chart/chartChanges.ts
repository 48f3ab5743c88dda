/** What changed in the chart since its last version, for Artifact Hub; CHANGELOG.md has each, and a test compares. Written anew for each version. */

export interface ChartChange {
  /** Heading of CHANGELOG.md in lower case. */
  readonly kind: 'added' | 'changed' | 'deprecated' | 'removed' | 'fixed' | 'security';
  /** A sentence of CHANGELOG.md. */
  readonly description: string;
}

export const CHART_CHANGES: readonly ChartChange[] = [
  { kind: 'added', description: 'Admission policies: the annotations that steer the operator take an RBAC verb of the same name.' },
  {
    kind: 'added',
    description: 'Admission policies: hosts and VMs that attachments of a namespace may name, by annotations of that namespace.',
  },
  { kind: 'added', description: 'ClusterRoles for people: view, tenant, edit and approve.' },
  {
    kind: 'added',
    description:
      'Three Grafana dashboards (fleet, virtual functions, operator), made from the lists of metrics, with links to the runbooks of alerts.',
  },
  { kind: 'added', description: 'A chart of the CRDs alone, esxi-sriov-operator-crds.' },
  { kind: 'added', description: 'Values secrets.names, extraVolumes, extraVolumeMounts and extraObjects.' },
  { kind: 'added', description: 'One file for kubectl apply, and the examples as a Kustomize base.' },
  { kind: 'added', description: 'Values extraEnv: valueFrom takes a variable from a Secret or a ConfigMap.' },
  { kind: 'changed', description: 'The chart asks for 320 MiB of memory, which fits 50 hosts as measured.' },
  {
    kind: 'changed',
    description: 'Approving, holding and restoring take rights of their own; set admissionPolicies.enabled to false to keep it as it was.',
  },
];
