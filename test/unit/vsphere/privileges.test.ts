/** The documented vSphere role is what the code calls: no privilege is missing in it, and none is too many. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { METHODS } from '../../../operator/vsphere/order.ts';
import { PRIVILEGES } from './privileges.ts';

const DOCS = join(import.meta.dirname, '../../../docs');
const ID = /\b(?:System|Network|VirtualMachine|Host|Resource|Datastore)(?:\.[A-Z][A-Za-z]+)+\b/g;

const needed = [...new Set(Object.values(PRIVILEGES).flat())].sort();

function idsOf(text: string): readonly string[] {
  return [...new Set([...text.matchAll(ID)].map(([id]) => id))].sort();
}

describe('the vSphere role', () => {
  it('is known for every method that is called', () => {
    expect(Object.keys(PRIVILEGES).sort()).toEqual(Object.keys(METHODS).sort());
  });

  it('has in docs/security.md what these methods take', () => {
    const page = readFileSync(join(DOCS, 'security.md'), 'utf8');
    const [, table = ''] = /\n\| Privilege \| What for \|\n([\s\S]*?)\n\n/.exec(page) ?? [];
    const ids = idsOf(
      table
        .split('\n')
        .map((row) => row.split('|')[1])
        .join('\n'),
    );
    expect(ids).toEqual(needed);
  });

  it('has in docs/examples/vsphere-role.txt the same, but for what every role has', () => {
    const lines = readFileSync(join(DOCS, 'examples/vsphere-role.txt'), 'utf8').split('\n');
    const ids = lines.filter((line) => line !== '' && !line.startsWith('#'));
    expect([...ids].sort()).toEqual(needed.filter((id) => !id.startsWith('System.')));
  });
});
