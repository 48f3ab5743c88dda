/** Logging in: host keys come before secrets, and a wrong secret is tried once. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { createEsxiConnector, type EsxiConnectorOptions } from '../../../operator/esxi/connector.ts';
import type { EsxiConnector, EsxiTarget } from '../../../operator/ports/esxiHost.ts';
import { keptLog, PASSWORD, portErrorOf, soon, targetOf } from './support/connect.ts';
import { makeKey } from './support/keys.ts';
import { type ScriptedServer, type ServerScript, startScriptedServer, startSilentServer } from './support/scriptedServer.ts';

const ecdsaHostKey = makeKey('ecdsa');
const rsaHostKey = makeKey('rsa');
const otherKey = makeKey('ecdsa');
const clientRsa = makeKey('rsa');
const clientEcdsa = makeKey('ecdsa', 384);

const BOTH = [ecdsaHostKey.privateKey, rsaHostKey.privateKey];
const servers: ScriptedServer[] = [];
const connectors: EsxiConnector[] = [];

async function serve(script: Partial<ServerScript> = {}): Promise<ScriptedServer> {
  const server = await startScriptedServer({ hostKeys: BOTH, password: PASSWORD, ...script });
  servers.push(server);
  return server;
}

function connector(options: Partial<EsxiConnectorOptions> = {}): EsxiConnector {
  const made = createEsxiConnector({ log: keptLog(), ...options });
  connectors.push(made);
  return made;
}

afterEach(async () => {
  await Promise.all(connectors.splice(0).map((made) => made.close()));
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

describe('host keys', () => {
  it.each([
    { why: 'the ECDSA key is pinned', pins: [ecdsaHostKey.fingerprint], accepted: ecdsaHostKey.fingerprint },
    {
      why: 'only the RSA key is pinned, though the host prefers to show the other',
      pins: [rsaHostKey.fingerprint],
      accepted: rsaHostKey.fingerprint,
    },
    {
      why: 'one of several pinned keys is shown (rotation)',
      pins: [otherKey.fingerprint, ecdsaHostKey.fingerprint],
      accepted: ecdsaHostKey.fingerprint,
    },
    { why: 'the pinned fingerprint was written with padding', pins: [`${ecdsaHostKey.fingerprint}=`], accepted: ecdsaHostKey.fingerprint },
  ])('accepts the host when $why', async ({ pins, accepted }) => {
    const server = await serve();
    const host = await connector().open(targetOf(server.port, { hostKeyFingerprints: pins, trustOnFirstUse: false }), soon());
    expect(host.hostKeyFingerprint).toBe(accepted);
  });

  it.each([
    { why: 'another key is pinned', hostKeys: BOTH, tofu: false, pins: [otherKey.fingerprint], code: 'HostKeyMismatch' },
    {
      why: 'another key is pinned, even where the first use would be trusted',
      hostKeys: BOTH,
      tofu: true,
      pins: [otherKey.fingerprint],
      code: 'HostKeyMismatch',
    },
    {
      why: 'another key is pinned and the host has an RSA key only',
      hostKeys: [rsaHostKey.privateKey],
      tofu: false,
      pins: [otherKey.fingerprint],
      code: 'HostKeyMismatch',
    },
    {
      why: 'another key is pinned and the host has an ECDSA key only',
      hostKeys: [ecdsaHostKey.privateKey],
      tofu: false,
      pins: [otherKey.fingerprint],
      code: 'HostKeyMismatch',
    },
    { why: 'no key is pinned and the first use is not trusted', hostKeys: BOTH, tofu: false, pins: [], code: 'HostKeyUnknown' },
  ])('sends not one log-in request when $why', async ({ hostKeys, tofu, pins, code }) => {
    const server = await serve({ hostKeys });
    const error = await portErrorOf(connector().open(targetOf(server.port, { hostKeyFingerprints: pins, trustOnFirstUse: tofu }), soon()));
    expect(error.code).toBe(code);
    expect(error.terminal).toBe(true);
    expect(error.message).toMatch(/SHA256:[A-Za-z0-9+/]{43}/);
    expect(server.attempts).toEqual([]);
  });

  it('trusts the first key, reports it, and keeps the connection when it comes back as a pin', async () => {
    const server = await serve();
    const esxi = connector();
    const first = await esxi.open(targetOf(server.port), soon());
    expect(first.hostKeyFingerprint).toBe(ecdsaHostKey.fingerprint);
    await esxi.open(targetOf(server.port, { hostKeyFingerprints: [first.hostKeyFingerprint] }), soon());
    expect(server.connections()).toBe(1);
  });

  it('refuses another key on a later connection of a session that trusted the first', async () => {
    const server = await serve();
    const host = await connector().open(targetOf(server.port), soon());
    const { port } = server;
    await server.close();
    const impostor = await startScriptedServer({ hostKeys: [otherKey.privateKey], password: PASSWORD, port });
    servers.push(impostor);
    const error = await portErrorOf(host.fileExists('/tmp/x', soon()));
    expect(error.code).toBe('HostKeyMismatch');
    expect(impostor.attempts).toEqual([]);
  });
});

describe('credentials', () => {
  const withKey = (privateKey: string, password?: string): Partial<EsxiTarget> => ({
    credentials: { username: 'root', password, privateKey },
  });

  it.each([
    { why: 'ESXi 8 offers keyboard-interactive only', offers: ['keyboard-interactive'], method: 'keyboard-interactive' },
    { why: 'a host offers the plain password only', offers: ['password'], method: 'password' },
    {
      why: 'both are offered: interactive is taken',
      offers: ['publickey', 'keyboard-interactive', 'password'],
      method: 'keyboard-interactive',
    },
  ] as const)('sends the password once where $why', async ({ offers, method }) => {
    const server = await serve({ offers });
    await connector().open(targetOf(server.port), soon());
    expect(server.attempts).toEqual([{ method, answers: [PASSWORD], hash: undefined }]);
  });

  it('answers an empty round of keyboard-interactive and then the password', async () => {
    const server = await serve({
      offers: ['keyboard-interactive'],
      rounds: [[{ prompt: 'Password: ', echo: false }], []],
    });
    await connector().open(targetOf(server.port), soon());
    expect(server.attempts.map((attempt) => attempt.answers)).toEqual([[PASSWORD], []]);
  });

  it.each([
    { why: 'an RSA key signs with SHA-2', key: clientRsa, hash: expect.stringMatching(/^sha(?:256|512)$/) },
    { why: 'an ECDSA key', key: clientEcdsa, hash: undefined },
  ])('logs in with a key: $why', async ({ key, hash }) => {
    const server = await serve({ publicKeys: [key.blob] });
    await connector().open(targetOf(server.port, withKey(key.privateKey)), soon());
    expect(server.attempts).toEqual([{ method: 'publickey', answers: [], hash }]);
  });

  it('tries the password, once, after a key that is not accepted', async () => {
    const server = await serve();
    await connector().open(targetOf(server.port, withKey(clientRsa.privateKey, PASSWORD)), soon());
    expect(server.attempts.map((attempt) => attempt.method)).toEqual(['publickey', 'keyboard-interactive']);
  });

  it.each([
    { why: 'an Ed25519 key, which the FIPS sshd of ESXi cannot take', privateKey: makeKey('ed25519').privateKey, says: /Ed25519/ },
    { why: 'an RSA key that is too short', privateKey: makeKey('rsa', 1024).privateKey, says: /1024 bits/ },
    { why: 'text that is no key', privateKey: 'hunter2-canary', says: /no private key/ },
    { why: 'a public key', privateKey: clientRsa.publicLine, says: /no private key/ },
  ])('refuses without a connection: $why', async ({ privateKey, says }) => {
    const server = await serve();
    const error = await portErrorOf(connector().open(targetOf(server.port, withKey(privateKey)), soon()));
    expect(error.code).toBe('CredentialsRejected');
    expect(error.message).toMatch(says);
    expect(error.message).not.toContain('canary');
    expect(server.connections()).toBe(0);
  });

  it('refuses without a connection when the Secret holds neither password nor key', async () => {
    const server = await serve();
    const credentials = { username: 'root', password: undefined, privateKey: undefined };
    const error = await portErrorOf(connector().open(targetOf(server.port, { credentials }), soon()));
    expect(error.code).toBe('CredentialsRejected');
    expect(server.connections()).toBe(0);
  });

  it('says what the host offers when nothing given fits', async () => {
    const server = await serve({ offers: ['publickey'] });
    const error = await portErrorOf(connector().open(targetOf(server.port), soon()));
    expect(error.code).toBe('CredentialsRejected');
    expect(error.message).toContain('it offers publickey');
    expect(server.attempts).toEqual([]);
  });

  it.each([
    { why: 'by keyboard-interactive', offers: ['keyboard-interactive'] },
    { why: 'by password', offers: ['password'] },
    { why: 'where both methods are offered', offers: ['keyboard-interactive', 'password'] },
  ] as const)('tries a wrong password once for all calls, $why', async ({ offers }) => {
    const server = await serve({ offers, password: 'another one' });
    const log = keptLog();
    const esxi = connector({ log });
    const first = await portErrorOf(esxi.open(targetOf(server.port), soon()));
    const second = await portErrorOf(esxi.open(targetOf(server.port), soon()));
    expect([first.code, second.code]).toEqual(['CredentialsRejected', 'CredentialsRejected']);
    expect(second.message).toBe(first.message);
    expect(server.attempts).toHaveLength(1);
    expect(server.connections()).toBe(1);
    expect(JSON.stringify([first.message, first.detail, log.lines])).not.toContain(PASSWORD);
  });

  it.each([
    { why: 'the Secret changed', change: { credentials: { username: 'root', password: 'another one', privateKey: undefined } } },
    { why: 'the user changed', change: { credentials: { username: 'operator', password: PASSWORD, privateKey: undefined } } },
  ])('tries again at once when $why', async ({ change }) => {
    const server = await serve({ password: 'another one' });
    const esxi = connector();
    await portErrorOf(esxi.open(targetOf(server.port), soon()));
    await esxi.open(targetOf(server.port, change), soon()).catch(() => undefined);
    expect(server.attempts).toHaveLength(2);
  });

  it('tries again after forget, as when a person asks for a retry', async () => {
    const server = await serve({ password: 'another one' });
    const esxi = connector();
    await portErrorOf(esxi.open(targetOf(server.port), soon()));
    server.script = { ...server.script, password: PASSWORD };
    esxi.forget('default/esx-01');
    await esxi.open(targetOf(server.port), soon());
    expect(server.attempts).toHaveLength(2);
  });

  it('remembers a rejection per target: another host with the same Secret is tried', async () => {
    const server = await serve({ password: 'another one' });
    const esxi = connector();
    await portErrorOf(esxi.open(targetOf(server.port), soon()));
    await portErrorOf(esxi.open(targetOf(server.port, { key: 'default/esx-02' }), soon()));
    expect(server.attempts).toHaveLength(2);
  });

  it.each([
    { why: 'asks for the password again', rounds: [[{ prompt: 'Password: ', echo: false }], [{ prompt: 'Password: ', echo: false }]] },
    { why: 'asks for a new password', rounds: [[{ prompt: 'Password: ', echo: false }], [{ prompt: 'New password: ', echo: false }]] },
  ])('hangs up when the host $why', async ({ rounds }) => {
    const server = await serve({ offers: ['keyboard-interactive', 'password'], rounds });
    const error = await portErrorOf(connector().open(targetOf(server.port), soon()));
    expect(error.code).toBe('CredentialsRejected');
    expect(server.attempts).toHaveLength(1);
  });

  it.each([
    {
      why: 'two prompts at once, as with a second factor',
      prompts: [
        { prompt: 'Password: ', echo: false },
        { prompt: 'Code: ', echo: false },
      ],
    },
    { why: 'a prompt whose answer is shown', prompts: [{ prompt: 'Favourite colour: ', echo: true }] },
  ])('gives the password to no question but that for a password: $why', async ({ prompts }) => {
    const server = await serve({ offers: ['keyboard-interactive'], rounds: [prompts] });
    const error = await portErrorOf(connector().open(targetOf(server.port), soon()));
    expect(error.code).toBe('CredentialsRejected');
    expect(server.attempts).toEqual([]);
  });
});

describe('reaching the host', () => {
  it('says that SSH may be off when the port is closed', async () => {
    const server = await serve();
    await server.close();
    const error = await portErrorOf(connector().open(targetOf(server.port), soon()));
    expect(error.code).toBe('HostUnreachable');
    expect(error.message).toContain('TSM-SSH');
    expect(error.terminal).toBe(false);
  });

  it('says when a name cannot be resolved', async () => {
    const error = await portErrorOf(connector().open(targetOf(22, { address: 'no-such-host.invalid' }), soon()));
    expect(error.code).toBe('HostUnreachable');
    expect(error.message).toMatch(/cannot be resolved/);
  });

  it('gives up on a host that accepts the connection and says nothing', async () => {
    const silent = await startSilentServer();
    const error = await portErrorOf(connector({ timeouts: { connectMs: 200 } }).open(targetOf(silent.port), soon()));
    silent.close();
    expect(error.code).toBe('HostUnreachable');
  });

  it('stops connecting when aborted', async () => {
    const silent = await startSilentServer();
    const controller = new AbortController();
    const opening = portErrorOf(connector().open(targetOf(silent.port), controller.signal));
    await silent.connected;
    controller.abort(new Error('lease lost'));
    const error = await opening;
    silent.close();
    expect(error.code).toBe('Aborted');
    expect(error.cause).toEqual(new Error('lease lost'));
  });
});
