/**
 * ValidatingAdmissionPolicies of the chart: who may use the verbs, weaken an approval, or name a host of another namespace. Pure data.
 * They look at what changes, so that the operator's own writes and old objects pass whatever rights are taken away later.
 */
import { ANNOTATIONS, GROUP, NAMESPACE_ANNOTATIONS } from '../../group.ts';
import { VERB_KINDS } from '../../verbKinds.ts';

interface Validation {
  readonly expression: string;
  readonly message?: string;
  /** CEL, where the message names a value; the authorizer cannot be used in it. */
  readonly messageExpression?: string;
  readonly reason: 'Forbidden' | 'Invalid';
}

export interface AdmissionPolicy {
  readonly resources: readonly string[];
  readonly operations: readonly ('CREATE' | 'UPDATE')[];
  readonly variables: readonly { readonly name: string; readonly expression: string }[];
  readonly validations: readonly Validation[];
}

const HOSTS = 'sriovhosts';
const BOTH = [HOSTS, 'sriovvmattachments'];

const NAME = { name: 'name', expression: "has(object.metadata.name) ? object.metadata.name : ''" };
const APPROVAL = { name: 'approval', expression: "object.spec.?disruption.?approval.orValue('Automatic')" };
const HOST_NAMESPACE = { name: 'hostNamespace', expression: 'object.spec.hostRef.?namespace.orValue(request.namespace)' };

/** CEL: whether the author of the request may do this to the object of the request. */
function mayDo(verb: string): string {
  return `authorizer.group('${GROUP}').resource(request.resource.resource).namespace(request.namespace).name(variables.name).check('${verb}').allowed()`;
}

/** The annotations that steer the operator need the RBAC verb of the same name, beside the right to write the object. */
const VERBS: AdmissionPolicy = {
  resources: BOTH,
  operations: ['CREATE', 'UPDATE'],
  variables: [
    NAME,
    {
      name: 'before',
      expression: "request.operation == 'UPDATE' && has(oldObject.metadata.annotations) ? oldObject.metadata.annotations : {}",
    },
    { name: 'after', expression: 'has(object.metadata.annotations) ? object.metadata.annotations : {}' },
  ],
  validations: Object.entries(ANNOTATIONS).map(([verb, annotation]) => ({
    expression: [
      `variables.before[?'${annotation}'] == variables.after[?'${annotation}']`,
      // Who may create an object may create it on hold: that only keeps the operator from it.
      ...(verb === 'hold' ? ["request.operation == 'CREATE'"] : []),
      mayDo(verb),
    ].join(' || '),
    message:
      `the annotation ${annotation} is set, changed or removed, which takes the verb "${verb}" on ` +
      `${VERB_KINDS[verb as keyof typeof ANNOTATIONS].join(' or ')} in this namespace; ask who manages roles to grant it`,
    reason: 'Forbidden',
  })),
};

/** Who may not approve must not be able to do away with the approval. */
const APPROVAL_KEPT: AdmissionPolicy = {
  resources: [HOSTS],
  operations: ['UPDATE'],
  variables: [NAME, APPROVAL],
  validations: [
    {
      expression: `oldObject.spec.?disruption.?approval.orValue('Automatic') != 'Required' || variables.approval == 'Required' || ${mayDo('approve')}`,
      message:
        'spec.disruption.approval changes from Required, which takes the verb "approve" on sriovhosts in this namespace; leave it, or ask who may approve',
      reason: 'Forbidden',
    },
  ],
};

/** Kubernetes has no right for annotations alone: here `patch` without `update` is it. The operator itself has no more than that. */
const SPEC_BY_UPDATE: AdmissionPolicy = {
  resources: BOTH,
  operations: ['UPDATE'],
  variables: [NAME],
  validations: [
    {
      expression: `object.spec == oldObject.spec || ${mayDo('update')}`,
      message:
        'spec changes, which takes the verb "update" beside "patch": with "patch" alone annotations may be set; ask who manages roles',
      reason: 'Forbidden',
    },
  ],
};

/** Where asked for: hosts without approval only by those who may approve. */
const APPROVAL_REQUIRED: AdmissionPolicy = {
  resources: [HOSTS],
  operations: ['CREATE', 'UPDATE'],
  variables: [NAME, APPROVAL],
  validations: [
    {
      expression: `variables.approval == 'Required' || (request.operation == 'UPDATE' && object.spec == oldObject.spec) || ${mayDo('approve')}`,
      message: 'spec.disruption.approval must be Required here: set it, or ask for the verb "approve" on sriovhosts in this namespace',
      reason: 'Forbidden',
    },
  ],
};

/** Where asked for: naming a host of another namespace takes a right on that host, beside spec.attachments of the host. */
const HOST_USE: AdmissionPolicy = {
  resources: ['sriovvmattachments'],
  operations: ['CREATE'],
  variables: [HOST_NAMESPACE],
  validations: [
    {
      expression:
        'variables.hostNamespace == request.namespace || ' +
        `authorizer.group('${GROUP}').resource('${HOSTS}').namespace(variables.hostNamespace).name(object.spec.hostRef.name).check('use').allowed()`,
      messageExpression: `'spec.hostRef names the host ' + variables.hostNamespace + '/' + object.spec.hostRef.name + ', which takes the verb "use" on sriovhosts in its namespace; ask its owner to grant it'`,
      reason: 'Forbidden',
    },
  ],
};

const listed = (annotation: string): string =>
  `has(namespaceObject.metadata.annotations) && '${annotation}' in namespaceObject.metadata.annotations ? namespaceObject.metadata.annotations['${annotation}'].split(',').map(part, part.trim()) : ['*']`;

/** What the administrator wrote on the namespace of the attachment; without annotations nothing is fenced. hostRef and vm are immutable. */
const FENCE: AdmissionPolicy = {
  resources: ['sriovvmattachments'],
  operations: ['CREATE'],
  variables: [
    HOST_NAMESPACE,
    { name: 'hosts', expression: listed(NAMESPACE_ANNOTATIONS.hosts) },
    { name: 'vms', expression: listed(NAMESPACE_ANNOTATIONS.vms) },
  ],
  validations: [
    {
      expression:
        "variables.hosts.exists(one, one == '*' || one == variables.hostNamespace + '/*' || one == variables.hostNamespace + '/' + object.spec.hostRef.name)",
      messageExpression: `'spec.hostRef names the host ' + variables.hostNamespace + '/' + object.spec.hostRef.name + ', but the annotation ${NAMESPACE_ANNOTATIONS.hosts} of namespace ' + request.namespace + ' allows only ' + variables.hosts.join(', ')`,
      reason: 'Forbidden',
    },
    {
      expression:
        "variables.vms.exists(one, one == '*' || (has(object.spec.vm.inventoryPath) && (object.spec.vm.inventoryPath == one || object.spec.vm.inventoryPath.startsWith(one + '/'))))",
      messageExpression: `'spec.vm must have an inventoryPath at or below what the annotation ${NAMESPACE_ANNOTATIONS.vms} of namespace ' + request.namespace + ' allows: ' + variables.vms.join(', ')`,
      reason: 'Forbidden',
    },
  ],
};

/** By their names in values.yaml, `admissionPolicies.policies`. */
export const ADMISSION_POLICIES: Readonly<Record<string, AdmissionPolicy>> = {
  verbs: VERBS,
  specByUpdate: SPEC_BY_UPDATE,
  approvalKept: APPROVAL_KEPT,
  approvalRequired: APPROVAL_REQUIRED,
  hostUse: HOST_USE,
  fence: FENCE,
};
