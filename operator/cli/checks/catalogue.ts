/** Every check there is, by the name that outputs and docs/checks.md know it by. */

export const CHECKS = {
  'api-server': 'cluster',
  'kubernetes-version': 'cluster',
  'kinds-served': 'cluster',
  'crds-current': 'cluster',
  'not-installed': 'cluster',
  'read-rights': 'permissions',
  'write-rights': 'permissions',
  'policy-verbs': 'permissions',
  'install-rights': 'permissions',
  lease: 'operator',
  deployment: 'operator',
  'other-operator': 'operator',
  observed: 'objects',
  stalled: 'objects',
} as const satisfies Readonly<Record<string, string>>;

export type CheckName = keyof typeof CHECKS;
export type Area = (typeof CHECKS)[CheckName];

/** Where the documentation says what a check asks and what to do when it fails. */
export function linkOf(check: CheckName): string {
  return `docs/checks.md#${check}`;
}
