/** The roles of docs/kubectl-plugin.md, as data. */

export const READER = [
  { apiGroups: ['sriov.esxi.io'], resources: ['sriovhosts', 'sriovvmattachments'], verbs: ['get', 'list', 'watch'] },
] as const;

export const ACTOR = [
  { apiGroups: ['sriov.esxi.io'], resources: ['sriovhosts', 'sriovvmattachments'], verbs: ['get', 'list', 'watch', 'patch'] },
] as const;
