/** The connector against a real OpenSSH with ESXi's settings and, where there is a busybox, ESXi's shell. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { connect } from '../../../operator/esxi/connect.ts';
import { createEsxiConnector } from '../../../operator/esxi/connector.ts';
import { Session } from '../../../operator/esxi/session.ts';
import { DEFAULT_TIMEOUTS } from '../../../operator/esxi/timeouts.ts';
import { burnStateCommand, flintBurnCommand, parseUnfinishedBurn } from '../../../operator/esxi/tools/flintBurn.ts';
import type { EsxiConnector, EsxiHost, EsxiTarget } from '../../../operator/ports/esxiHost.ts';
import { keptLog, portErrorOf, soon, targetOf } from './support/connect.ts';
import { makeKey, type TestKey } from './support/keys.ts';
import { BUSYBOX, type OpenSsh, SSHD, startOpenSsh } from './support/openssh.ts';

// Each command starts two shells: slow on a busy machine.
jest.setTimeout(60_000);

const hostEcdsa = makeKey('ecdsa');
const hostRsa = makeKey('rsa');
const clientRsa = makeKey('rsa');
const clientEcdsa = makeKey('ecdsa');
const unknownKey = makeKey('rsa');

const shell = BUSYBOX === undefined ? 'the login shell (no busybox found)' : 'busybox ash';
const suite = SSHD === undefined ? describe.skip : describe;
const title = SSHD === undefined ? 'SKIPPED, no sshd on this machine (install openssh-server): ' : '';

suite(`${title}real OpenSSH, MaxSessions 1, commands run by ${shell}`, () => {
  let sshd: OpenSsh;
  const connectors: EsxiConnector[] = [];

  beforeAll(async () => {
    sshd = await startOpenSsh({ hostKeys: [hostEcdsa, hostRsa], clientKeys: [clientRsa, clientEcdsa] });
  });
  afterEach(async () => {
    await Promise.all(connectors.splice(0).map((made) => made.close()));
  });
  afterAll(async () => {
    await sshd?.stop();
  });

  const target = (key: TestKey, change: Partial<EsxiTarget> = {}): EsxiTarget =>
    targetOf(sshd.port, { credentials: { username: sshd.username, password: undefined, privateKey: key.privateKey }, ...change });

  async function open(key: TestKey = clientEcdsa, change: Partial<EsxiTarget> = {}): Promise<EsxiHost> {
    const esxi = createEsxiConnector({ log: keptLog() });
    connectors.push(esxi);
    return esxi.open(target(key, change), soon());
  }

  it.each([
    { why: 'an RSA key, signed with SHA-2 since this OpenSSH takes nothing else', key: clientRsa },
    { why: 'an ECDSA key', key: clientEcdsa },
  ])('logs in with $why', async ({ key }) => {
    sshd.script('esxcli', 'echo 42825414367');
    const host = await open(key);
    expect(host.hostKeyFingerprint).toBe(hostEcdsa.fingerprint);
    expect(await host.uptimeMicroseconds(soon())).toBe(42_825_414_367);
  });

  it('finds a pinned RSA host key though ECDSA is preferred', async () => {
    const host = await open(clientEcdsa, { hostKeyFingerprints: [hostRsa.fingerprint], trustOnFirstUse: false });
    expect(host.hostKeyFingerprint).toBe(hostRsa.fingerprint);
  });

  it('refuses a wrong host key before it offers anything to log in with', async () => {
    const before = sshd.log().length;
    const error = await portErrorOf(open(clientEcdsa, { hostKeyFingerprints: [unknownKey.fingerprint] }));
    expect(error.code).toBe('HostKeyMismatch');
    await open();
    const log = sshd.log().slice(before);
    expect(log.match(/(?:Accepted|Failed) \S+ for/g)).toEqual(['Accepted publickey for']);
  });

  it('names a key that the host does not accept', async () => {
    const error = await portErrorOf(open(unknownKey));
    expect(error.code).toBe('CredentialsRejected');
    expect(error.message).toContain('rejected the SSH key of user');
  });

  it('keeps its one connection, though a session may be asked for before sshd has tidied up the last', async () => {
    sshd.script('esxcli', 'echo 1');
    const before = sshd.log().length;
    const host = await open();
    for (let i = 0; i < 8; i += 1) await host.uptimeMicroseconds(soon());
    expect(
      sshd
        .log()
        .slice(before)
        .match(/Accepted publickey/g),
    ).toHaveLength(1);
  });

  it('runs many commands at once over one session slot, with their own exit codes', async () => {
    sshd.script(
      'sha256sum',
      'case "$1" in */bad*) echo "sha256sum: $1: No such file or directory" >&2; exit 1;; esac; exec /usr/bin/sha256sum "$@"',
    );
    const host = await open();
    const results = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        index % 2 === 0 ? host.fileExists(`/no/such/${index}`, soon()) : host.fileExists('/', soon()),
      ),
    );
    expect(results).toEqual([false, true, false, true, false, true]);
    const error = await portErrorOf(host.sha256('/tmp/bad file', soon()));
    expect(error.code).toBe('CommandFailed');
    expect(error.detail['exitCode']).toBe(1);
  });

  it('calls a program that is not there a missing tool', async () => {
    const host = await open();
    const error = await portErrorOf(host.firmwareVersions('mt4119_pciconf0', soon()));
    expect(error.code).toBe('ToolMissing');
    expect(error.message).toContain('install the VIBs mft and nmst');
  });

  it.each([
    { why: 'an apostrophe', name: "it's" },
    { why: 'an expansion', name: '$(touch pwned)`touch pwned`$HOME' },
    { why: 'operators', name: '; touch pwned & touch pwned | touch pwned > pwned' },
    { why: 'globs and a tilde', name: '~ * ? [a]' },
    { why: 'text in other scripts', name: 'Größe 尺寸 🙂' },
  ])('uploads to, hashes and removes a file whose name holds $why', async ({ name }) => {
    const host = await open();
    const path = join(sshd.folder, name);
    const content = Buffer.from(`content of ${name}`.repeat(1000));
    await host.upload(
      (async function* () {
        yield content;
      })(),
      path,
      soon(),
    );
    expect(readFileSync(path)).toEqual(content);
    expect(existsSync(`${path}.part`)).toBe(false);
    expect(await host.sha256(path, soon())).toMatch(/^[0-9a-f]{64}$/);
    await host.removeFile(path, soon());
    expect(existsSync(path)).toBe(false);
    expect(existsSync('pwned')).toBe(false);
    expect(existsSync(join(sshd.folder, 'pwned'))).toBe(false);
  });

  it('uploads 24 MiB and replaces a file that is there', async () => {
    const host = await open();
    const path = join(sshd.folder, 'firmware.bin');
    async function* content(): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < 24; i += 1) yield Buffer.alloc(1024 * 1024, i);
    }
    await host.upload(
      (async function* () {
        yield Buffer.from('old');
      })(),
      path,
      soon(),
    );
    await host.upload(content(), path, soon());
    expect(readFileSync(path).length).toBe(24 * 1024 * 1024);
  });

  it('works on after a command was given up, though sshd keeps the only session slot until it ends', async () => {
    const begun = join(sshd.folder, 'version asked');
    sshd.script('esxcli', `case "$*" in *version*) touch '${begun}'; exec sleep 3;; *) echo 7;; esac`);
    const host = await open();
    const controller = new AbortController();
    const reading = portErrorOf(host.version(controller.signal));
    await until(() => existsSync(begun));
    controller.abort();
    expect((await reading).code).toBe('Aborted');
    expect(await host.uptimeMicroseconds(soon())).toBe(7);
  });

  it('lets a burn run to its end when the connection is lost while it prints', async () => {
    const begun = join(sshd.folder, 'begun');
    const end = join(sshd.folder, 'end');
    const done = join(sshd.folder, 'done');
    // As flint does: writes its progress, and would die of SIGPIPE.
    const flint = sshd.script(
      'flint',
      `touch '${begun}'; until test -e '${end}'; do echo progress; sleep 0.1; done; touch '${done}'; exit 9`,
    );
    const here = (command: string) => command.replaceAll('/tmp/', `${sshd.folder}/`).replace('/opt/mellanox/bin/flint', flint);
    const command = here(flintBurnCommand('mt4119_pciconf0', '/vmfs/volumes/ds1/fw.bin', 431_000_000));
    const session = new Session(target(clientEcdsa), {
      timeouts: DEFAULT_TIMEOUTS,
      log: keptLog(),
      onCommand: () => undefined,
      connect: (_target, request, signal) => connect(request, signal),
    });
    const burning = portErrorOf(session.exec(command, {}, soon()));
    await until(() => existsSync(begun));
    session.close();
    expect((await burning).code).toBe('ConnectionLost');
    // Whoever comes next sees that it is under way, and then how it ended.
    const state = here(burnStateCommand()).replace(/^cat /, '');
    expect(parseUnfinishedBurn(readFileSync(state, 'utf8'))).toEqual({ device: 'mt4119_pciconf0', begunUptimeMs: 431_000 });
    writeFileSync(end, '');
    await until(() => existsSync(done) && /^ended 9$/m.test(readFileSync(state, 'utf8')));
    expect(parseUnfinishedBurn(readFileSync(state, 'utf8'))).toBeUndefined();
  });
});

/** Looks every 10 ms for at most 10 s. */
async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error('the condition was not met within 10 s');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
