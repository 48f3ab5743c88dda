/** The roles of docs/kubectl-plugin.md, read from the page: what is documented is what is tried. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

interface Role {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly rules: readonly {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
  }[];
}

const PAGE = readFileSync(join(import.meta.dirname, '../../../docs/kubectl-plugin.md'), 'utf8');

/** Throws when the page has no such role. */
export function documentedRole(name: string): Role['rules'] {
  const blocks = [...PAGE.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => parse(text ?? '') as Role);
  const role = blocks.find(({ kind, metadata }) => kind === 'ClusterRole' && metadata.name === name);
  if (role === undefined) throw new Error(`docs/kubectl-plugin.md has no ClusterRole ${name}`);
  return role.rules;
}

export const READER = documentedRole('sriov-reader');
export const SUPPORTER = documentedRole('sriov-supporter');
/** "add the verb patch" */
export const ACTOR = READER.map((rule) => ({ ...rule, verbs: [...rule.verbs, 'patch'] }));
