/** Every manifest in the documentation is taken by a real API server as it stands; a fragment, as part of an object that has a place for it. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { parseAllDocuments, stringify } from 'yaml';
import { ensureHelm } from '../install/support/goTool.ts';
import { withApiServer } from '../support/apiserver/withApiServer.ts';
import { ROOT, sourceFiles } from '../unit/architecture/sourceFiles.ts';
import { type Fence, fences } from './support/fences.ts';
import { completions } from './support/fragments.ts';

const HELM_TIMEOUT_MS = 20 * 60_000;
const cluster = withApiServer();
const blocks = fences('yaml');

const isWhole = ({ text }: Fence): boolean => /^apiVersion:/m.test(text);
const isHelm = ({ directive }: Fence): boolean => directive === 'yaml: helm values';
const isOther = ({ directive }: Fence): boolean => directive.startsWith('yaml: of ');

async function apply(text: string): Promise<string> {
  const { code, stdout, stderr } = await cluster().kubectl(['apply', '--dry-run=server', '--validate=strict', '-f', '-'], text);
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

beforeAll(async () => {
  const { kubectl } = cluster();
  for (const args of [
    ['apply', '-f', join(ROOT, 'crds')],
    ['wait', '--for=condition=Established', '--timeout=30s', '-f', join(ROOT, 'crds')],
    ...['sriov', 'sriov-system', 'tenant-a', 'lab', 'demo'].map((name) => ['create', 'namespace', name]),
  ]) {
    const { code, stderr } = await kubectl(args);
    if (code !== 0) throw new Error(stderr);
  }
});

describe('manifests', () => {
  const files = sourceFiles(['docs/examples'], ['.yaml']).filter(({ path }) => !/(kustomization|-values)\.yaml$/.test(path));
  const inPages = blocks.filter(isWhole).filter((block) => !isOther(block));
  const cases = [...files, ...inPages.map(({ page, line, text }) => ({ path: `${page}, line ${line}`, text }))];
  it.each(cases)('of $path are accepted, with no unknown field', async ({ text }) => {
    const objects = parseAllDocuments(text).filter((document) => document.toJS() !== null).length;
    const taken = (await apply(text)).trim().split('\n');
    expect(objects).toBeGreaterThan(0);
    expect(taken).toHaveLength(objects);
  });
});

describe('fragments', () => {
  const fragments = blocks.filter((block) => !isWhole(block) && !isHelm(block) && !isOther(block));
  it.each(fragments)('of $page, line $line: a place in an object takes it', async ({ text }) => {
    const candidates = completions(parseAllDocuments(text)[0]?.toJS() as Record<string, unknown>);
    const refusals: string[] = [];
    for (const candidate of candidates) {
      const refusal = await apply(stringify(candidate)).then(
        () => undefined,
        (error: unknown) => String(error),
      );
      if (refusal === undefined) return;
      refusals.push(refusal);
    }
    throw new Error(refusals.length === 0 ? `no kind has a place for\n${text}` : refusals.join('\n'));
  });
});

describe('values of the chart', () => {
  for (const { page, line, text } of blocks.filter(isHelm)) {
    it(
      `of ${page}, line ${line}: the chart takes them`,
      async () => expect(await template(text)).toContain('kind: Deployment'),
      HELM_TIMEOUT_MS,
    );
  }
  it(
    'would be refused with a misspelt key',
    async () => await expect(template('replicaCuont: 2\n')).rejects.toThrow('replicaCuont'),
    HELM_TIMEOUT_MS,
  );
});

async function template(values: string): Promise<string> {
  const helm = await ensureHelm();
  const folder = await mkdtemp(join(tmpdir(), 'sriov-docs-'));
  try {
    const file = join(folder, 'values.yaml');
    await writeFile(file, values);
    const options = { cwd: ROOT, maxBuffer: 64 * 1024 * 1024 };
    return (await promisify(execFile)(helm, ['template', 'sriov', 'charts/esxi-sriov-operator', '-f', file], options)).stdout;
  } finally {
    await rm(folder, { recursive: true });
  }
}
