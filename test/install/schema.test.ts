/** values.schema.json as Helm reads it: a misspelt key and a wrong type are refused everywhere, with the place. Helm lists all faults at once. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { CHART_VALUES } from '../../operator/api/crd/chart/chartValues.ts';
import type { ValueSchema } from '../../operator/api/crd/chart/valueSchema.ts';
import { CHART, type Helm, startHelm } from './support/helm.ts';

// Every test starts programs, on a machine that may be busy.
jest.setTimeout(120_000);

const BUILD_MS = 20 * 60_000;
/** Helm hands it to every sub-chart and puts things of its own into it. */
const OPEN: readonly string[] = ['global'];
let helm: Helm;

beforeAll(async () => {
  helm = await startHelm();
}, BUILD_MS);
afterAll(async () => await helm.dispose());

interface Place {
  readonly path: readonly string[];
  readonly schema: ValueSchema;
}

function places(schema: ValueSchema, path: readonly string[] = []): readonly Place[] {
  const below = Object.entries(schema.properties ?? {}).filter(([name]) => !OPEN.includes(name));
  return [{ path, schema }, ...below.flatMap(([name, value]) => places(value, [...path, name]))];
}

const ALL = places(CHART_VALUES);
/** With keys that are all known. */
const SECTIONS = ALL.filter(({ schema }) => schema.properties !== undefined);
const LEAVES = ALL.filter(({ schema }) => schema.properties === undefined);

/** Values with this at each place; later ones go inside of earlier ones. */
function valuesWith(given: readonly { readonly path: readonly string[]; readonly value: unknown }[]): object {
  const root: Record<string, unknown> = {};
  for (const { path, value } of given) {
    let at = root;
    for (const name of path.slice(0, -1)) {
      at[name] ??= {};
      at = at[name] as Record<string, unknown>;
    }
    at[path.at(-1) ?? ''] = value;
  }
  return root;
}

async function complaints(values: object): Promise<string> {
  const { code, stderr } = await helm.run(['template', 'sriov', CHART], values);
  expect(code).not.toBe(0);
  return stderr;
}

describe('the values schema', () => {
  it('refuses a misspelt key at every level', async () => {
    const stderr = await complaints(valuesWith(SECTIONS.map(({ path }) => ({ path: [...path, 'mispelt'], value: 1 }))));
    const missed = SECTIONS.filter(
      ({ path }) => !stderr.includes(`at '${path.map((name) => `/${name}`).join('')}': additional properties 'mispelt' not allowed`),
    );
    expect(missed.map(({ path }) => path.join('.'))).toEqual([]);
    expect(SECTIONS.length).toBeGreaterThan(30);
  });

  it('refuses a wrong type of every value', async () => {
    const wrong = (schema: ValueSchema): unknown => (JSON.stringify(schema.type).includes('string') ? 7 : 'one');
    const stderr = await complaints(valuesWith(LEAVES.map(({ path, schema }) => ({ path, value: wrong(schema) }))));
    const missed = LEAVES.filter(({ path }) => !new RegExp(`at '/${path.join('/')}': (got|value must be)`).test(stderr));
    expect(missed.map(({ path }) => path.join('.'))).toEqual([]);
    expect(LEAVES.length).toBeGreaterThan(80);
  });

  it('refuses a word that is none of those allowed, wherever there are such', async () => {
    const choices = LEAVES.filter(({ schema }) => schema['enum'] !== undefined);
    const stderr = await complaints(valuesWith(choices.map(({ path }) => ({ path, value: 'Sometimes' }))));
    const missed = choices.filter(({ path }) => !stderr.includes(`at '/${path.join('/')}': value must be one of`));
    expect(missed.map(({ path }) => path.join('.'))).toEqual([]);
    expect(choices.length).toBeGreaterThan(10);
  });

  it('refuses a number beyond its limits, wherever there are such', async () => {
    const numbers = LEAVES.filter(({ schema }) => schema['minimum'] !== undefined);
    const stderr = await complaints(valuesWith(numbers.map(({ path }) => ({ path, value: -1 }))));
    const missed = numbers.filter(({ path }) => !stderr.includes(`at '/${path.join('/')}': minimum:`));
    expect(missed.map(({ path }) => path.join('.'))).toEqual([]);
  });
});
