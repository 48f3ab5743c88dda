/** The plugin against a real API server, the operator and a simulated fleet: who may do what, answers, people who act, manifests. */
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { type RunOptions, run } from '../../support/cli/terminal.ts';
import { ACTOR, READER } from './roles.ts';
import { NAMESPACE, type Stage, startStage } from './stage.ts';

let stage: Stage;
let reader: readonly string[];
let actor: readonly string[];

beforeAll(async () => {
  stage = await startStage();
  reader = await stage.userWith('reader', READER);
  actor = await stage.userWith('actor', ACTOR);
}, 120_000);

afterAll(async () => {
  await stage?.stop();
});

const as = async (user: readonly string[], args: readonly string[], options: RunOptions = {}) => await run([...args, ...user], options);
const annotations = () => stage.lab.observer.get('SriovHost', `${NAMESPACE}/esx-01`)?.metadata.annotations ?? {};
const hash = () => stage.lab.observer.get('SriovHost', `${NAMESPACE}/esx-01`)?.status?.plan?.hash ?? '';

describe('a reader', () => {
  it.each([
    { why: 'status', args: ['status'], says: 'ApprovalRequired' },
    { why: 'status of one host', args: ['status', 'esx-01'], says: 'adapter fabric0' },
    { why: 'why', args: ['why', 'esx-02'], says: 'What to do:' },
    { why: 'why, by kind', args: ['why', 'sva/db-01'], says: 'HostNotReady' },
    { why: 'plan', args: ['plan', 'esx-01'], says: '1 restart' },
    { why: 'journal', args: ['journal', 'esx-01'], says: 'StartMst' },
    { why: 'map', args: ['map'], says: '[--------]' },
    { why: 'find', args: ['find', 'vmnic2'], says: 'uplink name' },
    { why: 'find by a MAC address', args: ['find', 'sva/none'], says: 'nothing is called' },
    { why: 'fit', args: ['fit'], says: '0 fit now' },
    { why: 'diff', args: ['diff', 'host/esx-01'], says: 'differs' },
    { why: 'status, folded', args: ['status', '--fold'], says: 'adapter fabric0' },
    { why: 'check for a CI system', args: ['check', '-o', 'junit'], says: '<testsuites ' },
    { why: 'map as a picture', args: ['map', '--svg', '-'], says: '<svg ' },
    { why: 'names for a shell', args: ['__complete', 'plan', 'esx'], says: '' },
  ])('may use $why', async ({ args, says }) => {
    const { code, stdout, stderr } = await as(reader, args);
    expect({ answered: code < 2, stderr }).toEqual({ answered: true, stderr: '' });
    expect(stdout).toContain(says);
  });

  it.each([{ verb: 'approve' }, { verb: 'retry' }, { verb: 'hold' }, { verb: 'detach' }, { verb: 'restore' }])(
    'may not $verb, and is told why',
    async ({ verb }) => {
      const args = verb === 'approve' ? [verb, 'esx-01', hash(), '--yes'] : [verb, 'esx-01', '--yes'];
      const { code, stderr } = await as(reader, args);
      expect(code).toBe(2);
      expect(stderr).toContain('the verb patch on sriovhosts is missing');
    },
  );

  it('sees in check what is missing, and that is no failure', async () => {
    const { code, stdout } = await as(reader, ['check']);
    expect(stdout).toContain('the verbs that write will be refused');
    expect(stdout).toContain('you may not see the lease of the operator');
    expect(code).toBe(0);
  });

  it('with patch alone is told what admission policies that it may not see would refuse', async () => {
    const { code, stdout } = await as(actor, ['check']);
    expect(stdout).toContain('you do not have the verbs approve, retry, hold, restore, detach on sriovhosts: if');
    expect(code).toBe(0);
  });
});

describe('answers', () => {
  it('come as JSON and YAML for programs', async () => {
    const { stdout } = await as(stage.admin, ['status', '-o', 'json']);
    const { hosts } = JSON.parse(stdout) as { readonly hosts: readonly { readonly name: string; readonly state: string }[] };
    expect(hosts.map(({ name, state }) => `${name} ${state}`)).toEqual(['esx-01 Working', 'esx-02 Stalled']);
    expect((await as(stage.admin, ['plan', 'esx-01', '-o', 'yaml'])).stdout).toContain(`hash: ${hash()}`);
  });

  it('say which object is not there', async () => {
    const { code, stderr } = await as(stage.admin, ['plan', 'esx-09']);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'error: there is no SriovHost esx-09 in namespace fleet; kubectl sriov status -A lists all of them\n',
    });
  });

  it('find nothing with exit code 1', async () => {
    expect((await as(stage.admin, ['find', 'nobody'])).code).toBe(1);
  });

  it('name a context that does not exist', async () => {
    const { code, stderr } = await as(stage.admin, ['status', '--context', 'nowhere']);
    expect(code).toBe(2);
    expect(stderr).toContain('with context nowhere');
  });
});

describe('pages in a browser', () => {
  it('show a reader what he may read, to nobody without the token, until he ends it', async () => {
    const stop = new AbortController();
    const printed = Promise.withResolvers<string>();
    const ended = as(reader, ['ui'], { signal: stop.signal, onWrite: (text) => printed.resolve(text.trim()) });
    const url = new URL(await printed.promise);
    const at = (path: string, token = url.searchParams.get('token') ?? ''): string => `${url.origin}${path}?token=${token}`;
    expect(await bodyOf(at('/'))).toContain('AdapterNotFound');
    expect(await bodyOf(at(`/hosts/${NAMESPACE}/esx-01`))).toContain(hash());
    expect(await bodyOf(at(`/attachments/${NAMESPACE}/db-01`))).toContain('HostNotReady');
    expect((await answerOf(at(`/hosts/${NAMESPACE}/esx-09`))).status).toBe(404);
    expect((await answerOf(at('/', 'guessed'))).status).toBe(403);
    expect((await answerOf(at('/'), { host: `evil.example:${url.port}` })).status).toBe(403);
    stop.abort();
    expect((await ended).code).toBe(0);
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });

  it('are not served to those who may not read', async () => {
    const nobody = await stage.userWith('nobody', []);
    const { code, stdout, stderr } = await as(nobody, ['ui']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('you may not do this');
  });
});

async function bodyOf(url: string): Promise<string> {
  const { status, body } = await answerOf(url);
  expect(status).toBe(200);
  return body;
}

/** Not by fetch, which sets Host itself. */
async function answerOf(url: string, headers: Readonly<Record<string, string>> = {}) {
  const [response] = (await once(request(url, { headers }).end(), 'response')) as [IncomingMessage];
  return { status: response.statusCode, body: await text(response) };
}

describe('people who may act', () => {
  it('are asked, and no is no', async () => {
    const { code } = await as(actor, ['hold', 'esx-01'], { answer: 'n' });
    expect(code).toBe(1);
    expect(Object.keys(annotations())).toEqual([]);
  });

  it('need --yes where nobody can answer', async () => {
    expect((await as(actor, ['hold', 'esx-01'])).stderr).toContain('add --yes');
  });

  it('hold with a reason, ask again for a try, and release', async () => {
    expect((await as(actor, ['hold', 'esx-02', '--reason', 'disk swap', '--yes'])).stdout).toBe('sriovhost/esx-02: on hold\n');
    await stage.lab.observer.until(
      'SriovHost',
      `${NAMESPACE}/esx-02`,
      (host) => host?.metadata.annotations?.['sriov.esxi.io/hold'] === 'disk swap',
    );
    expect((await as(actor, ['status', 'esx-02'])).stdout).toContain('held: disk swap');
    expect((await as(actor, ['release', 'esx-02'], { answer: 'yes' })).stdout).toBe('sriovhost/esx-02: released\n');
    expect((await as(actor, ['release', 'esx-02', '--yes'])).stdout).toBe('sriovhost/esx-02 is not on hold\n');
    expect((await as(actor, ['retry', 'esx-02', '--yes'])).code).toBe(0);
    await stage.lab.observer.until('SriovHost', `${NAMESPACE}/esx-02`, (host) => host?.status?.acknowledged?.retry !== undefined);
  });

  it('do not approve a plan that changes while they think', async () => {
    const before = hash();
    const { code, stderr } = await as(actor, ['approve', 'esx-01'], {
      answer: async () => {
        await changeSpec(6);
        await stage.lab.observer.until(
          'SriovHost',
          `${NAMESPACE}/esx-01`,
          (host) => host?.status?.plan !== undefined && host.status.plan.hash !== before,
        );
        return 'y';
      },
    });
    expect(code).toBe(1);
    expect(stderr).toContain('changed: it is');
    expect(annotations()).not.toHaveProperty('sriov.esxi.io/approve');
    await changeSpec(8);
    await stage.lab.observer.until('SriovHost', `${NAMESPACE}/esx-01`, (host) => host?.status?.plan?.hash === before);
  });
});

/** Another number of virtual functions on port 1: another plan. */
async function changeSpec(vfs: number): Promise<void> {
  const patch = JSON.stringify([{ op: 'replace', path: '/spec/adapters/0/ports/0/vfs', value: vfs }]);
  const { code, stderr } = await stage.lab.api.kubectl(['patch', 'srh', 'esx-01', '-n', NAMESPACE, '--type=json', `-p=${patch}`]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
}

describe('manifests', () => {
  const file = async (...objects: readonly object[]): Promise<string> => {
    const path = join(stage.lab.folder, 'manifest.yaml');
    await writeFile(path, objects.map((object) => stringify(object)).join('---\n'));
    return path;
  };

  it.each([{ flags: [] as string[] }, { flags: ['--server'] }])('that are right are taken: $flags', async ({ flags }) => {
    const { code, stdout } = await as(stage.admin, ['validate', '-f', await file(...stage.manifests), ...flags]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '✔ SriovHost esx-01\n' });
  });

  it.each([{ flags: [] as string[] }, { flags: ['--server'] }])('that are wrong are not: $flags', async ({ flags }) => {
    const wrong = { apiVersion: 'sriov.esxi.io/v1alpha1', kind: 'SriovHost', metadata: { name: 'x' }, spec: { adress: 'x' } };
    const { code, stdout } = await as(stage.admin, ['validate', '-f', await file(wrong), ...flags]);
    expect(code).toBe(1);
    expect(stdout).toContain('spec.adress');
  });

  it('are planned for without the cluster, by a look at the host', async () => {
    const { code, stdout, stderr } = await run(['plan', '-f', await file(...stage.manifests), '--direct']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`hash: ${hash()}`);
    expect(stdout).toMatch(/^looked at host .*VMware ESXi 7\.0\.3/m);
    expect(stdout).toMatch(/^looked at BMC .*power On/m);
    expect(stdout).toMatch(/^looked at vSphere .*1 VMs, 0 of them running/m);
  });

  it('are planned for again from the file that keeps what was seen, without the host and without its password', async () => {
    const path = join(stage.lab.folder, 'esx-01.case.json');
    const plan = ['plan', '-f', await file(...stage.manifests), '--direct', '--record', path];
    const { code, stderr } = await run(plan);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('kubectl sriov replay') });
    const recorded = await readFile(path, 'utf8');
    const { ssh, bmc } = stage.hosts['esx-01'];
    const passwords = [ssh.password, bmc?.password ?? ''];
    expect(passwords.filter((password) => password === '' || recorded.includes(password))).toEqual([]);
    const replayed = await run(['replay', path]);
    expect(replayed).toMatchObject({ code: 0, stderr: '' });
    expect(replayed.stdout).toContain(hash());
    expect(replayed.stdout).toContain('the same decision');
    expect((await run(plan)).stderr).toContain('--overwrite');
  });

  it('with wrong credentials say so, without them', async () => {
    const [first, ...rest] = stage.manifests;
    const bad = { ...first, stringData: { username: 'root', password: 'canary-password' } };
    const { code, stdout, stderr } = await run(['plan', '-f', await file(bad, ...rest), '--direct']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('esx-01 cannot be read');
    expect(stderr).not.toContain('canary-password');
  });
});
