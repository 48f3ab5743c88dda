/** The table of docs/versioning.md: what it calls tested is what the tests use, and its floors are those that the code states. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as models from '../../simulator/profiles/adapterModels.ts';
import { FLEET_PROFILES } from '../../simulator/profiles/fleetProfiles.ts';
import { RELEASES } from '../../simulator/profiles/releases.ts';
import { ROOT } from '../architecture/sourceFiles.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const cells = new Map(
  [...read('docs/versioning.md').matchAll(/^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)].map(([, what = '', supported = '', tested = '']) => [
    what,
    { supported, tested },
  ]),
);
const manifest = JSON.parse(read('package.json')) as {
  readonly version: string;
  readonly engines: { readonly node: string };
  readonly devDependencies: Readonly<Record<string, string>>;
};
/** Version of a Go module as test/tools requires it. */
const go = (tool: string, module: string): string => new RegExp(`${module} v(\\S+)`).exec(read(`test/tools/${tool}/go.mod`))?.[1] ?? '';
/** Since version 3 the Go module of Prometheus is 0.300 and so on. */
const prometheus = go('promtool', 'github.com/prometheus/prometheus').replace(
  /^0\.3(\d\d)\.(\d+)$/,
  (_, minor: string, patch: string) => `3.${Number(minor)}.${patch}`,
);
const unique = (values: readonly string[]): string => [...new Set(values)].sort().join(', ');

describe('what is called tested', () => {
  it.each([
    { what: 'Kubernetes', used: go('apiserver', 'k8s.io/kubernetes') },
    { what: 'Helm', used: go('helm', 'helm.sh/helm/v4') },
    { what: 'Node, outside of the image', used: manifest.devDependencies['node'] ?? '' },
    { what: 'Prometheus, for alerts and dashboards', used: prometheus },
    { what: 'ESXi', used: `${unique(Object.values(RELEASES).map(({ esxi }) => esxi.version))} (simulated)` },
    {
      what: 'MFT',
      used: `${unique(FLEET_PROFILES.flatMap(({ host: { profile } }) => (profile !== undefined && 'mft' in profile ? (profile.mft ?? []) : [])))} (simulated)`,
    },
    { what: 'vSphere API', used: `govmomi's vcsim ${go('vcsim', 'github.com/vmware/govmomi')}, and the simulator` },
  ])('of $what is what the tests use', ({ what, used }) => {
    expect(cells.get(what)?.tested).toBe(used);
    expect(used).toMatch(/\d/);
  });

  it('of adapters is what the simulated fleet has', () => {
    const families = Object.values(models).map((model) => /ConnectX-?(\d(?: ?(?:Lx|Dx))?)/.exec(`${JSON.stringify(model)}`)?.[1]);
    const named = new Set(
      (cells.get('Adapters')?.tested ?? '')
        .replace(' (simulated)', '')
        .split(', ')
        .map((name) => name.replace(/^ConnectX-|^-/, '')),
    );
    const simulated = new Set(families.filter((family) => family !== undefined));
    expect([...named].filter((family) => !simulated.has(family))).toEqual([]);
  });
});

describe('what is called supported', () => {
  it('begins where the chart and the package say', () => {
    const kubeVersion = /^kubeVersion: ">=(\d+\.\d+)\.0-0"$/m.exec(read('charts/esxi-sriov-operator/Chart.yaml'))?.[1];
    expect(cells.get('Kubernetes')?.supported).toBe(`${kubeVersion} and later`);
    expect(cells.get('Node, outside of the image')?.supported).toBe(`${manifest.engines.node.replace('>=', '')} and later`);
    expect(read('charts/esxi-sriov-operator/README.md')).toContain('Helm 3.17 or later');
  });
});

it('SECURITY.md promises fixes for the minor version that this is', () => {
  const [, minor] = /^\| (\d+\.\d+) \| yes \|$/m.exec(read('SECURITY.md')) ?? [];
  expect(minor).toBe(manifest.version.split('.').slice(0, 2).join('.'));
});

it('the chart of the version before is kept, for upgrades', () => {
  const versions = [...read('CHANGELOG.md').matchAll(/^## \[(\d+\.\d+\.\d+)\]/gm)].map(([, version]) => version);
  expect(existsSync(join(ROOT, `test/install/fixtures/esxi-sriov-operator-${versions[1]}.tgz`))).toBe(true);
});
