/** Commands over the kept connection: one at a time, whole output, and the truth about what a lost connection means. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createEsxiConnector, type EsxiConnectorOptions } from '../../../operator/esxi/connector.ts';
import type { CommandReport } from '../../../operator/esxi/session.ts';
import { PortError } from '../../../operator/ports/errors.ts';
import type { EsxiConnector, EsxiHost } from '../../../operator/ports/esxiHost.ts';
import { keptLog, PASSWORD, portErrorOf, soon, targetOf } from './support/connect.ts';
import { makeKey } from './support/keys.ts';
import { type CommandIo, type ScriptedServer, type ServerScript, startScriptedServer } from './support/scriptedServer.ts';

const hostKey = makeKey('ecdsa');
const servers: ScriptedServer[] = [];
const connectors: EsxiConnector[] = [];

interface Setup {
  readonly server: ScriptedServer;
  readonly esxi: EsxiConnector;
  readonly host: EsxiHost;
  readonly reports: CommandReport[];
}

async function setUp(script: Partial<ServerScript>, options: Partial<EsxiConnectorOptions> = {}): Promise<Setup> {
  const server = await startScriptedServer({ hostKeys: [hostKey.privateKey], password: PASSWORD, ...script });
  const reports: CommandReport[] = [];
  const esxi = createEsxiConnector({ log: keptLog(), onCommand: (report) => reports.push(report), ...options });
  servers.push(server);
  connectors.push(esxi);
  return { server, esxi, reports, host: await esxi.open(targetOf(server.port), soon()) };
}

/** Answers each command by the first entry whose key it begins with. */
function answers(table: Readonly<Record<string, (io: CommandIo) => void>>): NonNullable<ServerScript['onCommand']> {
  return (command, io) => {
    const entry = Object.entries(table).find(([start]) => command.startsWith(start));
    if (entry === undefined) io.exit(127);
    else entry[1](io);
  };
}

const UPTIME = 'esxcli system stats uptime get';
const print =
  (text: string, code = 0) =>
  (io: CommandIo): void => {
    io.channel.write(text);
    io.exit(code);
  };

afterEach(async () => {
  await Promise.all(connectors.splice(0).map((made) => made.close()));
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

describe('one connection, one command at a time', () => {
  it('runs commands that are asked for at once one after another, on one connection, with MaxSessions 1', async () => {
    const { server, host, reports } = await setUp({ maxSessions: 1, onCommand: answers({ [UPTIME]: print('42\n') }) });
    const results = await Promise.all(Array.from({ length: 8 }, () => host.uptimeMicroseconds(soon())));
    expect(results).toEqual(Array.from({ length: 8 }, () => 42));
    expect(server.connections()).toBe(1);
    expect(server.mostAtOnce()).toBe(1);
    expect(reports).toHaveLength(8);
    expect(reports[0]).toEqual({ host: '127.0.0.1', command: UPTIME, exitCode: 0, durationMs: expect.any(Number) });
  });

  it('shares the connection between calls of open with the same target', async () => {
    const { server, esxi } = await setUp({ onCommand: answers({ [UPTIME]: print('1\n') }) });
    const again = await esxi.open(targetOf(server.port), soon());
    await again.uptimeMicroseconds(soon());
    expect(server.connections()).toBe(1);
  });

  it('replaces the connection when the credentials change, and lets a command under way end', async () => {
    const begun = Promise.withResolvers<CommandIo>();
    const { server, esxi, host } = await setUp({ onCommand: answers({ '/sbin/auto-backup.sh': begun.resolve, [UPTIME]: print('7\n') }) });
    const saving = host.saveConfiguration(soon());
    const io = await begun.promise;
    server.script = { ...server.script, password: 'rotated' };
    const renewed = await esxi.open(
      targetOf(server.port, { credentials: { username: 'root', password: 'rotated', privateKey: undefined } }),
      soon(),
    );
    expect(await renewed.uptimeMicroseconds(soon())).toBe(7);
    io.exit(0);
    await saving;
    expect(server.connections()).toBe(2);
    expect((await portErrorOf(host.uptimeMicroseconds(soon()))).code).toBe('ConnectionLost');
  });

  it('closes an idle connection and opens it again for the next command', async () => {
    const { server, host } = await setUp({ onCommand: answers({ [UPTIME]: print('1\n') }) }, { timeouts: { idleMs: 10 } });
    await server.allClosed();
    await host.uptimeMicroseconds(soon());
    expect(server.connections()).toBe(2);
  });
});

describe('output', () => {
  it('is read whole, standard error beside it, however large', async () => {
    const record = `<structure typeName="X"><field name="Address"><string>0000:82:00.0</string></field>${[
      'VendorID',
      'DeviceID',
      'DeviceClass',
    ]
      .map((name) => `<field name="${name}"><integer>1</integer></field>`)
      .join('')}<field name="DeviceName"><string>${'x'.repeat(10_000)}</string></field></structure>`;
    const { host } = await setUp({
      onCommand: answers({
        'esxcli --formatter=xml hardware pci list': (io) => {
          io.channel.stderr.write('noise\n'.repeat(100_000));
          io.channel.write('<?xml version="1.0" encoding="utf-8"?><output xmlns="x"><root><list type="structure">');
          for (let i = 0; i < 600; i += 1) io.channel.write(record);
          io.channel.write('</list></root></output>');
          io.exit(0);
        },
      }),
    });
    expect(await host.pciFunctions(soon())).toHaveLength(600);
  });

  it('beyond 32 MiB is refused, and the next command works', async () => {
    const { host } = await setUp({
      onCommand: answers({
        'esxcli system version get': (io) => void flood(io),
        [UPTIME]: print('5\n'),
      }),
    });
    const error = await portErrorOf(host.version(soon()));
    expect(error.code).toBe('OutputNotUnderstood');
    expect(error.message).toContain('32 MiB');
    expect(await host.uptimeMicroseconds(soon())).toBe(5);
  });
});

async function flood(io: CommandIo): Promise<void> {
  const chunk = Buffer.alloc(256 * 1024, 'x');
  for (let i = 0; i < 40 * 4 && io.channel.writable; i += 1) {
    if (!io.channel.write(chunk)) await once(io.channel, 'drain');
  }
}

describe('lost connections', () => {
  it('are opened again for the next command', async () => {
    const { server, host } = await setUp({ onCommand: answers({ [UPTIME]: print('1\n') }) });
    server.cutAll();
    await server.allClosed();
    expect(await host.uptimeMicroseconds(soon())).toBe(1);
    expect(server.connections()).toBe(2);
  });

  it('are opened again when the host takes no further session on them', async () => {
    const { server, host } = await setUp({ onCommand: answers({ [UPTIME]: print('1\n') }) });
    server.refuseSessionsOfOpenConnections();
    expect(await host.uptimeMicroseconds(soon())).toBe(1);
    expect(server.connections()).toBe(2);
  });

  it('during a command are reported, and the command is not sent again', async () => {
    const { server, host } = await setUp({ onCommand: answers({ '/opt/mellanox/bin/flint': (io) => io.cut() }) });
    const error = await portErrorOf(host.burnFirmware('mt4119_pciconf0', '/vmfs/volumes/ds1/fw.bin', soon()));
    expect(error.code).toBe('ConnectionLost');
    expect(error.detail).toEqual({ started: true });
    expect(server.commands).toHaveLength(1);
  });

  it.each([
    { why: 'the connection is cut once the reboot began', act: (io: CommandIo) => io.cut() },
    { why: 'the channel ends without an exit status', act: (io: CommandIo) => io.channel.close() },
    { why: 'the exit status arrives', act: (io: CommandIo) => io.exit(0) },
  ])('count as success for a reboot: $why', async ({ act }) => {
    const { host } = await setUp({ onCommand: answers({ 'esxcli system shutdown reboot': act, 'esxcli system shutdown poweroff': act }) });
    await host.reboot('SR-IOV: apply firmware', soon());
    await host.powerOff('SR-IOV: cold start', soon());
  });

  it('do not count as success for a reboot that the host never began', async () => {
    const { server, host } = await setUp({});
    await server.close();
    const error = await portErrorOf(host.reboot('x', soon()));
    expect(error.code).toBe('HostUnreachable');
  });

  it('do not hide a reboot that was refused', async () => {
    const { host } = await setUp({
      onCommand: answers({ 'esxcli system shutdown reboot': print('The host must be in maintenance mode.\n', 1) }),
    });
    const error = await portErrorOf(host.reboot('x', soon()));
    expect(error.code).toBe('CommandFailed');
    expect(error.message).toBe('esxcli system shutdown reboot failed with exit code 1: The host must be in maintenance mode.');
  });

  it('are noticed by keep-alives when the host falls silent', async () => {
    const begun = Promise.withResolvers<CommandIo>();
    const { server, host } = await setUp({ onCommand: answers({ [UPTIME]: begun.resolve }) }, { timeouts: { keepaliveMs: 20 } });
    const reading = portErrorOf(host.uptimeMicroseconds(soon()));
    await begun.promise;
    server.freeze();
    expect((await reading).code).toBe('ConnectionLost');
  });

  it('end waiting and running commands when the target is forgotten', async () => {
    const begun = Promise.withResolvers<CommandIo>();
    const { esxi, host } = await setUp({ onCommand: answers({ [UPTIME]: begun.resolve }) });
    const running = portErrorOf(host.uptimeMicroseconds(soon()));
    const waiting = portErrorOf(host.version(soon()));
    await begun.promise;
    esxi.forget('default/esx-01');
    expect([(await running).code, (await waiting).code]).toEqual(['ConnectionLost', 'ConnectionLost']);
  });
});

describe('giving up', () => {
  it('on a command that takes too long frees the queue for the next', async () => {
    const { host } = await setUp(
      { onCommand: answers({ 'esxcli system version get': () => undefined, [UPTIME]: print('3\n') }) },
      { timeouts: { execMs: 100 } },
    );
    const error = await portErrorOf(host.version(soon()));
    expect(error.code).toBe('CommandTimedOut');
    expect(await host.uptimeMicroseconds(soon())).toBe(3);
  });

  it('by abort ends a running command', async () => {
    const begun = Promise.withResolvers<CommandIo>();
    const controller = new AbortController();
    const { host } = await setUp({ onCommand: answers({ [UPTIME]: begun.resolve }) });
    const reading = portErrorOf(host.uptimeMicroseconds(controller.signal));
    await begun.promise;
    controller.abort(new Error('lease lost'));
    const error = await reading;
    expect(error.code).toBe('Aborted');
    expect(error.cause).toEqual(new Error('lease lost'));
  });

  it('by abort before its turn never sends the command, and leaves the running one alone', async () => {
    const begun = Promise.withResolvers<CommandIo>();
    const controller = new AbortController();
    const { server, host } = await setUp({ onCommand: answers({ [UPTIME]: begun.resolve }) });
    const running = host.uptimeMicroseconds(soon());
    const io = await begun.promise;
    const waiting = portErrorOf(host.reboot('x', controller.signal));
    controller.abort();
    expect((await waiting).code).toBe('Aborted');
    print('9\n')(io);
    expect(await running).toBe(9);
    expect(server.commands).toEqual([UPTIME]);
  });

  it('with a signal that was aborted before sends nothing', async () => {
    const { server, host } = await setUp({});
    expect((await portErrorOf(host.reboot('x', AbortSignal.abort()))).code).toBe('Aborted');
    expect(server.commands).toEqual([]);
  });
});

describe('upload', () => {
  const PATH = "/vmfs/volumes/ds 1/it's.bin";
  const PART = "'/vmfs/volumes/ds 1/it'\\''s.bin.part'";

  async function* chunks(count: number, size: number): AsyncGenerator<Uint8Array> {
    for (let i = 0; i < count; i += 1) yield Buffer.alloc(size, i);
  }

  /** A host that keeps what `cat` is given and tells its checksum, or that of something else. */
  function keeping(told: (sha256: string) => string = (sha256) => sha256): {
    readonly script: Partial<ServerScript>;
    readonly received: () => Buffer;
  } {
    const parts: Buffer[] = [];
    return {
      received: () => Buffer.concat(parts),
      script: {
        onCommand: answers({
          'cat >': (io) => {
            io.channel.on('data', (chunk: Buffer) => parts.push(chunk));
            io.channel.once('end', () => io.exit(0));
          },
          sha256sum: (io) => print(`${told(createHash('sha256').update(Buffer.concat(parts)).digest('hex'))}  file\n`)(io),
          mv: (io) => io.exit(0),
          rm: (io) => io.exit(0),
        }),
      },
    };
  }

  it('sends every byte beside the final name, compares checksums, then renames', async () => {
    const { script, received } = keeping();
    const { server, host } = await setUp(script);
    await host.upload(chunks(64, 100_000), PATH, soon());
    expect(received().length).toBe(6_400_000);
    expect(server.commands).toEqual([`cat >${PART}`, `sha256sum ${PART}`, `mv -f ${PART} '/vmfs/volumes/ds 1/it'\\''s.bin'`]);
  });

  it('that did not arrive whole never gets its name', async () => {
    const { script } = keeping(() => '0'.repeat(64));
    const { server, host } = await setUp(script);
    const error = await portErrorOf(host.upload(chunks(1, 10), PATH, soon()));
    expect(error.message).toContain('did not arrive whole');
    expect(server.commands.at(-1)).toBe(`rm -f ${PART}`);
  });

  it('ends with what the host says when its file system is full, before all is sent', async () => {
    const { host } = await setUp({
      onCommand: answers({
        'cat >': (io) => {
          io.channel.stderr.write('cat: write error: No space left on device\n');
          io.exit(1);
        },
      }),
    });
    const error = await portErrorOf(host.upload(chunks(400, 100_000), PATH, soon()));
    expect(error.message).toBe('cat failed with exit code 1: cat: write error: No space left on device');
  });

  it('fails with the cause when the content cannot be read', async () => {
    const { script } = keeping();
    const { server, host } = await setUp(script);
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('half');
      throw new Error('download broke off');
    }
    const error = await portErrorOf(host.upload(broken(), PATH, soon()));
    expect(error.cause).toEqual(new Error('download broke off'));
    expect(server.commands).toHaveLength(1);
  });

  it('passes a PortError of the content through', async () => {
    const { host } = await setUp(keeping().script);
    const cause = new PortError('Aborted', 'stopped');
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('half');
      throw cause;
    }
    expect(await portErrorOf(host.upload(broken(), PATH, soon()))).toBe(cause);
  });
});
