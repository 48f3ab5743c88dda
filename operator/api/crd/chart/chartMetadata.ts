/** Chart.yaml with what Artifact Hub reads, made from the CRDs and their examples so that it cannot go stale. Pure. */
import { stringify } from 'yaml';
import type { Crd } from '../crd.ts';
import { EXAMPLES } from '../examples.ts';
import { CHART_CHANGES } from './chartChanges.ts';

export const CHART_NAME = 'esxi-sriov-operator';
/** The same as in package.json, which a test compares. */
export const VERSION_OF_PRODUCT = '0.2.0';
/** The CRDs' rules use CEL functions for IP addresses. */
export const KUBE_VERSION = '>=1.31.0-0';

const DESCRIPTION = 'Brings bare-metal ESXi hosts with NVIDIA/Mellanox ConnectX adapters, and the VMs on them, to a declared SR-IOV state.';

export function chartYaml(crds: readonly Crd[], header: string): string {
  const chart = {
    apiVersion: 'v2',
    name: CHART_NAME,
    description: DESCRIPTION,
    type: 'application',
    version: VERSION_OF_PRODUCT,
    appVersion: VERSION_OF_PRODUCT,
    kubeVersion: KUBE_VERSION,
    keywords: ['sriov', 'esxi', 'vsphere', 'connectx', 'mellanox', 'nvidia', 'infiniband', 'firmware'],
    maintainers: [{ name: 'The maintainers of esxi-sriov-operator' }],
    annotations: annotations(crds),
  };
  return `# ${header}\n${stringify(chart, { lineWidth: 0, schema: 'yaml-1.1' })}`;
}

function annotations(crds: readonly Crd[]): Readonly<Record<string, string>> {
  return {
    'artifacthub.io/category': 'networking',
    'artifacthub.io/license': 'Apache-2.0',
    'artifacthub.io/operator': 'true',
    'artifacthub.io/operatorCapabilities': 'Seamless Upgrades',
    'artifacthub.io/prerelease': 'true',
    'artifacthub.io/containsSecurityUpdates': String(CHART_CHANGES.some(({ kind }) => kind === 'security')),
    ...crdAnnotations(crds),
    'artifacthub.io/images': yaml([
      { name: CHART_NAME, image: `${CHART_NAME}:${VERSION_OF_PRODUCT}`, platforms: ['linux/amd64', 'linux/arm64'] },
    ]),
    'artifacthub.io/changes': yaml(CHART_CHANGES),
  };
}

export function crdAnnotations(crds: readonly Crd[]): Readonly<Record<string, string>> {
  return {
    'artifacthub.io/crds': yaml(crds.map(describeCrd)),
    'artifacthub.io/crdsExamples': yaml(crds.map((crd) => EXAMPLES[kindOf(crd)])),
  };
}

function describeCrd(crd: Crd): object {
  const [version] = crd.spec.versions;
  const { description } = version.schema.openAPIV3Schema as { readonly description: string };
  return { kind: kindOf(crd), version: version.name, name: crd.metadata.name, displayName: kindOf(crd), description };
}

function kindOf(crd: Crd): string {
  return String(crd.spec.names['kind']);
}

function yaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false, schema: 'yaml-1.1' });
}
