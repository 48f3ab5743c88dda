/** One exec request on a simulated host: runs the command and misbehaves if told to. */
import type { ServerChannel } from 'ssh2';
import type { HostWorld } from '../world/hostWorld.ts';
import type { CommandResult } from './commandResult.ts';
import { runShell } from './shell.ts';

/** `drop` breaks the whole connection, as a lost network path would. */
export async function runExec(world: HostWorld, command: string, channel: ServerChannel, drop: () => void): Promise<void> {
  const received: Buffer[] = [];
  const ended = new Promise<void>((resolve) => {
    channel.on('data', (chunk: Buffer) => received.push(chunk));
    channel.once('end', resolve);
    channel.once('close', resolve);
  });
  channel.on('error', () => undefined);
  world.counters.commands.push(command);
  if (world.misbehaviours.take('dropConnectionBefore', (misbehaviour) => misbehaviour.command.test(command)) !== undefined) {
    drop();
    return;
  }
  const readStdin = async () => {
    await ended;
    return Buffer.concat(received);
  };
  const running = world.mft.during(command.includes('/opt/mellanox/bin/'), async () => {
    await delay(world);
    return runShell(command, { world, readStdin });
  });
  if (world.misbehaviours.take('dropConnectionDuring', (misbehaviour) => misbehaviour.command.test(command)) !== undefined) {
    drop();
    await running;
    return;
  }
  const result = await running;
  if (world.misbehaviours.take('dropConnectionAfter', (misbehaviour) => misbehaviour.command.test(command)) !== undefined) {
    drop();
    return;
  }
  answer(channel, result);
}

async function delay(world: HostWorld): Promise<void> {
  const slow = world.misbehaviours.take('slow');
  if (slow !== undefined) {
    await new Promise<void>((resolve) => world.clock.schedule(slow.milliseconds, resolve));
  }
}

function answer(channel: ServerChannel, result: CommandResult): void {
  if (result.stderr !== undefined && result.stderr !== '') {
    channel.stderr.write(result.stderr);
  }
  channel.write(result.stdout, () => {
    channel.exit(result.code);
    channel.end();
  });
}
