/** From the description of values to values.yaml, schema and README. */
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { choice, defaultOf, flag, list, section, text } from '../../../operator/api/crd/chart/valueSchema.ts';
import { valuesSchemaJson, valuesTable, valuesYaml } from '../../../operator/api/crd/chart/valuesFiles.ts';

const VALUES = section('', {
  name: text('What it is called.', 'x'),
  part: section('A part.', { mode: choice('How.', ['Fast', 'Slow']), on: flag('', true) }),
  names: list('Several.', { type: 'string' }),
});

describe('values.yaml', () => {
  it('has every default, and reads as what the schema says', () => {
    expect(parse(valuesYaml(VALUES, 'head'))).toEqual(defaultOf(VALUES));
    expect(defaultOf(VALUES)).toEqual({ name: 'x', part: { mode: 'Fast', on: true }, names: [] });
  });
  it('has each description above its value, with the words that are allowed', () => {
    expect(valuesYaml(VALUES, 'head')).toContain('# A part.\npart:\n  # How. One of Fast, Slow.\n  mode: Fast\n  "on": true\n');
  });
  it('breaks long descriptions between words', () => {
    const long = valuesYaml(section('', { name: text(`${'word '.repeat(60)}end.`, '') }), 'head');
    expect(Math.max(...long.split('\n').map((line) => line.length))).toBeLessThanOrEqual(118);
  });
});

describe('values.schema.json', () => {
  const schema = JSON.parse(valuesSchemaJson(VALUES, 'title')) as Record<string, never>;
  it('refuses unknown keys at every level', () => {
    expect(schema).toMatchObject({ additionalProperties: false, properties: { part: { additionalProperties: false } } });
  });
  it('has no empty descriptions', () => {
    expect(JSON.stringify(schema)).not.toContain('"description":""');
  });
});

it('the table of the README has a row for each value and for each part', () => {
  const rows = valuesTable(VALUES).split('\n').slice(2);
  expect(rows.map((row) => /`([^`]+)`/.exec(row)?.[1])).toEqual(['name', 'part', 'part.mode', 'part.on', 'names']);
});
