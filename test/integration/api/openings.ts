/** spec.attachments of a SriovHost: who is let in. */
import type { Edits } from './objects.ts';
import type { RefusedCase } from './refusedCase.ts';

type Value = NonNullable<Edits[string]>;
const opening = (attachments: Value): Edits => ({ attachments });
const requirement = (matchExpression: Value): Edits =>
  opening({ from: 'Selector', namespaceSelector: { matchExpressions: [matchExpression] } });
const path = (vmPath: string): Edits => opening({ vmPaths: [vmPath] });

export const acceptedOpenings: readonly { readonly why: string; readonly edits: Edits }[] = [
  { why: 'namespaces by label', edits: opening({ from: 'Selector', namespaceSelector: { matchLabels: { team: 'blue' } } }) },
  { why: 'every namespace that has a label', edits: requirement({ key: 'team', operator: 'Exists' }) },
  { why: 'whole physical functions for whoever is let in', edits: opening({ from: 'All', physicalFunctions: 'AsFrom' }) },
  {
    why: 'VMs of a folder, of one name, and of a name in any folder',
    edits: opening({ vmPaths: ['/dc1/vm/a/**', '/dc1/vm/db 01', '/dc1/**/db-*'] }),
  },
];

export const refusedOpenings: readonly RefusedCase[] = [
  {
    why: 'Selector without a selector',
    edits: opening({ from: 'Selector' }),
    says: ['spec.attachments', 'set namespaceSelector with from: Selector'],
  },
  {
    why: 'a selector that nobody asks',
    edits: opening({ from: 'All', namespaceSelector: {} }),
    says: ['spec.attachments', 'and only then'],
  },
  {
    why: 'whole physical functions for others than from says',
    edits: opening({ from: 'Same', physicalFunctions: 'All' }),
    says: ['spec.attachments.physicalFunctions: Unsupported value: "All"', '"Same", "AsFrom"'],
  },
  { why: 'In without values', edits: requirement({ key: 'team', operator: 'In' }), says: ['set values with In and NotIn'] },
  {
    why: 'Exists with values',
    edits: requirement({ key: 'team', operator: 'Exists', values: ['blue'] }),
    says: ['leave them out with Exists'],
  },
  {
    why: 'a path without its datacenter',
    edits: path('vm/a/**'),
    says: ['spec.attachments.vmPaths[0]: Invalid value: "vm/a/**"', 'begin with /'],
  },
  {
    why: 'a path that ends in a slash',
    edits: path('/dc1/vm/a/'),
    says: ['spec.attachments.vmPaths[0]', 'for example /dc1/vm/tenant-a/**'],
  },
  { why: 'two stars within a name', edits: path('/dc1/vm/a**'), says: ['must have ** as a whole part between slashes'] },
  { why: 'three stars', edits: path('/dc1/vm/***'), says: ['must have ** as a whole part between slashes'] },
];
