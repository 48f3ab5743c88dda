/** The shell of a simulated host: runs one exec request and finds the emulation of each tool it names. */

import { parseCommandLine, type SimpleCommand } from './commandLine.ts';
import { type CommandResult, complain, type Tool, type ToolContext } from './commandResult.ts';
import { expand, ShellSyntaxError } from './commandTokens.ts';
import { esxcli } from './esxcli/esxcli.ts';
import { autoBackup } from './tools/autoBackup.ts';
import { cat, echo, ls, mkdir, mv, rm, sha256sum, tail, test } from './tools/busybox.ts';
import { esxcfgModule } from './tools/esxcfgModule.ts';
import { flint } from './tools/flint.ts';
import { lspci } from './tools/lspci.ts';
import { mlxconfig } from './tools/mlxconfig.ts';
import { mst } from './tools/mst.ts';
import { secureBoot } from './tools/secureBoot.ts';
import { vmware } from './tools/vmware.ts';

/** Found by name because their folder is on the PATH of an exec request. */
const ON_PATH: Readonly<Record<string, Tool>> = {
  esxcli,
  'esxcfg-module': esxcfgModule,
  lspci,
  vmware,
  cat,
  echo,
  ls,
  mkdir,
  mv,
  rm,
  sha256sum,
  tail,
  test,
  '[': test,
  true: () => ({ stdout: '', code: 0 }),
  ':': () => ({ stdout: '', code: 0 }),
  false: () => ({ stdout: '', code: 1 }),
};

/** Found by their full path only. */
const BY_PATH: Readonly<Record<string, Tool>> = {
  '/sbin/auto-backup.sh': autoBackup,
  '/bin/auto-backup.sh': autoBackup,
  '/usr/lib/vmware/secureboot/bin/secureBoot.py': secureBoot,
};

/** There once the mft VIB runs. */
const OF_MFT: Readonly<Record<string, Tool>> = {
  '/opt/mellanox/bin/mst': mst,
  '/opt/mellanox/bin/mlxconfig': mlxconfig,
  '/opt/mellanox/bin/flint': flint,
};

const BINARY_FOLDERS = ['/bin/', '/sbin/', '/usr/bin/', '/usr/sbin/', '/usr/lib/vmware/bin/'];

export async function runShell(line: string, context: ToolContext): Promise<CommandResult> {
  let commands: readonly SimpleCommand[];
  try {
    commands = parseCommandLine(line);
  } catch (error) {
    if (error instanceof ShellSyntaxError) {
      return complain(2, `sh: syntax error: ${error.message}`);
    }
    throw error;
  }
  const environment = new Map([['PATH', '/bin:/sbin']]);
  let stdout = '';
  let stderr = '';
  let code = 0;
  for (const command of commands) {
    if (command.joiner === ';' || (command.joiner === '&&') === (code === 0)) {
      const [first, status] = command.words.map((word) => expand(word, environment));
      if (first === 'exit') return { stdout, stderr, code: status === undefined ? code : Number(status) };
      const result = await runSimple(command, environment, context);
      stdout += result.stdout;
      stderr += result.stderr ?? '';
      code = result.code;
      environment.set('?', String(code));
    }
  }
  return { stdout, stderr, code };
}

async function runSimple(command: SimpleCommand, environment: Map<string, string>, context: ToolContext): Promise<CommandResult> {
  const all = command.words.map((word) => expand(word, environment));
  const words = all[0] === 'export' ? all.slice(1) : all;
  const firstPlain = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
  for (const assignment of firstPlain < 0 ? words : words.slice(0, firstPlain)) {
    const equals = assignment.indexOf('=');
    environment.set(assignment.slice(0, equals), assignment.slice(equals + 1));
  }
  const name = firstPlain < 0 || all[0] === 'export' ? undefined : words[firstPlain];
  if (name === undefined) {
    return { stdout: '', code: 0 };
  }
  const args = words.slice(firstPlain + 1);
  if (command.output !== undefined) {
    const output = { path: expand(command.output.path, environment), append: command.output.append };
    return redirect(name, args, output, context);
  }
  return await run(name, args, context);
}

async function redirect(
  name: string,
  args: readonly string[],
  output: { readonly path: string; readonly append: boolean },
  context: ToolContext,
): Promise<CommandResult> {
  // The content of an upload is not text: `cat > file` takes the bytes as they come.
  const plainCat = name === 'cat' && args.length === 0;
  const result = plainCat ? { stdout: '', code: 0 } : await run(name, args, context);
  const bytes = plainCat ? await context.readStdin() : new TextEncoder().encode(result.stdout);
  if (output.path !== '/dev/null') {
    if (!/^\/(tmp|vmfs\/volumes|scratch|var\/tmp)\/./.test(output.path)) {
      return complain(1, `sh: can't create ${output.path}: nonexistent directory`);
    }
    const before = output.append ? (context.world.files.read(output.path) ?? new Uint8Array()) : new Uint8Array();
    context.world.files.write(output.path, Buffer.concat([before, bytes]));
  }
  return { ...result, stdout: '' };
}

async function run(name: string, args: readonly string[], context: ToolContext): Promise<CommandResult> {
  const tool = find(name, context);
  return tool === undefined ? complain(127, `sh: ${name}: not found`) : await tool(args, context);
}

function find(name: string, { world }: ToolContext): Tool | undefined {
  if (OF_MFT[name] !== undefined) {
    return world.mft.installed ? OF_MFT[name] : undefined;
  }
  const folder = BINARY_FOLDERS.find((candidate) => name.startsWith(candidate));
  return BY_PATH[name] ?? ON_PATH[folder === undefined ? name : name.slice(folder.length)];
}
