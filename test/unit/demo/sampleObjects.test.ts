/** The demo's objects as files. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { DEMO_HOSTS } from '../../demo/fleetTable.ts';
import { fillIn, withoutSecrets } from '../../demo/sampleObjects.ts';

const folder = join(import.meta.dirname, '../../demo/objects');

const placeholder = (name: string): string => ['$', '{', name, '}'].join('');

describe('fillIn', () => {
  it('escapes a value for the quotes around it', () => {
    const [document] = parseAllDocuments(fillIn(`password: "${placeholder('PASSWORD')}"`, { PASSWORD: 'a"b\\c: #$&' }));
    expect(document?.toJS()).toEqual({ password: 'a"b\\c: #$&' });
  });

  it('knows digits in names', () => {
    expect(fillIn(`a: ${placeholder('SHA256')}`, { SHA256: 'abc' })).toBe('a: abc');
  });

  it.each([
    { why: 'it is unknown', values: { OTHER: 'x' } },
    { why: 'it is empty', values: { NAME: '' } },
  ])('names the placeholder that has no value: $why', ({ values }) => {
    expect(() => fillIn(`a: "${placeholder('NAME')}"`, values)).toThrow(/placeholder NAME has no value/);
  });
});

describe('withoutSecrets', () => {
  it('leaves out Secrets and nothing else', () => {
    const yaml = '# about\nkind: Secret\nstringData:\n  password: "p"\n---\nkind: SriovHost\n---\nkind: SriovVmAttachment\n';
    expect(withoutSecrets(yaml)).toBe('kind: SriovHost\n---\nkind: SriovVmAttachment');
  });
});

describe('the files in objects', () => {
  it('are those of the table, and the namespace', () => {
    expect([...DEMO_HOSTS.flatMap(({ objects }) => objects), 'namespace.yaml'].sort()).toEqual(readdirSync(folder).sort());
  });

  it.each(DEMO_HOSTS.flatMap(({ objects }) => objects))('%s has one object of ours, named as the file', (file) => {
    const documents = parseAllDocuments(readFileSync(join(folder, file), 'utf8')).map(
      (document) => document.toJS() as { kind: string; metadata: { name: string } },
    );
    const ours = documents.filter(({ kind }) => kind.startsWith('Sriov'));
    expect(ours.map(({ metadata }) => `${metadata.name}.yaml`)).toEqual([file]);
  });
});
