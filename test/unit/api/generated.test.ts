/** The generated files are those in the repository, and the CRDs keep the API conventions. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { crdOf } from '../../../operator/api/crd/crd.ts';
import { EXAMPLES } from '../../../operator/api/crd/examples.ts';
import { generatedFiles } from '../../../operator/api/crd/generated.ts';
import { KINDS } from '../../../operator/api/crd/kinds.ts';
import { type SchemaNode, schemaNodes } from './schemaNodes.ts';

const ROOT = join(import.meta.dirname, '../../..');

describe('npm run generate', () => {
  it.each([...generatedFiles()])('%s is up to date', (path, text) => {
    const file = join(ROOT, path);
    expect(existsSync(file) ? readFileSync(file, 'utf8') : 'missing').toBe(text);
  });

  it('gives the same text every time', () => {
    expect([...generatedFiles()]).toEqual([...generatedFiles()]);
  });
});

describe.each(KINDS.map((kind) => ({ kind: kind.kind, definition: kind })))('the CRD of $kind', ({ kind, definition }) => {
  const crd = crdOf(definition);
  const [version] = crd.spec.versions;
  const nodes = schemaNodes(version.schema.openAPIV3Schema);
  const below = (part: string): readonly SchemaNode[] => nodes.filter((node) => node.path.startsWith(part));
  const offenders = (wrong: (node: SchemaNode) => boolean, part = ''): readonly string[] =>
    below(part)
      .filter(wrong)
      .map((node) => node.path);

  it('has a description for every field', () => {
    expect(offenders((node) => node.isField && node.path !== 'metadata' && !/\S.*[.)]$/s.test(String(node.schema['description'])))).toEqual(
      [],
    );
  });

  it('has no floating point numbers and a width for every integer', () => {
    const wrong = (node: SchemaNode): boolean =>
      node.schema['type'] === 'number' ||
      (node.schema['type'] === 'integer' && !['int32', 'int64'].includes(String(node.schema['format'])));
    expect(offenders(wrong)).toEqual([]);
  });

  it('says of every list how it is merged', () => {
    expect(offenders((node) => node.schema['type'] === 'array' && node.schema['x-kubernetes-list-type'] === undefined)).toEqual([]);
  });

  it('bounds everything that users may write, so that rules stay cheap and objects small', () => {
    const bound = { string: 'maxLength', array: 'maxItems' } as const;
    const wrong = ({ schema }: SchemaNode): boolean => {
      const key = bound[schema['type'] as keyof typeof bound];
      return key !== undefined && schema['enum'] === undefined && schema[key] === undefined;
    };
    expect(offenders(wrong, 'spec.')).toEqual([]);
  });

  it('anchors every rule on a form, so that nothing passes by a part that fits', () => {
    const rules = nodes.flatMap((node) => (node.schema['x-kubernetes-validations'] as { rule: string }[] | undefined) ?? []);
    const forms = rules
      .flatMap(({ rule }) => /^self\.matches\((".*")\)$/.exec(rule)?.[1] ?? [])
      .map((literal) => JSON.parse(literal) as string);
    expect(forms.length).toBeGreaterThan(3);
    expect(forms.filter((form) => !form.startsWith('^') || !form.endsWith('$'))).toEqual([]);
  });

  it('says in the message of every rule what to do', () => {
    const rules = nodes.flatMap((node) => (node.schema['x-kubernetes-validations'] as { message?: string }[] | undefined) ?? []);
    expect(rules.filter((rule) => !/^(must|set|names|values|hostRef|vm|is checked|SRIOV_EN)/.test(rule.message ?? ''))).toEqual([]);
  });

  it('has conditions by the API conventions, no phase, and observedGeneration', () => {
    const conditions = nodes.find((node) => node.path === 'status.conditions');
    expect(conditions?.schema).toMatchObject({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] });
    const item = nodes.find((node) => node.path === 'status.conditions[]');
    expect(new Set(item?.schema['required'] as string[])).toEqual(new Set(['type', 'status', 'lastTransitionTime', 'reason', 'message']));
    expect(nodes.map((node) => node.path)).toContain('status.observedGeneration');
    expect(nodes.map((node) => node.path)).not.toContain('status.phase');
  });

  it('has printer columns that some field can fill', () => {
    const paths = new Set(['metadata.creationTimestamp', ...nodes.map((node) => node.path)]);
    const missing = version.additionalPrinterColumns.filter((column) => !paths.has(column.jsonPath.slice(1).replace(/\[\?.*\]/, '[]')));
    expect(missing).toEqual([]);
  });

  it('has an example that its schema takes', () => {
    expect(definition.spec.safeParse(EXAMPLES[kind]?.['spec']).error).toBeUndefined();
  });
});
