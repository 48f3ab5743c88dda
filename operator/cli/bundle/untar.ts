/** Reads an archive as `tarGz` writes it: ustar, regular files. What else is in it is passed over. Pure. */
import { gunzipSync } from 'node:zlib';

const BLOCK = 512;
/** Of the archive unpacked: an archive that grows beyond this is none of ours. */
const LARGEST = 512 * 1024 * 1024;

/** Files as text, by path with the folder that holds them all. Throws where it is no such archive. */
export function untarGz(archive: Uint8Array): ReadonlyMap<string, string> {
  const data = gunzipSync(archive, { maxOutputLength: LARGEST });
  const files = new Map<string, string>();
  for (let at = 0; at + BLOCK <= data.length && data[at] !== 0; ) {
    const header = data.subarray(at, at + BLOCK);
    if (header.toString('ascii', 257, 262) !== 'ustar') throw new RangeError('it is no ustar archive');
    const size = Number.parseInt(textAt(header, 124, 12), 8);
    if (!Number.isSafeInteger(size)) throw new RangeError('the size of a file in it cannot be read');
    const [name, prefix] = [textAt(header, 0, 100), textAt(header, 345, 155)];
    const from = at + BLOCK;
    if (from + size > data.length) throw new RangeError(`it ends within ${name}`);
    if (textAt(header, 156, 1) === '0') files.set(prefix === '' ? name : `${prefix}/${name}`, data.toString('utf8', from, from + size));
    at = from + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}

/** Up to the byte 0. */
function textAt(header: Buffer, offset: number, length: number): string {
  const field = header.subarray(offset, offset + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end === -1 ? length : end).trim();
}
