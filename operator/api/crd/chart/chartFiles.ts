/** The generated files of the Helm chart: metadata, values, README, CRDs, rights, policies and dashboards. The templates beside them are written by hand. */
import { stringify } from 'yaml';
import { NAMESPACE_SELECTOR_RULES, OWN_NAMESPACE_RULES, USER_ROLES, WATCHED_NAMESPACE_RULES } from '../../rbac.ts';
import type { Crd } from '../crd.ts';
import { ADMISSION_POLICIES } from './admissionPolicies.ts';
import { CHART_NAME, chartYaml } from './chartMetadata.ts';
import { chartReadme } from './chartReadme.ts';
import { CHART_VALUES } from './chartValues.ts';
import { crdTemplate } from './crdTemplate.ts';
import { dashboardJson } from './dashboard.ts';
import { DASHBOARDS } from './dashboards.ts';
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
    [
      `${FOLDER}/files/admissionPolicies.yaml`,
      `# ${header}\n${stringify(ADMISSION_POLICIES, { lineWidth: 0, aliasDuplicateObjects: false, schema: 'yaml-1.1' })}`,
    ],
    ...DASHBOARDS.map((dashboard): [string, string] => [`${FOLDER}/files/dashboards/${dashboard.uid}.json`, dashboardJson(dashboard)]),
    ...crds.map((crd): [string, string] => [
      `${FOLDER}/templates/crd-${crd.spec.names['plural']}.yaml`,
      crdTemplate({ crd, header, labels: 'operator.labels', keep: '.Values.crds.keep', enabled: '.Values.crds.enabled' }),
    ]),
  ];
}

/** Read by templates/rbac.yaml. */
function rightsYaml(header: string): string {
  const rules = {
    watchedNamespaces: WATCHED_NAMESPACE_RULES,
    ownNamespace: OWN_NAMESPACE_RULES,
    namespaceSelectors: NAMESPACE_SELECTOR_RULES,
    users: USER_ROLES,
  };
  return `# ${header}\n${stringify(rules, { aliasDuplicateObjects: false, schema: 'yaml-1.1' })}`;
}
