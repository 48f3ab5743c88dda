/**
 * Whether the caller has the RBAC verbs that admission policies ask for beside `patch` (operator/api/crd/chart/admissionPolicies.ts). What the
 * policies ask for is read from those that are installed; who may not see them is told what they would refuse.
 */
import { ANNOTATIONS, GROUP } from '../../api/group.ts';
import { VERB_KINDS } from '../../api/verbKinds.ts';
import { isKubeError } from '../../kube/kubeError.ts';
import { listAll } from '../../kube/listAll.ts';
import type { KubeAccess, Verb } from '../kubeAccess.ts';
import { refusedOf } from './accessReview.ts';
import { type Finding, ok, warning } from './finding.ts';

interface Policy {
  readonly spec?: {
    readonly matchConstraints?: {
      readonly namespaceSelector?: { readonly matchExpressions?: readonly { readonly key: string; readonly values?: readonly string[] }[] };
      readonly resourceRules?: readonly { readonly apiGroups?: readonly string[] }[];
    };
    readonly validations?: readonly { readonly expression: string }[];
  };
}

const POLICIES = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies';
const VERBS = Object.keys(ANNOTATIONS) as Verb[];
const PAGE_SIZE = 500;

/** Nothing where no policy asks for verbs, or where `plural` may not be patched at all. */
export async function checkPolicyVerbs(kube: KubeAccess, plural: string): Promise<readonly Finding[]> {
  const asked = await askedVerbs(kube);
  const verbs = (asked ?? VERBS).filter((verb) => VERB_KINDS[verb].includes(plural));
  const refused = await refusedOf(
    kube,
    verbs.map((verb) => ({ verb, resource: plural })),
  );
  if (refused.length === 0) {
    return asked === undefined || verbs.length === 0
      ? []
      : [ok('policy-verbs', `you have the verbs that the admission policies ask for on ${plural}: ${verbs.join(', ')}`)];
  }
  const which = `${refused.join(', ')} on ${plural}`;
  const what =
    asked === undefined
      ? `you do not have the verbs ${which}: if the chart's admission policies are installed, which you may not see, they refuse these annotations`
      : `you do not have the verbs ${which}: the admission policies refuse these annotations`;
  return [
    warning(
      'policy-verbs',
      what,
      "fine if others do that; else bind one of the chart's roles for people (docs/install.md, who may do what)",
    ),
  ];
}

/** Undefined: the policies may not be read. */
async function askedVerbs({ client, scope, signal }: KubeAccess): Promise<readonly Verb[] | undefined> {
  try {
    const options = { client, path: POLICIES, query: {}, accept: 'application/json', pageSize: PAGE_SIZE, signal };
    const { items } = await listAll<Policy>(options);
    const expressions = items
      .filter((policy) => isAbout(policy, scope))
      .flatMap(({ spec }) => (spec?.validations ?? []).map(({ expression }) => expression));
    return VERBS.filter((verb) => expressions.some((expression) => expression.includes(`.check('${verb}')`)));
  } catch (error) {
    if (isKubeError(error, 403)) return undefined;
    if (isKubeError(error, 404)) return [];
    throw error;
  }
}

/** The chart narrows its policies to the namespaces that it watches, by their names. */
function isAbout({ spec }: Policy, scope: string | undefined): boolean {
  const { namespaceSelector, resourceRules = [] } = spec?.matchConstraints ?? {};
  const names = namespaceSelector?.matchExpressions?.find(({ key }) => key === 'kubernetes.io/metadata.name')?.values;
  return resourceRules.some(({ apiGroups = [] }) => apiGroups.includes(GROUP)) && (scope === undefined || (names?.includes(scope) ?? true));
}
