/** README of the chart: what to type, and every value. Pure. */
const QUICK_START = `Needs Kubernetes 1.31 or later, Helm 3.17 or later (tested with Helm 4.3.1), and an image in a registry that your nodes can pull from
(docs/image.md of the project says how to build it).

\`\`\`sh
helm install sriov charts/esxi-sriov-operator --namespace sriov-system --create-namespace \\
  --set image.repository=registry.example.com/esxi-sriov-operator \\
  --set watchNamespaces='{sriov}'        # Roles in these namespaces instead of a ClusterRole
helm test sriov --namespace sriov-system
\`\`\`

The CRDs are upgraded with the chart and stay at \`helm uninstall\`. Every value is checked by \`values.schema.json\`: a misspelt key, a wrong type
and an unknown word are refused before anything is installed. docs/install.md of the project describes upgrades, admission policies and
roles for people, alerts, dashboards, network policy and removal.`;

export function chartReadme(table: string, header: string): string {
  return [
    `<!-- ${header} -->`,
    '# Helm chart of esxi-sriov-operator',
    'Installs the operator that brings ESXi hosts with ConnectX adapters, and the VMs on them, to a declared SR-IOV state.',
    QUICK_START,
    '## Values',
    table,
  ]
    .join('\n\n')
    .concat('\n');
}
