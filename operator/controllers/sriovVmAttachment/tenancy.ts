/** Whom a SriovHost lets in: namespaces by name or label, VMs by inventory path. Pure. */
import type { SriovHost, SriovHostSpec } from '../../api/types.ts';

type Selector = NonNullable<SriovHostSpec['attachments']['namespaceSelector']>;
type Labels = Readonly<Record<string, string>>;

/** True where only the labels of the namespace can tell. */
export function needsLabels({ metadata, spec }: SriovHost, namespace: string): boolean {
  return spec.attachments.from === 'Selector' && namespace !== metadata.namespace;
}

/** The namespace of the host itself is always let in: who may write there may change the host as well. */
export function admitsNamespace({ metadata, spec }: SriovHost, namespace: string, labels: Labels | undefined): boolean {
  if (namespace === metadata.namespace) return true;
  const { from, namespaceSelector } = spec.attachments;
  if (from !== 'Selector') return from === 'All';
  return namespaceSelector !== undefined && labels !== undefined && selects(namespaceSelector, labels);
}

/** As Kubernetes defines label selectors: every requirement holds; NotIn also fits where the label is missing. */
function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  const equal = Object.entries(matchLabels).every(([key, value]) => labelOf(labels, key) === value);
  return equal && matchExpressions.every((requirement) => holds(requirement, labels));
}

function holds({ key, operator, values = [] }: NonNullable<Selector['matchExpressions']>[number], labels: Labels): boolean {
  const value = labelOf(labels, key);
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return operator satisfies never;
  }
}

function labelOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

/** True where the host restricts which VMs may be changed. */
export function restrictsVms({ spec }: SriovHost): boolean {
  return (spec.attachments.vmPaths ?? []).length > 0;
}

/** An empty path, which is one that cannot be seen up to the root folder, fits no pattern. */
export function admitsVm({ spec }: SriovHost, inventoryPath: string): boolean {
  const { vmPaths = [] } = spec.attachments;
  const path = inventoryPath.split('/').slice(1);
  return vmPaths.length === 0 || (path.length > 0 && vmPaths.some((pattern) => fits(pattern.split('/').slice(1), path)));
}

/** `**` is any number of folders, at the end at least one name; `*` any part of one name; letters count as they are written. */
function fits(pattern: readonly string[], path: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return path.length === 0;
  if (first === '**') {
    const least = rest.length === 0 ? 1 : 0;
    return rest.length === 0 ? path.length >= least : path.some((_, index) => fits(rest, path.slice(index)));
  }
  const [name, ...below] = path;
  return name !== undefined && fitsName(first, name) && fits(rest, below);
}

function fitsName(pattern: string, name: string): boolean {
  const [start = '', ...parts] = pattern.split('*');
  if (parts.length === 0) return name === pattern;
  if (!name.startsWith(start)) return false;
  const end = parts.pop() ?? '';
  let from = start.length;
  for (const part of parts) {
    const at = name.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return name.length - end.length >= from && name.endsWith(end);
}
