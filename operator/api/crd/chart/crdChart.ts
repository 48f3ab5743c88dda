/** A chart with the CRDs alone, for who manages them apart from the operator. All of it is generated. Pure. */
import { stringify } from 'yaml';
import type { Crd } from '../crd.ts';
import { CHART_NAME, crdAnnotations, KUBE_VERSION, VERSION_OF_PRODUCT } from './chartMetadata.ts';
import { crdTemplate } from './crdTemplate.ts';
import { flag, section, texts } from './valueSchema.ts';
import { valuesSchemaJson, valuesTable, valuesYaml } from './valuesFiles.ts';

export const CRD_CHART_NAME = `${CHART_NAME}-crds`;
const FOLDER = `charts/${CRD_CHART_NAME}`;

const VALUES = section('', {
  keep: flag('Leave the CRDs at helm uninstall: without them all SriovHosts and SriovVmAttachments are gone too.', true),
  commonLabels: texts('Labels of the CRDs.'),
});

const LABELS = `{{- define "crds.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}
`;

/** Text by path in the repository. */
export function crdChartFiles(crds: readonly Crd[], header: string): readonly (readonly [string, string])[] {
  const template = { header, labels: 'crds.labels', keep: '.Values.keep' };
  return [
    [`${FOLDER}/Chart.yaml`, chartYaml(crds, header)],
    [`${FOLDER}/values.yaml`, valuesYaml(VALUES, header)],
    [`${FOLDER}/values.schema.json`, valuesSchemaJson(VALUES, `Values of the chart ${CRD_CHART_NAME}`)],
    [`${FOLDER}/README.md`, readme(header)],
    [`${FOLDER}/templates/_labels.tpl`, `{{- /* ${header} */ -}}\n${LABELS}`],
    ...crds.map((crd): [string, string] => [`${FOLDER}/templates/crd-${crd.spec.names['plural']}.yaml`, crdTemplate({ ...template, crd })]),
  ];
}

function chartYaml(crds: readonly Crd[], header: string): string {
  const chart = {
    apiVersion: 'v2',
    name: CRD_CHART_NAME,
    description: `The CRDs of ${CHART_NAME}, for who manages them apart from the operator.`,
    type: 'application',
    version: VERSION_OF_PRODUCT,
    appVersion: VERSION_OF_PRODUCT,
    kubeVersion: KUBE_VERSION,
    keywords: ['sriov', 'esxi', 'crds'],
    maintainers: [{ name: 'The maintainers of esxi-sriov-operator' }],
    annotations: {
      'artifacthub.io/category': 'networking',
      'artifacthub.io/license': 'Apache-2.0',
      'artifacthub.io/prerelease': 'true',
      ...crdAnnotations(crds),
    },
  };
  return `# ${header}\n${stringify(chart, { lineWidth: 0, schema: 'yaml-1.1' })}`;
}

function readme(header: string): string {
  return `<!-- ${header} -->

# Helm chart of the CRDs of esxi-sriov-operator

The kinds \`SriovHost\` and \`SriovVmAttachment\`, for who manages CRDs apart from the operator: other rights, other people, another time. Who does not,
lets the chart \`${CHART_NAME}\` bring them. docs/install.md of the project says how to change from one to the other.

<!-- run elsewhere: test/install/crdChart.test.ts -->

\`\`\`sh
helm install sriov-crds charts/${CRD_CHART_NAME} --namespace sriov-system --create-namespace
helm install sriov charts/${CHART_NAME} --namespace sriov-system --set crds.enabled=false \\
  --set image.repository=registry.example.com/${CHART_NAME}
\`\`\`

Upgrade this chart first, then the operator's. At \`helm uninstall\` the CRDs stay, and with them every host and attachment.

## Values

${valuesTable(VALUES)}
`;
}
