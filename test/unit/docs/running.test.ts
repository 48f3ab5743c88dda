/** docs/running.md has every flag with its default, and no other. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { FLAGS } from '../../../operator/config.ts';
import { ROOT } from '../architecture/sourceFiles.ts';

it('docs/running.md lists the flags of the operator', () => {
  const page = readFileSync(join(ROOT, 'docs/running.md'), 'utf8');
  const listed = [...page.matchAll(/^\| `--([a-z-]+)` \| (?:`([^`]*)`)? ?\|/gm)].map(([, name, preset = '']) => [name, preset]);
  expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(Object.entries(FLAGS).map(([name, flag]) => [name, flag.default])));
});
