/** Uploads: whole or not at all, whatever the name, the disk or the connection do. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { PortError } from '../../../operator/ports/errors.ts';
import { portErrorOf, soon } from './support/connect.ts';
import type { ServerScript } from './support/scriptedServer.ts';
import { answers, print, setUp } from './support/setUp.ts';

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
