/** `node test/scenarios/pages/write.ts`: writes the parts of documentation pages that are made of the scenarios. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scenarioParts, withPart } from './pages.ts';

for (const { page, ...part } of scenarioParts()) {
  const file = join(import.meta.dirname, '../../..', page);
  writeFileSync(file, withPart(readFileSync(file, 'utf8'), part));
}
