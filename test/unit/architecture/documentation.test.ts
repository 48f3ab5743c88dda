/** What the documentation lists is what the code has. Lists of pages that are not written yet are not checked. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ANNOTATIONS, ATTACHMENT_FINALIZER, GROUP, HOST_FINALIZER, NAMESPACE_ANNOTATIONS } from '../../../operator/api/group.ts';
import { CONDITION_TYPES } from '../../../operator/api/reasons/conditionTypes.ts';
import { REASONS } from '../../../operator/api/reasons.ts';
import { documentedNames, metricNames, missingAndExtra, sriovKeys, unusedReasons } from './documentation.ts';
import { ROOT, sourceFiles } from './sourceFiles.ts';

const pages = sourceFiles(['docs'], ['.md']);
const read = (path: string): string => (existsSync(join(ROOT, path)) ? readFileSync(join(ROOT, path), 'utf8') : '');

describe('docs/reasons.md', () => {
  it('has every condition type and every reason, and no other', () => {
    const reasons = REASONS.flatMap((entry) => entry.kinds.map((kind) => `${kind}: ${entry.reason}`));
    expect(missingAndExtra(documentedNames(read('docs/reasons.md'), /^#### (\w+: \w+)$/gm), reasons)).toEqual({ missing: [], extra: [] });
    const types = new Set(CONDITION_TYPES.map((entry) => entry.type));
    const listed = documentedNames(read('docs/reasons.md'), /^\| ([A-Z]\w+) \| (?:True|False) \|/gm);
    expect(missingAndExtra(listed, [...types])).toEqual({ missing: [], extra: [] });
  });
});

describe('annotations and finalizers', () => {
  it('are spelled in the documentation as in the code', () => {
    const known = new Set<string>([
      ...Object.values(ANNOTATIONS),
      ...Object.values(NAMESPACE_ANNOTATIONS),
      ATTACHMENT_FINALIZER,
      HOST_FINALIZER,
      `${GROUP}/v1alpha1`,
    ]);
    const unknown = pages.flatMap((page) =>
      sriovKeys(page.text)
        .filter((key) => !known.has(key))
        .map((key) => `${page.path}: ${key}`),
    );
    expect(unknown).toEqual([]);
  });
});

describe('docs/metrics.md', () => {
  it('has every metric, and no other', async () => {
    if (read('docs/metrics.md') === '') return;
    const defined = await metricNames(sourceFiles(['operator'], ['.ts']));
    expect(missingAndExtra(documentedNames(read('docs/metrics.md'), /^\|\s*`([a-z][a-z0-9_]+)`/gm), defined)).toEqual({
      missing: [],
      extra: [],
    });
  });
});

describe('docs/dependencies.md', () => {
  it('argues for every dependency, and for no other', () => {
    if (read('docs/dependencies.md') === '') return;
    const manifest = JSON.parse(read('package.json')) as Record<'dependencies' | 'devDependencies', Record<string, string>>;
    const names = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.devDependencies)];
    const listed = documentedNames(read('docs/dependencies.md'), /^\|\s*`([@a-z][\w@./-]*)`/gm);
    expect(missingAndExtra(listed, names).missing).toEqual([]);
  });
});

describe('reasons', () => {
  it('can all be said: the operator uses each of them', () => {
    const controllers = ['sriovHost', 'sriovVmAttachment'].map((kind) => `operator/controllers/${kind}/controller.ts`);
    if (!controllers.every((path) => existsSync(join(ROOT, path)))) return;
    expect(unusedReasons(REASONS, sourceFiles(['operator'], ['.ts']))).toEqual([]);
  });
});

describe('the checks themselves', () => {
  it('see what is missing and what is too much', () => {
    expect(missingAndExtra(['a', 'c'], ['a', 'b'])).toEqual({ missing: ['b'], extra: ['c'] });
  });
  it('find names in a page', () => {
    expect(documentedNames('| `sriov_x` | counter |\n| `sriov_y` | gauge |\n', /^\|\s*`([a-z][a-z0-9_]+)`/gm)).toEqual([
      'sriov_x',
      'sriov_y',
    ]);
  });
  it('find the metrics in the code', async () => {
    expect(await metricNames(sourceFiles(['operator/engine'], ['.ts']))).toContain('controller_runtime_reconcile_total');
  });
  it('find a misspelled annotation', () => {
    expect(sriovKeys('annotate with sriov.esxi.io/aprove=abc and https://sriov.esxi.io/')).toEqual(['sriov.esxi.io/aprove']);
  });
  it('find a reason that nothing says', () => {
    const entry = { reason: 'Never', kinds: ['SriovHost'], condition: 'Ready', event: 'None', summary: '', remedy: '' } as const;
    expect(unusedReasons([entry], [{ path: 'operator/api/reasons/x.ts', text: "reason: 'Never'" }])).toEqual(['SriovHost: Never']);
    expect(unusedReasons([entry], [{ path: 'operator/controllers/sriovHost/plan.ts', text: "block('Never')" }])).toEqual([]);
  });
});
