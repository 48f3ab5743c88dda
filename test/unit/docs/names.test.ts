/** Reasons, conditions, steps and values that a guide names exist: a page does not outlive a renamed reason. */
import { describe, expect, it } from '@jest/globals';
import { sourceFiles } from '../architecture/sourceFiles.ts';
import { pages } from './pages.ts';

/** Where the product's own names come from; vendors' names that pages quote are in the code or in its simulator, too. */
const words = new Set(
  sourceFiles(['operator', 'crds', 'test/simulator', 'test/corpus'], ['.ts', '.yaml', '.txt', '.xml']).flatMap(
    ({ text }) => text.match(/\b[A-Z]\w+/g) ?? [],
  ),
);

/** Kinds of Kubernetes and of its neighbours, and names from vendors' user interfaces. */
const OTHERS = new Set([
  'NetworkPolicy',
  'ServiceMonitor',
  'PrometheusRule',
  'ConfigMap',
  'RuntimeDefault',
  'PodDisruptionBudget',
  'ResourceQuota',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
]);

function namesIn(text: string): readonly string[] {
  return [...text.matchAll(/`([A-Z][a-z]+(?:[A-Z][a-z]*)+)`/g)].flatMap(([, name]) => name ?? []);
}

describe('names in backticks', () => {
  const guides = pages().filter(({ path }) => path !== 'CHANGELOG.md' && !path.startsWith('docs/adr/'));
  it.each(guides)('of $path are known', ({ text }) => {
    expect(namesIn(text).filter((name) => !words.has(name) && !OTHERS.has(name))).toEqual([]);
  });
  it('are found', () => expect(namesIn('`FewerVfsThanRequested`, `vfs`, `Ready`, `VIB`')).toEqual(['FewerVfsThanRequested']));
});
