/** Every manifest in the documentation is taken by a real API server as it stands. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { withApiServer } from '../../support/apiserver/withApiServer.ts';
import { sourceFiles } from '../../unit/architecture/sourceFiles.ts';
import { manifestsOf } from '../../unit/docs/pages.ts';

const ROOT = join(import.meta.dirname, '../../..');
const cluster = withApiServer();

const readme = manifestsOf(readFileSync(join(ROOT, 'README.md'), 'utf8')).map((text, index) => ({
  path: `README.md, block ${index + 1}`,
  text,
}));

async function kubectl(args: readonly string[], input?: string): Promise<string> {
  const { code, stdout, stderr } = await cluster().kubectl(args, input);
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

beforeAll(async () => {
  await kubectl(['apply', '-f', join(ROOT, 'crds')]);
  await kubectl(['wait', '--for=condition=Established', '--timeout=30s', '-f', join(ROOT, 'crds')]);
  for (const namespace of ['sriov', 'tenant-a']) await kubectl(['create', 'namespace', namespace]);
});

describe('manifests', () => {
  it.each([...readme, ...sourceFiles(['docs/examples'], ['.yaml'])])('of $path are accepted, with no unknown field', async ({ text }) => {
    const objects = text.split(/^apiVersion:/m).length - 1;
    const out = await kubectl(['apply', '--dry-run=server', '--validate=strict', '-f', '-'], text);
    expect(objects).toBeGreaterThan(0);
    expect(out.trim().split('\n')).toHaveLength(objects);
  });
});
