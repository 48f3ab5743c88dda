/**
 * A tar archive, compressed: POSIX.1-1988 ustar, which every tar reads (pubs.opengroup.org, pax, "ustar Interchange Format"). Owned by
 * nobody in particular. Pure.
 */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

export interface Entry {
  /** With `/` between its parts; without `..`. */
  readonly path: string;
  readonly content: string | Uint8Array;
  /** Default 0o600: its owner only. */
  readonly mode?: number;
  /** A folder, or a symbolic link whose content is its target; default a file. */
  readonly type?: 'file' | 'folder' | 'link';
}

const BLOCK = 512;
const NAME = 100;
const PREFIX = 155;

const TYPES = { file: '0', link: '2', folder: '5' } as const;

/** `folder` holds all files, so that unpacking litters nothing. */
export function tarGz(folder: string, entries: readonly Entry[], now: Date): Uint8Array {
  const blocks = entries.flatMap(({ path, content, mode = 0o600, type = 'file' }) => {
    const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : Buffer.from(content);
    const data = type === 'file' ? bytes : Buffer.alloc(0);
    const rest = (BLOCK - (data.length % BLOCK)) % BLOCK;
    const target = type === 'link' ? bytes.toString('utf8') : '';
    return [header(`${folder}/${path}`, { size: data.length, mode, now, type: TYPES[type], target }), data, Buffer.alloc(rest)];
  });
  // Two empty blocks end an archive.
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]));
}

interface Header {
  readonly size: number;
  readonly mode: number;
  readonly now: Date;
  readonly type: (typeof TYPES)[keyof typeof TYPES];
  readonly target: string;
}

function header(path: string, { size, mode, now, type, target }: Header): Buffer {
  const block = Buffer.alloc(BLOCK);
  const { name, prefix } = splitPath(path);
  block.write(name, 0, NAME, 'utf8');
  block.write(octal(mode, 8), 100, 'ascii');
  block.write(octal(0, 8), 108, 'ascii');
  block.write(octal(0, 8), 116, 'ascii');
  block.write(octal(size, 12), 124, 'ascii');
  block.write(octal(Math.floor(now.getTime() / 1000), 12), 136, 'ascii');
  // The checksum is computed with blanks in its own place.
  block.write(' '.repeat(8), 148, 'ascii');
  block.write(type, 156, 'ascii');
  block.write(target, 157, NAME, 'utf8');
  block.write('ustar\u000000', 257, 'ascii');
  block.write(prefix, 345, PREFIX, 'utf8');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\u0000 `, 148, 'ascii');
  return block;
}

function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\u0000`;
}

/** Names of objects may be longer than the format has room for: such a file gets a shorter name with a digest in it. */
export function splitPath(path: string): { readonly name: string; readonly prefix: string } {
  if (Buffer.byteLength(path) <= NAME) return { name: path, prefix: '' };
  for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
    const [prefix, name] = [path.slice(0, slash), path.slice(slash + 1)];
    if (Buffer.byteLength(name) <= NAME && Buffer.byteLength(prefix) <= PREFIX) return { name, prefix };
  }
  const digest = createHash('sha256').update(path).digest('hex').slice(0, 12);
  const last = path.slice(path.lastIndexOf('/') + 1);
  const folder = path.slice(0, path.lastIndexOf('/'));
  const ending = /\.[a-z]{1,5}$/.exec(last)?.[0] ?? '';
  return { name: `${last.slice(0, 60)}-${digest}${ending}`, prefix: Buffer.byteLength(folder) <= PREFIX ? folder : digest };
}
