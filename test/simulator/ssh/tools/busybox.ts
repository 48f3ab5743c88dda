/** The few busybox applets that remote file handling needs. Their error texts are those of busybox. */
import { createHash } from 'node:crypto';
import { complain, ok, type Tool } from '../commandResult.ts';

const missing = (applet: string, path: string) => complain(1, `${applet}: ${path}: No such file or directory`);

export const cat: Tool = async (args, { world, readStdin }) => {
  const path = args[0];
  const content = path === undefined ? await readStdin() : world.files.read(path);
  return content === undefined
    ? complain(1, `cat: can't open '${path}': No such file or directory`)
    : { stdout: new TextDecoder().decode(content), code: 0 };
};

export const tail: Tool = (args, { world }) => {
  const [flag, count, path = ''] = args;
  const content = world.files.read(path);
  if (flag !== '-n' || !/^\d+$/.test(count ?? '')) return complain(1, 'tail: usage: tail -n N FILE');
  if (content === undefined) return complain(1, `tail: can't open '${path}': No such file or directory`);
  const lines = new TextDecoder()
    .decode(content)
    .split('\n')
    .filter((line) => line !== '');
  return ok(...lines.slice(-Number(count)));
};

export const echo: Tool = (args) => ok(args.join(' '));

export const sha256sum: Tool = (args, { world }) => {
  const path = operands(args)[0] ?? '';
  const content = world.files.read(path);
  return content === undefined
    ? complain(1, `sha256sum: can't open '${path}': No such file or directory`)
    : ok(`${createHash('sha256').update(content).digest('hex')}  ${path}`);
};

export const ls: Tool = (args, { world }) => {
  const path = operands(args)[0] ?? '/';
  if (world.files.read(path) !== undefined) {
    return ok(path);
  }
  const folder = path.endsWith('/') ? path : `${path}/`;
  const names = new Set(
    world.files.list().flatMap((file) => (file.startsWith(folder) ? [file.slice(folder.length).split('/')[0] ?? ''] : [])),
  );
  return names.size === 0 ? missing('ls', path) : ok(...names);
};

export const rm: Tool = (args, { world }) => {
  const force = args.some((argument) => /^-\w*f/.test(argument));
  const absent = operands(args).filter((path) => !world.files.remove(path));
  const first = absent[0];
  return first === undefined || force ? ok() : complain(1, `rm: can't remove '${first}': No such file or directory`);
};

export const mv: Tool = (args, { world }) => {
  const [from = '', to = ''] = operands(args);
  const content = world.files.read(from);
  if (content === undefined) {
    return complain(1, `mv: can't rename '${from}': No such file or directory`);
  }
  world.files.write(to, content);
  world.files.remove(from);
  return ok();
};

/** Folders exist as soon as a file lies in them. */
export const mkdir: Tool = () => ok();

/** `test -e|-f|-r|-s PATH`, also written `[ -f PATH ]`; an executable counts as there when its tool is. */
export const test: Tool = (args, { world }) => {
  const words = args.filter((word) => word !== ']');
  const negated = words[0] === '!';
  const [flag, path] = negated ? words.slice(1) : words;
  if (path === undefined || !['-e', '-f', '-r', '-s', '-x', '-d'].includes(flag ?? '')) {
    return complain(2, `sh: ${args.join(' ')}: unknown operand`);
  }
  const mft = path.startsWith('/opt/mellanox/bin/') && world.mft.installed;
  const file = world.files.read(path);
  const folder = world.files.list().some((name) => name.startsWith(`${path.replace(/\/$/, '')}/`));
  const there = flag === '-d' ? folder : mft || (flag === '-s' ? (file?.length ?? 0) > 0 : file !== undefined || (flag === '-e' && folder));
  return { stdout: '', code: there === negated ? 1 : 0 };
};

function operands(args: readonly string[]): readonly string[] {
  return args.filter((argument) => !argument.startsWith('-'));
}
