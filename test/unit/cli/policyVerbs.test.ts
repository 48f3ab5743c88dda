/** The verbs that installed admission policies ask for, and what `check` says to who has them or not. */
import { describe, expect, it } from '@jest/globals';
import { ADMISSION_POLICIES } from '../../../operator/api/crd/chart/admissionPolicies.ts';
import { checkPolicyVerbs } from '../../../operator/cli/checks/policyVerbs.ts';
import { fakeKube } from './fakeKube.ts';

const LIST = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies';
const REVIEW = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

const ours = (namespaces?: readonly string[], apiGroup = 'sriov.esxi.io') => ({
  spec: {
    matchConstraints: {
      resourceRules: [{ apiGroups: [apiGroup] }],
      ...(namespaces === undefined
        ? {}
        : { namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: namespaces }] } }),
    },
    validations: ADMISSION_POLICIES['verbs']?.validations,
  },
});

interface Review {
  readonly spec: { readonly resourceAttributes: { readonly verb: string } };
}

/** A caller who may do all but `refused`. */
function kubeOf(policies: readonly object[] | 'forbidden', refused: readonly string[]) {
  const review = ({ body }: { readonly body: Review }) => ({
    status: { allowed: !refused.includes(body.spec.resourceAttributes.verb) },
  });
  const answers = { [REVIEW]: review, ...(policies === 'forbidden' ? {} : { [LIST]: { metadata: {}, items: policies } }) };
  return fakeKube(answers, 403).kube;
}

describe('the verbs of admission policies', () => {
  it.each([
    { why: 'all there', policies: [ours()], refused: [], says: ['ok: you have the verbs', 'approve, retry, hold, restore, detach'] },
    {
      why: 'some refused',
      policies: [ours()],
      refused: ['approve', 'detach'],
      says: ['warning', 'the verbs approve, detach on sriovhosts'],
    },
    { why: 'no policies', policies: [], refused: ['approve'], says: [] },
    { why: 'policies of others', policies: [ours(undefined, 'apps')], refused: ['approve'], says: [] },
    { why: 'policies for other namespaces', policies: [ours(['elsewhere'])], refused: ['approve'], says: [] },
    { why: 'policies for this namespace', policies: [ours(['fleet'])], refused: ['approve'], says: ['approve on sriovhosts'] },
    { why: 'policies that may not be seen', policies: 'forbidden' as const, refused: ['hold'], says: ['which you may not see', 'hold'] },
    { why: 'policies that may not be seen, with all verbs', policies: 'forbidden' as const, refused: [], says: [] },
  ])('$why', async ({ policies, refused, says }) => {
    const findings = await checkPolicyVerbs(kubeOf(policies, refused), 'sriovhosts');
    const text = findings.map(({ result, what }) => `${result}: ${what}`).join('\n');
    expect(says.filter((part) => !text.includes(part))).toEqual([]);
    expect(findings).toHaveLength(says.length === 0 ? 0 : 1);
  });

  it('are only those of the kind', async () => {
    const [finding] = await checkPolicyVerbs(kubeOf([ours()], []), 'sriovvmattachments');
    expect(finding?.what).toContain(': retry, hold, abandon');
  });
});
