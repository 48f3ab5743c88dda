/** The verbs that write: which annotation, on which object, and when nothing at all. */
import { describe, expect, it } from '@jest/globals';
import type { SriovHost } from '../../../operator/api/types.ts';
import { readHostName, readName } from '../../../operator/cli/names.ts';
import { nextCommand } from '../../../operator/cli/nextCommand.ts';
import { distance, nearest } from '../../../operator/cli/suggest.ts';
import { KubeError } from '../../../operator/kube/kubeError.ts';
import { fakeKube, fleetAnswers, runVerb, type VerbRun } from './fakeKube.ts';
import { attachment, condition, host, waitingHost } from './objects.ts';

const GROUP = 'sriov.esxi.io';

async function steered(object: SriovHost, run: VerbRun) {
  const fleet = fakeKube(fleetAnswers([object], [attachment()]));
  const result = await runVerb(fleet, run);
  const patches = fleet.asked
    .filter(({ method }) => method === 'PATCH')
    .map(({ path, body }) => ({ path: path.split('/').slice(-2).join('/'), body }));
  return { ...result, patches };
}

const marked = (verb: string): SriovHost => host({ annotations: { [`${GROUP}/${verb}`]: 'x' } });
const patchOf = (verb: string, value: string | null, path = 'sriovhosts/esx-01') => [
  { path, body: { metadata: { annotations: { [`${GROUP}/${verb}`]: value } } } },
];

describe('verbs', () => {
  const NOW = '2026-01-01T00:00:00.000Z';
  it.each([
    { why: 'retry', object: host(), run: { verb: 'retry', args: ['host/esx-01'] }, patches: patchOf('retry', NOW) },
    {
      why: 'retry of an attachment',
      object: host(),
      run: { verb: 'retry', args: ['sva/db-01'] },
      patches: patchOf('retry', NOW, 'sriovvmattachments/db-01'),
    },
    { why: 'hold', object: host(), run: { verb: 'hold', args: ['esx-01'], flags: { reason: 'disk' } }, patches: patchOf('hold', 'disk') },
    { why: 'release', object: marked('hold'), run: { verb: 'release', args: ['esx-01'] }, patches: patchOf('hold', null) },
    { why: 'release without a hold', object: host(), run: { verb: 'release', args: ['esx-01'] }, patches: [] },
    { why: 'detach', object: host(), run: { verb: 'detach', args: ['srh/esx-01'] }, patches: patchOf('detach', NOW) },
    { why: 'detach twice', object: marked('detach'), run: { verb: 'detach', args: ['esx-01'] }, patches: [] },
    {
      why: 'the end of it',
      object: marked('detach'),
      run: { verb: 'detach', args: ['esx-01'], flags: { undo: true } },
      patches: patchOf('detach', null),
    },
    { why: 'restore', object: host(), run: { verb: 'restore', args: ['esx-01'] }, patches: patchOf('restore', NOW) },
    {
      why: 'the end of a restore',
      object: marked('restore'),
      run: { verb: 'restore', args: ['esx-01'], flags: { undo: true } },
      patches: patchOf('restore', null),
    },
    { why: 'the end of none', object: host(), run: { verb: 'restore', args: ['esx-01'], flags: { undo: true } }, patches: [] },
  ] as const)('$why', async ({ object, run, patches }) => {
    const flags = { ...('flags' in run ? run.flags : {}), yes: true } as const;
    const result = await steered(object, { ...run, flags });
    expect({ code: result.code, patches: result.patches }).toEqual({ code: 0, patches });
  });

  it('tell programs what they did', async () => {
    const again = await steered(marked('detach'), { verb: 'detach', args: ['esx-01'], flags: { yes: true }, format: 'json' });
    const { stdout } = await steered(host(), { verb: 'hold', args: ['esx-01'], flags: { yes: true }, format: 'json' });
    const named = { kind: 'SriovHost', namespace: 'fleet', name: 'esx-01' };
    expect(JSON.parse(stdout)).toEqual({ ...named, changed: true, message: 'sriovhost/esx-01: on hold' });
    expect(JSON.parse(again.stdout)).toMatchObject({ ...named, changed: false });
  });

  it.each(['retry', 'hold', 'detach', 'restore'])('%s asks, and no is no', async (verb) => {
    const { code, patches } = await steered(host(), { verb, args: ['esx-01'], answer: 'n' });
    expect({ code, patches }).toEqual({ code: 1, patches: [] });
  });

  it.each([
    {
      why: 'a policy of the chart has the last word',
      message: `sriovhosts.sriov.esxi.io "esx-01" is forbidden: ValidatingAdmissionPolicy 'verbs.sriov.x' with binding 'verbs.sriov.x' denied request: the annotation ${GROUP}/hold is set`,
      says: `an admission policy refuses it: the annotation ${GROUP}/hold is set`,
    },
    {
      why: 'RBAC has it',
      message: 'User "eve" cannot patch resource "sriovhosts"',
      says: 'the verb patch on sriovhosts is missing',
    },
  ])('say who refused: $why', async ({ message, says }) => {
    const path = '/apis/sriov.esxi.io/v1alpha1/namespaces/fleet/sriovhosts/esx-01';
    const answer = ({ method }: { readonly method: string }) => {
      if (method === 'GET') return host();
      throw new KubeError(message, { status: 403, reason: 'Forbidden' });
    };
    const fleet = fakeKube({ ...fleetAnswers([host()]), [path]: answer });
    await expect(runVerb(fleet, { verb: 'hold', args: ['srh/esx-01'], flags: { yes: true } })).rejects.toThrow(says);
  });

  it('approve names the plan to give where nobody can be asked', async () => {
    const fleet = fakeKube(fleetAnswers([waitingHost()]));
    await expect(runVerb(fleet, { verb: 'approve', args: ['esx-01'] })).rejects.toThrow(
      `approve esx-01 ${waitingHost().status?.plan?.hash} --yes`,
    );
  });

  it.each(['detach', 'restore', 'plan', 'diff', 'map'])('%s takes hosts only, and says so', async (verb) => {
    await expect(steered(host(), { verb, args: ['sva/db-01'], flags: { yes: true } })).rejects.toThrow("'sva/db-01' is an attachment");
  });
});

describe('the next command', () => {
  it.each([
    { verb: 'detach', reason: 'Detached' },
    { verb: 'restore', reason: 'Restored' },
  ])('after $verb is its end', ({ verb, reason }) => {
    const done = { ...marked(verb), status: { ...host().status, conditions: [condition('Ready', 'False', reason)] } };
    expect(nextCommand(done)).toBe(`kubectl sriov ${verb} esx-01 -n fleet --undo`);
  });
});

describe('names', () => {
  it.each([
    { argument: 'esx-01', kind: undefined, name: 'esx-01' },
    { argument: 'host/esx-01', kind: 'SriovHost', name: 'esx-01' },
    { argument: 'SRH/esx-01', kind: 'SriovHost', name: 'esx-01' },
    { argument: 'sriovhost.sriov.esxi.io/esx-01', kind: 'SriovHost', name: 'esx-01' },
    { argument: 'sva/db-01', kind: 'SriovVmAttachment', name: 'db-01' },
  ])('$argument', ({ argument, ...word }) => {
    expect(readName(argument)).toEqual(word);
  });

  it('of a kind that is not ours is refused', () => {
    expect(() => readName('pod/x')).toThrow('srh for a host or sva for an attachment');
    expect(() => readHostName('sva/x')).toThrow('takes a host');
  });
});

describe('did you mean', () => {
  const verbs = ['status', 'why', 'plan', 'diff', 'support-bundle'];
  it.each([
    { why: 'two letters swapped', word: 'stauts', meant: 'status' },
    { why: 'one letter less', word: 'pln', meant: 'plan' },
    { why: 'the beginning', word: 'support', meant: 'support-bundle' },
    { why: 'something else', word: 'reboot', meant: undefined },
    { why: 'a short word is not stretched', word: 'at', meant: undefined },
  ])('$why', ({ word, meant }) => {
    expect(nearest(word, verbs)).toBe(meant);
  });
  it('counts a swap as one', () => {
    expect([distance('ab', 'ba'), distance('', 'abc'), distance('kitten', 'sitting')]).toEqual([1, 3, 3]);
  });
});
