/** The files of the chart and of the image agree with the code, without Helm and without a cluster (those are in test/install). */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { ADMISSION_POLICIES } from '../../../operator/api/crd/chart/admissionPolicies.ts';
import { CHART_CHANGES } from '../../../operator/api/crd/chart/chartChanges.ts';
import { chartFiles } from '../../../operator/api/crd/chart/chartFiles.ts';
import { VERSION_OF_PRODUCT } from '../../../operator/api/crd/chart/chartMetadata.ts';
import { CHART_VALUES } from '../../../operator/api/crd/chart/chartValues.ts';
import type { ValueSchema } from '../../../operator/api/crd/chart/valueSchema.ts';
import { crdOf } from '../../../operator/api/crd/crd.ts';
import { generatedFiles } from '../../../operator/api/crd/generated.ts';
import { KINDS } from '../../../operator/api/crd/kinds.ts';
import { ANNOTATIONS } from '../../../operator/api/group.ts';
import { NAMESPACE_SELECTOR_RULES, OWN_NAMESPACE_RULES, USER_ROLES, WATCHED_NAMESPACE_RULES } from '../../../operator/api/rbac.ts';
import { FLAGS } from '../../../operator/config.ts';
import { SRIOV_METRICS } from '../../../operator/controllers/metricDefinitions.ts';
import { METRICS } from '../../../operator/engine/metricDefinitions.ts';
import { ROOT } from '../architecture/sourceFiles.ts';
import { anchorsOf } from '../docs/pages.ts';

const CHART = 'charts/esxi-sriov-operator';
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const templates = readdirSync(join(ROOT, CHART, 'templates'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
  .join('\n');

interface Alert {
  readonly name: string;
  readonly expr: string;
  readonly summary: string;
  readonly description: string;
}
const alerts = Object.entries(parse(read(`${CHART}/files/alerts.yaml`)) as Record<string, Alert>);

/** Paths of all values, and of those that have no further values below. */
function pathsOf(
  schema: ValueSchema,
  path = '',
): readonly { readonly path: string; readonly leaf: boolean; readonly schema: ValueSchema }[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, value]) => {
    const key = path === '' ? name : `${path}.${name}`;
    const below = value.default === undefined ? pathsOf(value, key) : [];
    return [{ path: key, leaf: below.length === 0, schema: value }, ...below];
  });
}
const values = pathsOf(CHART_VALUES);

describe('the rights in the chart', () => {
  it('are those of operator/api/rbac.ts', () => {
    expect(parse(read(`${CHART}/files/rbac.yaml`))).toEqual({
      watchedNamespaces: WATCHED_NAMESPACE_RULES,
      ownNamespace: OWN_NAMESPACE_RULES,
      namespaceSelectors: NAMESPACE_SELECTOR_RULES,
      users: USER_ROLES,
    });
  });

  it('have no wildcard, and nobody but the operator reads Secrets', () => {
    const people = Object.values(USER_ROLES).flat();
    const all = [...WATCHED_NAMESPACE_RULES, ...OWN_NAMESPACE_RULES, ...NAMESPACE_SELECTOR_RULES, ...people];
    expect(
      all.flatMap(({ apiGroups, resources, verbs }) => [...apiGroups, ...resources, ...verbs]).filter((word) => word.includes('*')),
    ).toEqual([]);
    expect(people.flatMap(({ resources }) => resources).filter((resource) => !resource.startsWith('sriov'))).toEqual([]);
  });

  it('of people use verbs that a policy asks for', () => {
    const asked = new Set(JSON.stringify(ADMISSION_POLICIES).match(/(?<=check\(')\w+/g));
    const usual = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];
    const special = Object.values(USER_ROLES).flatMap((rules) =>
      rules.flatMap(({ verbs }) => verbs.filter((verb) => !usual.includes(verb))),
    );
    expect([...new Set(special)].sort()).toEqual([...asked].filter((verb) => verb !== 'update').sort());
  });
});

describe('the admission policies', () => {
  it('are those of values.yaml', () => {
    const switches = values.flatMap(({ path }) => /^admissionPolicies\.policies\.(\w+)$/.exec(path)?.[1] ?? []);
    expect(switches.sort()).toEqual(Object.keys(ADMISSION_POLICIES).sort());
  });

  it('and the roles of people are described in docs/install.md, with the defaults of values.yaml', () => {
    const page = read('docs/install.md');
    const preset = (key: string) => values.find(({ path }) => path === `admissionPolicies.policies.${key}`)?.schema.default;
    const rows = new Map([...page.matchAll(/^\| `(\w+)` \| (on|off) \|/gm)].map(([, key = '', state]) => [key, state]));
    expect(Object.fromEntries(rows)).toEqual(
      Object.fromEntries(Object.keys(ADMISSION_POLICIES).map((key) => [key, preset(key) === true ? 'on' : 'off'])),
    );
    const roles = [...page.matchAll(/^\| `[^`]*-(\w+)` \|/gm)].map(([, role]) => role);
    expect(roles).toEqual(Object.keys(USER_ROLES));
  });

  it('guard every annotation that steers the operator, in every kind', () => {
    const { verbs } = ADMISSION_POLICIES;
    for (const annotation of Object.values(ANNOTATIONS)) {
      expect(verbs?.validations.filter(({ expression }) => expression.includes(`'${annotation}'`))).toHaveLength(1);
    }
    expect(verbs?.resources).toEqual(['sriovhosts', 'sriovvmattachments']);
  });
});

describe('the arguments in the chart', () => {
  it('are every flag of the operator but --kubeconfig: in a pod the service account is used', () => {
    const given = [...templates.matchAll(/^- --([a-z-]+)=/gm)].map(([, name]) => name);
    expect([...given].sort()).toEqual(
      Object.keys(FLAGS)
        .filter((name) => name !== 'kubeconfig')
        .sort(),
    );
  });

  it('have the defaults of the operator', () => {
    const given = [...templates.matchAll(/^- --([a-z-]+)=\{\{ (?:int )?\$config\.(\w+) \}\}/gm)];
    const preset = (name: string): unknown => values.find(({ path }) => path === `config.${name}`)?.schema.default;
    expect(given.map(([, name, value = '']) => [name, String(preset(value))])).toEqual(
      given.map(([, name = '']) => [name, FLAGS[name as keyof typeof FLAGS].default]),
    );
    expect(given.length).toBeGreaterThan(8);
  });
});

describe('values and templates', () => {
  const used = new Set([...templates.matchAll(/\.Values\.([A-Za-z.]+)/g)].map(([, path = '']) => path));

  it('know the same values: templates use none that is not declared', () => {
    const declared = new Set(values.map(({ path }) => path));
    expect([...used].filter((path) => !declared.has(path))).toEqual([]);
  });

  it('know the same values: none is declared that no template uses', () => {
    // Through a variable: `with .Values.image`, `$config`, `$policy`, `$set`.
    const through = [...used, 'global'];
    const unused = values.filter(({ path, leaf }) => leaf && !through.some((one) => path === one || path.startsWith(`${one}.`)));
    expect(unused.map(({ path }) => path)).toEqual([]);
    for (const { path } of values.filter(({ path, leaf }) => leaf && /^(config|networkPolicy|image)\./.test(path))) {
      expect(templates).toMatch(new RegExp(`\\.${path.split('.')[1]}\\b`));
    }
  });

  it('are closed: every object refuses keys that it does not know, or says of what kind its free keys are', () => {
    const open = values.filter(
      ({ schema }) => schema.type === 'object' && schema.properties !== undefined && schema.additionalProperties !== false,
    );
    expect(open.map(({ path }) => path)).toEqual([]);
  });
});

describe('the alerts', () => {
  it('use metrics that the operator has', () => {
    const known = new Set([...METRICS, ...SRIOV_METRICS].map(({ name }) => name).concat('up'));
    const named = alerts.flatMap(([, { expr }]) => [...expr.matchAll(/\b([a-z_]+)\{/g)].map(([, name = '']) => name));
    expect(named.length).toBeGreaterThanOrEqual(alerts.length);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  it('are those of values.yaml, and each has its heading in docs/install.md', () => {
    expect(alerts.map(([key]) => key).sort()).toEqual(
      values.flatMap(({ path }) => /^prometheusRule\.alerts\.(\w+)$/.exec(path)?.[1] ?? []).sort(),
    );
    const headings = anchorsOf(read('docs/install.md'));
    expect(alerts.map(([, { name }]) => name).filter((name) => !headings.has(name.toLowerCase()))).toEqual([]);
  });
});

describe('generated YAML', () => {
  const files = [...generatedFiles()].filter(([path]) => /\.yaml$/.test(path) && !path.includes('/templates/'));
  it.each(files)('%s says the same to readers of YAML 1.1, which Kubernetes and Helm are, and of 1.2', (_, text) => {
    expect(parse(text, { version: '1.1' })).toEqual(parse(text));
  });

  it('has words in quotation marks that would be no text there', () => {
    const [crd] = KINDS.map(crdOf);
    if (crd === undefined) throw new Error('there are no kinds');
    const [file] = chartFiles([{ ...crd, spec: { ...crd.spec, scope: 'Off' as never } }], '').filter(([path]) =>
      path.includes('/templates/'),
    );
    expect(file?.[1]).toContain('scope: "Off"');
  });
});

describe('versions', () => {
  const manifest = JSON.parse(read('package.json')) as {
    readonly version: string;
    readonly devDependencies: Readonly<Record<string, string>>;
  };

  it('of the chart and of the image are that of the product', () => {
    expect(VERSION_OF_PRODUCT).toBe(manifest.version);
    const versions = [...read('Dockerfile').matchAll(/^ARG VERSION=(.*)$/gm)].map(([, version]) => version);
    expect(versions).toEqual([manifest.version, manifest.version]);
  });

  it('have their changes in CHANGELOG.md, under the same headings', () => {
    const section =
      new RegExp(`^## \\[${VERSION_OF_PRODUCT.replaceAll('.', '\\.')}\\]$(.*?)(?=^## \\[)`, 'ms').exec(read('CHANGELOG.md'))?.[1] ?? '';
    const headings = section.split(/^### /m).slice(1);
    const missing = CHART_CHANGES.filter(
      ({ kind, description }) =>
        !headings.some((part) => part.toLowerCase().startsWith(`${kind}\n`) && part.replace(/\n {2}/g, ' ').includes(`- ${description}`)),
    );
    expect(missing).toEqual([]);
    expect(CHART_CHANGES.length).toBeGreaterThan(0);
  });

  it('of Node in the image is the one that everything is tested with', () => {
    expect(read('Dockerfile')).toContain(`ARG NODE_IMAGE=node:${manifest.devDependencies['node']}-bookworm-slim\n`);
  });
});

describe('.dockerignore', () => {
  const lines = read('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

  it('shuts everything out and lets in only what the Dockerfile copies', () => {
    expect(lines[0]).toBe('*');
    const letIn = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    const copied = [...read('Dockerfile').matchAll(/^COPY (?!--)(.*) \S+$/gm)].flatMap(([, files = '']) => files.split(' '));
    expect([...new Set(copied)].sort()).toEqual([...letIn].sort());
    expect(letIn.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('leaves out the folders that need zod', () => {
    expect(lines).toEqual(expect.arrayContaining(['operator/api/crd', 'operator/api/schema']));
  });
});
