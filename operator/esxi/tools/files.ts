/** Files on the host: checksum, existence, removal, upload. */
import { notUnderstood } from '../outcome.ts';
import { operand, printable, quoteOperand, refused, shellCommand } from '../quote.ts';

export function sha256Command(path: string): string {
  return shellCommand('sha256sum', operand(absolute(path)));
}

/** 64 lower-case hexadecimal digits. A leading `\` means that the file's name was escaped (coreutils). */
export function parseSha256(stdout: string): string {
  const digest = stdout.match(/^\\?([0-9a-fA-F]{64})(?:\s|$)/)?.[1];
  if (digest === undefined) throw notUnderstood('the SHA-256 checksum', stdout);
  return digest.toLowerCase();
}

/** Exit code 0: it exists; 1: it does not. */
export function fileExistsCommand(path: string): string {
  return shellCommand('test', '-e', operand(absolute(path)));
}

/** A file that is not there is success. */
export function removeFileCommand(path: string): string {
  return shellCommand('rm', '-f', operand(absolute(path)));
}

/** Where an upload is written before its checksum is right and it gets its name. */
export function partialPath(path: string): string {
  return `${path}.part`;
}

/** Standard input to the file: sftp is missing before 7.0 and scp is deprecated, `cat` is always there. */
export function writeFileCommand(path: string): string {
  return `${shellCommand('cat')} >${quoteOperand(absolute(path))}`;
}

export function renameFileCommand(from: string, to: string): string {
  return shellCommand('mv', '-f', operand(absolute(from)), operand(absolute(to)));
}

function absolute(path: string): string {
  if (!path.startsWith('/')) throw refused(`${printable(path)} is no absolute path, such as /vmfs/volumes/datastore1/nmst.vib`);
  return path;
}
