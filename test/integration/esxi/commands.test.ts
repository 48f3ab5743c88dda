/** Commands over the kept connection: one at a time, whole output, and the truth about what a lost connection means. */
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { portErrorOf, soon, targetOf } from './support/connect.ts';
import type { CommandIo } from './support/scriptedServer.ts';
import { answers, print, setUp, UPTIME } from './support/setUp.ts';

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
    const { server, host } = await setUp({
      onCommand: answers({ [UPTIME]: print('1\n'), 'echo begun 1 mt4119_pciconf0': (io) => io.cut() }),
    });
    const error = await portErrorOf(host.burnFirmware('mt4119_pciconf0', '/vmfs/volumes/ds1/fw.bin', soon()));
    expect(error.code).toBe('ConnectionLost');
    expect(error.detail).toEqual({ started: true });
    expect(server.commands).toHaveLength(2);
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
