/** Watches, the flags that all verbs have, and the story of an approval with a bundle at its end; in a lab of their own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { COMMANDS } from '../../../operator/cli/commands.ts';
import { type RunOptions, run } from '../../support/cli/terminal.ts';
import { ACTOR, READER, SUPPORTER } from './roles.ts';
import { installPlugin } from './shell.ts';
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

describe('a watch on a terminal', () => {
  it('draws over what it drew before', async () => {
    const stop = new AbortController();
    const drawn: string[] = [];
    await as(reader, ['status', '-w'], {
      terminal: true,
      signal: stop.signal,
      onWrite: (text) => {
        drawn.push(text);
        if (drawn.length === 1) void as(actor, ['hold', 'esx-02', '--yes']);
        else stop.abort();
      },
    });
    expect(drawn[0]).toMatch(/^NAME /);
    expect(drawn[1]?.startsWith('\u001b[10A\r\u001b[0JNAME ')).toBe(true);
    expect((await as(actor, ['release', 'esx-02', '--yes'])).code).toBe(0);
    await stage.lab.observer.until(
      'SriovHost',
      `${NAMESPACE}/esx-02`,
      (host) => host?.metadata.annotations?.['sriov.esxi.io/hold'] === undefined,
    );
    await stage.lab.observer.untilCondition('SriovHost', `${NAMESPACE}/esx-02`, {
      type: 'Stalled',
      status: 'True',
      reason: 'AdapterNotFound',
    });
  });
});

describe('every reading verb', () => {
  const verbs = COMMANDS.filter(({ flags }) => flags?.['watch'] !== undefined).map(({ name, args }) => ({ name, args }));
  it.each(verbs)('may be watched by a reader: $name', async ({ name, args }) => {
    const stop = new AbortController();
    const words = name === 'find' ? ['vmnic2'] : args === '' || args.startsWith('[') ? [] : ['esx-01'];
    const { code, stderr, stdout } = await as(reader, [name, ...words, '-w', '-o', 'json'], {
      signal: stop.signal,
      onWrite: () => stop.abort(),
    });
    expect({ answered: code < 2, stderr }).toEqual({ answered: true, stderr: '' });
    expect(stdout.trim().split('\n')).toHaveLength(1);
    expect(typeof JSON.parse(stdout)).toBe('object');
  });

  it('is refused a watch of what its caller may not list', async () => {
    const nobody = await stage.userWith('nobody', []);
    const { code, stderr } = await as(nobody, ['status', '-w']);
    expect(code).toBe(2);
    expect(stderr).toContain('you may not do this');
  });
});

describe('flags of all verbs', () => {
  it('choose hosts by their labels', async () => {
    const labelled = await stage.lab.api.kubectl(['label', 'srh', 'esx-02', '-n', NAMESPACE, 'rack=b']);
    expect(labelled.code).toBe(0);
    const { stdout } = await as(reader, ['status', '-l', 'rack=b', '-o', 'json']);
    const { hosts } = JSON.parse(stdout) as { readonly hosts: readonly { readonly name: string }[] };
    expect(hosts.map(({ name }) => name)).toEqual(['esx-02']);
    expect((await as(reader, ['status', '-l', 'rack in (b'])).stderr).toContain('unable to parse');
  });

  it('end in time, and say so', async () => {
    const { code, stderr } = await as(reader, ['status', '--watch', '--exit-code', '--timeout', '300ms']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const sockets: Socket[] = [];
    const silent = createServer((socket) => void sockets.push(socket));
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const { port } = silent.address() as AddressInfo;
    const config = join(stage.lab.folder, 'silent.kubeconfig');
    await writeFile(config, stage.lab.api.kubeconfigFor({ token: 'x' }, `https://127.0.0.1:${port}`));
    const late = await run(['status', '--kubeconfig', config, '--timeout', '300ms']);
    silent.close();
    for (const socket of sockets) socket.destroy();
    expect(late).toMatchObject({ code: 2, stderr: expect.stringContaining('not done within 300ms (--timeout)') });
  });

  it('make status an answer for scripts', async () => {
    expect((await as(reader, ['status', '--exit-code'])).code).toBe(1);
    expect((await as(reader, ['status', '--exit-code', '-l', 'rack=none'])).code).toBe(1);
  });
});

/** Programs are started: on a busy machine that takes its time. */
const PROGRAMS_MS = 60_000;

describe('the story', () => {
  it('goes from a plan over its approval to Ready, and a watch sees its end', async () => {
    const stop = new AbortController();
    let seen = '';
    const watching = as(reader, ['status', 'esx-01', '--watch'], {
      signal: stop.signal,
      onWrite: (text) => {
        seen += text;
        if (seen.includes('srh/fleet/esx-01 Ready') && seen.includes('sva/fleet/db-01 Ready')) stop.abort();
      },
    });
    const { hash } = JSON.parse((await as(reader, ['plan', 'esx-01', '-o', 'json'])).stdout) as { readonly hash: string };
    const another = await as(actor, ['approve', 'esx-01', '0123456789ab', '--yes']);
    expect(another).toMatchObject({ code: 1, stderr: expect.stringContaining(`it is ${hash} now, not 0123456789ab`) });
    expect((await as(actor, ['approve', 'esx-01', hash, '--yes'])).stdout).toBe(`sriovhost/esx-01: plan ${hash} is approved\n`);
    await watching;
    expect(seen).toContain('srh/fleet/esx-01 Ready 12/12 VFs');
  }, 60_000);

  it('ends for who waits until a host is ready', async () => {
    const { code } = await as(reader, ['status', 'esx-01', '--watch', '--exit-code', '--timeout', '1m']);
    expect(code).toBe(0);
  });

  it('ends in a support bundle without the secrets of the hosts', async () => {
    const file = join(stage.lab.folder, 'sriov.tar.gz');
    expect((await as(stage.admin, ['support-bundle', '--file', file])).code).toBe(0);
    const archive = gunzipSync(await readFile(file)).toString('latin1');
    expect(archive).toContain('kind: SriovHost');
    const passwords = stage.manifests.flatMap((object) => {
      const { password } = (object as { readonly stringData?: { readonly password?: string } }).stringData ?? {};
      return password === undefined ? [] : [password];
    });
    expect(passwords.length).toBeGreaterThan(0);
    for (const password of passwords) expect(archive).not.toContain(password);
  });

  it.each([
    { who: 'a reader', rules: READER, left: /[1-9] sources left out/ },
    { who: 'a supporter', rules: SUPPORTER, left: / 0 sources left out/ },
  ])('ends in a bundle for $who as well', async ({ who, rules, left }) => {
    const user = await stage.userWith(who.replaceAll(' ', '-'), rules);
    const file = join(stage.lab.folder, `${who.replaceAll(' ', '-')}.tar.gz`);
    const { code, stdout } = await as(user, ['support-bundle', '--file', file]);
    expect(code).toBe(0);
    expect(stdout).toMatch(left);
    expect((await as(user, ['support-bundle', '--file', file])).stderr).toContain('is there already');
  });

  it(
    'can be read through kubectl, which finds the plugin and its completion',
    async () => {
      const shell = await installPlugin(stage.lab.folder, stage.lab.api.kubectlPath);
      const status = await shell('kubectl', ['sriov', 'status', 'esx-01', ...reader]);
      expect(status).toMatchObject({ code: 0, stderr: '' });
      expect(status.stdout).toContain('✔ Ready');
      const env = { KUBECONFIG: stage.lab.api.kubeconfigPath };
      const answer = await shell('kubectl', ['__complete', 'sriov', 'plan', '-n', NAMESPACE, 'esx'], env);
      expect(answer.stdout.split('\n').slice(0, 2)).toEqual(['esx-01', 'esx-02']);
      expect((await shell('kubectl', ['__complete', 'sriov', 'st'], env)).stdout).toMatch(/^status\n/);
    },
    PROGRAMS_MS,
  );

  it.each(['bash', 'zsh', 'fish'])(
    'completion of %s has no fault of syntax, where that shell is here',
    async (name) => {
      const shell = await installPlugin(await mkdtemp(join(stage.lab.folder, 'shell-')), stage.lab.api.kubectlPath);
      const script = join(stage.lab.folder, `completion.${name}`);
      await writeFile(script, (await shell('kubectl-sriov', ['completion', name])).stdout);
      const judged = await shell(name, ['-n', script]);
      // Without the program the exit code is that of a failed start: nothing was judged.
      if (judged.stderr === '' && judged.code !== 0) return;
      expect(judged).toMatchObject({ code: 0, stderr: '' });
    },
    PROGRAMS_MS,
  );

  it(
    'can be read through the executable',
    async () => {
      const bin = join(import.meta.dirname, '../../../operator/cli/kubectl-sriov.js');
      const child = spawn(process.execPath, [bin, 'status', 'esx-01', ...reader], { stdio: ['ignore', 'pipe', 'inherit'] });
      let stdout = '';
      child.stdout.on('data', (chunk: Buffer) => {
        stdout += chunk.toString();
      });
      const code = await new Promise((resolve) => child.once('exit', resolve));
      expect(code).toBe(0);
      expect(stdout).toContain('✔ Ready');
    },
    PROGRAMS_MS,
  );
});
