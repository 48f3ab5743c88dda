/** Requests of people to the API server, and what the chart's policies shall say to each. */
import { ANNOTATIONS, API_VERSION } from '../../../operator/api/group.ts';

export const NAMESPACE = 'sriov-system';
export const FULLNAME = 'sriov-esxi-sriov-operator';
export const OPERATOR = `system:serviceaccount:${NAMESPACE}:${FULLNAME}`;
export const FLEET = 'fleet';
export const TENANT = 'tenant-a';

export interface UserCase {
  readonly why: string;
  /** Written by the administrator before. */
  readonly objects?: readonly object[];
  readonly user: string;
  /** Of kubectl. */
  readonly args: readonly string[];
  readonly input?: object;
  readonly allowed: boolean;
  readonly says?: RegExp;
}

interface HostOptions {
  readonly approval?: 'Automatic' | 'Required';
  readonly annotations?: Readonly<Record<string, string>>;
}

export function host(name: string, { approval = 'Required', annotations = {} }: HostOptions = {}): object {
  return {
    apiVersion: API_VERSION,
    kind: 'SriovHost',
    metadata: { name, namespace: FLEET, annotations },
    spec: {
      esxi: { address: 'esx-01.example.com', credentialsSecretRef: { name: 'esx-01' }, trustOnFirstUse: true },
      adapters: [{ name: 'fabric0', selector: { pciAddress: '0000:3b:00.0' }, ports: [{ number: 1, vfs: 8 }] }],
      disruption: { approval },
    },
  };
}

interface AttachmentOptions {
  readonly namespace?: string;
  readonly host?: string;
  readonly hostNamespace?: string;
  readonly vm?: object;
  readonly annotations?: Readonly<Record<string, string>>;
}

export function attachment(name: string, options: AttachmentOptions = {}): object {
  const { namespace = TENANT, hostNamespace, vm = { name: 'db-01' }, annotations = {} } = options;
  return {
    apiVersion: API_VERSION,
    kind: 'SriovVmAttachment',
    metadata: { name, namespace, annotations },
    spec: {
      hostRef: { name: options.host ?? 'esx-01', ...(hostNamespace === undefined ? {} : { namespace: hostNamespace }) },
      vm,
      function: { adapter: 'fabric0', port: 1 },
      network: { portGroup: 'VM Network' },
    },
  };
}

const annotate = (kind: 'srh' | 'sva', annotation: string): readonly string[] => [
  'annotate',
  '--overwrite',
  kind,
  kind === 'srh' ? 'esx-01' : 'db-01',
  annotation,
  '-n',
  kind === 'srh' ? FLEET : TENANT,
];
const patchSpec = (spec: object): readonly string[] => [
  'patch',
  'srh',
  'esx-01',
  '-n',
  FLEET,
  '--type=merge',
  '-p',
  JSON.stringify({ spec }),
];
const create = ['create', '-f', '-'];
const onHost = { objects: [host('esx-01')] };
const onVm = { objects: [attachment('db-01')] };
const fenced = (vm: string, of: AttachmentOptions): object =>
  attachment('db-01', { namespace: 'fenced', vm: { inventoryPath: vm }, ...of });
const VM = '/dc1/vm/fenced/db-01';

export const CASES: readonly UserCase[] = [
  { why: 'approves', ...onHost, user: 'approver', args: annotate('srh', `${ANNOTATIONS.approve}=abc`), allowed: true },
  {
    why: 'does not approve',
    ...onHost,
    user: 'editor',
    args: annotate('srh', `${ANNOTATIONS.approve}=abc`),
    allowed: false,
    says: /takes the verb "approve" on sriovhosts/,
  },
  {
    why: 'does not restore',
    ...onHost,
    user: 'editor',
    args: annotate('srh', `${ANNOTATIONS.restore}=1`),
    allowed: false,
    says: /verb "restore"/,
  },
  { why: 'restores', ...onHost, user: 'approver', args: annotate('srh', `${ANNOTATIONS.restore}=1`), allowed: true },
  { why: 'asks for another try', ...onHost, user: 'editor', args: annotate('srh', `${ANNOTATIONS.retry}=1`), allowed: true },
  {
    why: 'does not ask for another try without the verb',
    ...onHost,
    user: 'nobody-special',
    args: annotate('srh', `${ANNOTATIONS.retry}=1`),
    allowed: false,
    says: /verb "retry"/,
  },
  { why: 'annotates with what is not ours', ...onHost, user: 'nobody-special', args: annotate('srh', 'example.com/note=x'), allowed: true },
  { why: 'holds', ...onHost, user: 'editor', args: annotate('srh', `${ANNOTATIONS.hold}=`), allowed: true },
  {
    why: 'does not take a hold away without the verb',
    objects: [host('esx-01', { annotations: { [ANNOTATIONS.hold]: '' } })],
    user: 'nobody-special',
    args: annotate('srh', `${ANNOTATIONS.hold}-`),
    allowed: false,
    says: /verb "hold"/,
  },
  {
    why: 'creates a host on hold: that keeps the operator from it',
    user: 'nobody-special',
    args: create,
    input: host('esx-01', { annotations: { [ANNOTATIONS.hold]: '' } }),
    allowed: true,
  },
  {
    why: 'does not create a host that is approved',
    user: 'editor',
    args: create,
    input: host('esx-01', { annotations: { [ANNOTATIONS.approve]: 'abc' } }),
    allowed: false,
    says: /verb "approve"/,
  },
  { why: 'changes a spec', ...onHost, user: 'editor', args: patchSpec({ mode: 'Observe' }), allowed: true },
  {
    why: 'has patch for annotations, not for the spec',
    ...onHost,
    user: 'approver',
    args: patchSpec({ mode: 'Observe' }),
    allowed: false,
    says: /takes the verb "update"/,
  },
  {
    why: 'does not do away with the approval',
    ...onHost,
    user: 'editor',
    args: patchSpec({ disruption: { approval: 'Automatic' } }),
    allowed: false,
    says: /changes from Required/,
  },
  {
    why: 'asks for approvals from now on',
    objects: [host('esx-01', { approval: 'Automatic' })],
    user: 'editor',
    args: patchSpec({ disruption: { approval: 'Required' } }),
    allowed: true,
  },
  {
    why: 'only looks',
    ...onHost,
    user: 'viewer',
    args: annotate('srh', 'example.com/note=x'),
    allowed: false,
    says: /cannot patch resource/,
  },
  { why: 'creates an attachment', user: 'tenant', args: create, input: attachment('db-01', { hostNamespace: FLEET }), allowed: true },
  { why: 'asks for another try of an attachment', ...onVm, user: 'tenant', args: annotate('sva', `${ANNOTATIONS.retry}=1`), allowed: true },
  { why: 'lets an attachment go', ...onVm, user: 'tenant', args: annotate('sva', `${ANNOTATIONS.abandon}=`), allowed: true },
  {
    why: 'does not let an attachment go without the verb',
    ...onVm,
    user: 'carol-without-verbs',
    args: annotate('sva', `${ANNOTATIONS.abandon}=`),
    allowed: false,
    says: /verb "abandon"/,
  },
  {
    why: 'names a host and a VM within the fence',
    user: 'tenant',
    args: create,
    input: fenced(VM, { hostNamespace: FLEET }),
    allowed: true,
  },
  {
    why: 'names any host of a namespace that the fence opens',
    user: 'tenant',
    args: create,
    input: fenced(VM, { hostNamespace: 'lab', host: 'any' }),
    allowed: true,
  },
  {
    why: 'names a host outside of the fence',
    user: 'tenant',
    args: create,
    input: fenced(VM, { hostNamespace: FLEET, host: 'esx-02' }),
    allowed: false,
    says: /names the host fleet\/esx-02, .* allows only fleet\/esx-01, lab\/\*/,
  },
  {
    why: 'names a host of its own namespace, which the fence leaves out',
    user: 'tenant',
    args: create,
    input: fenced(VM, {}),
    allowed: false,
    says: /names the host fenced\/esx-01/,
  },
  {
    why: 'names a VM outside of the fence',
    user: 'tenant',
    args: create,
    input: fenced('/dc1/vm/fenced-not/db-01', { hostNamespace: FLEET }),
    allowed: false,
    says: /must have an inventoryPath at or below .* allows: \/dc1\/vm\/fenced, \/dc2\/vm\/fenced\/shared/,
  },
  {
    why: 'names a VM by what the fence cannot judge',
    user: 'tenant',
    args: create,
    input: fenced(VM, { hostNamespace: FLEET, vm: { name: 'db-01' } }),
    allowed: false,
    says: /must have an inventoryPath/,
  },
];

/** With approvalRequired and hostUse too. */
export const STRICT_CASES: readonly UserCase[] = [
  {
    why: 'does not create a host without approval',
    user: 'editor',
    args: create,
    input: host('esx-01', { approval: 'Automatic' }),
    allowed: false,
    says: /must be Required here/,
  },
  { why: 'creates a host with approval', user: 'editor', args: create, input: host('esx-01'), allowed: true },
  {
    why: 'changes labels of a host that is older than the policy',
    objects: [host('esx-01', { approval: 'Automatic' })],
    user: 'editor',
    args: ['label', 'srh', 'esx-01', '-n', FLEET, 'rack=a'],
    allowed: true,
  },
  {
    why: 'names a host of another namespace without the verb',
    user: 'tenant',
    args: create,
    input: attachment('db-01', { hostNamespace: FLEET }),
    allowed: false,
    says: /names the host fleet\/esx-01, which takes the verb "use"/,
  },
  {
    why: 'names a host of another namespace with the verb on that host',
    user: 'guest',
    args: create,
    input: attachment('db-01', { hostNamespace: FLEET }),
    allowed: true,
  },
  {
    why: 'has the verb on one host, not on another',
    user: 'guest',
    args: create,
    input: attachment('db-01', { hostNamespace: FLEET, host: 'esx-02' }),
    allowed: false,
    says: /fleet\/esx-02/,
  },
  { why: 'names a host of its own namespace', user: 'tenant', args: create, input: attachment('db-01'), allowed: true },
];
