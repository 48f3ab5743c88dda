/** The generated files of the Helm chart: metadata, values, README, CRDs and the rights. The templates beside them are written by hand. */
import { stringify } from 'yaml';
import { NAMESPACE_SELECTOR_RULES, OWN_NAMESPACE_RULES, WATCHED_NAMESPACE_RULES } from '../../rbac.ts';
import type { Crd } from '../crd.ts';
import { CHART_NAME, chartYaml } from './chartMetadata.ts';
import { chartReadme } from './chartReadme.ts';
import { CHART_VALUES } from './chartValues.ts';
import { valuesSchemaJson, valuesTable, valuesYaml } from './valuesFiles.ts';

const FOLDER = `charts/${CHART_NAME}`;

/** Text by path in the repository. */
export function chartFiles(crds: readonly Crd[], header: string): readonly (readonly [string, string])[] {
  return [
    [`${FOLDER}/Chart.yaml`, chartYaml(crds, header)],
    [`${FOLDER}/values.yaml`, valuesYaml(CHART_VALUES, header)],
    [`${FOLDER}/values.schema.json`, valuesSchemaJson(CHART_VALUES, `Values of the chart ${CHART_NAME}`)],
    [`${FOLDER}/README.md`, chartReadme(valuesTable(CHART_VALUES), header)],
    [`${FOLDER}/files/rbac.yaml`, rightsYaml(header)],
    ...crds.map((crd): [string, string] => [`${FOLDER}/templates/crd-${crd.spec.names['plural']}.yaml`, crdTemplate(crd, header)]),
  ];
}

/** Read by templates/rbac.yaml. */
function rightsYaml(header: string): string {
  const rules = {
    watchedNamespaces: WATCHED_NAMESPACE_RULES,
    ownNamespace: OWN_NAMESPACE_RULES,
    namespaceSelectors: NAMESPACE_SELECTOR_RULES,
  };
  return `# ${header}\n${stringify(rules, { aliasDuplicateObjects: false })}`;
}

/** The CRD itself inside of a condition; a template, because Helm never upgrades what is in its folder crds/. */
function crdTemplate(crd: Crd, header: string): string {
  const { metadata, ...rest } = crd;
  const body = stringify(rest.spec, { lineWidth: 0, aliasDuplicateObjects: false }).trimEnd().split('\n');
  // A description with braces would be run as a template.
  const spec = body.map((line) => `  ${line.replaceAll('{{', '{{ "{{" }}')}`).join('\n');
  return `{{- /* ${header} */ -}}
{{- if .Values.crds.enabled }}
apiVersion: ${crd.apiVersion}
kind: ${crd.kind}
metadata:
  name: ${metadata.name}
  labels:
    {{- include "operator.labels" . | nindent 4 }}
  {{- if .Values.crds.keep }}
  annotations:
    helm.sh/resource-policy: keep
  {{- end }}
spec:
${spec}
{{- end }}
`;
}
