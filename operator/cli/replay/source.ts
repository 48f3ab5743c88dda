/** Where recorded decisions are read from: a support bundle, packed or not, or a file with one of them. */
import { readCase } from '../../controllers/sriovHost/readCase.ts';
import type { HostCase } from '../../controllers/sriovHost/recordedCase.ts';
import { untarGz } from '../bundle/untar.ts';
import { CliError, textOfError } from '../exit.ts';
import type { Io } from '../io.ts';

export interface Recorded {
  readonly cases: readonly HostCase[];
  /** `namespace/name` of every host in the bundle; empty for a single file. */
  readonly hosts: readonly string[];
}

type Files = Pick<Io, 'readBytes' | 'listFolder'>;

/** Throws with the file and what is wrong with it. */
export async function readRecorded(path: string, io: Files): Promise<Recorded> {
  const files = (await folderFiles(path, io)) ?? (await fileFiles(path, io));
  const single = files.size === 1 && ![...files.keys()].some((name) => CASE.test(name));
  const cases = [...files].flatMap(([name, content]) => (single || CASE.test(name) ? [{ name, content }] : []));
  return {
    cases: cases.map(({ name, content }) => parsed(name, content)).sort((a, b) => (a.time < b.time ? -1 : 1)),
    hosts: [...files.keys()].flatMap((name) => {
      const [, namespace, host] = HOST.exec(name) ?? [];
      return namespace === undefined || host === undefined ? [] : [`${namespace}/${host}`];
    }),
  };
}

const CASE = /(^|\/)cases\/[^/]+\.json$/;
/** No namespace has an underscore in its name. */
const HOST = /(?:^|\/)objects\/SriovHost\/([^/_]+)_([^/]+)\.yaml$/;

function parsed(name: string, content: string): HostCase {
  try {
    return readCase(content);
  } catch (error) {
    throw new CliError(`${name}: ${textOfError(error)}`, { cause: error });
  }
}

async function fileFiles(path: string, io: Files): Promise<ReadonlyMap<string, string>> {
  const bytes = await readable(path, async () => await io.readBytes(path));
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!packed) return new Map([[path, Buffer.from(bytes).toString('utf8')]]);
  return await readable(path, async () => untarGz(bytes));
}

/** Of an unpacked bundle; undefined where the path is no folder. */
async function folderFiles(path: string, io: Files): Promise<ReadonlyMap<string, string> | undefined> {
  if ((await readable(path, async () => await io.listFolder(path))) === undefined) return undefined;
  const inside = async (folder: string): Promise<readonly string[]> => (await io.listFolder(folder).catch(() => undefined)) ?? [];
  const hosts = await inside(`${path}/objects/SriovHost`);
  const cases = await inside(`${path}/cases`);
  const read = cases.map(async (name) => [name, Buffer.from(await io.readBytes(name)).toString('utf8')] as const);
  return new Map([...hosts.map((name) => [name, ''] as const), ...(await Promise.all(read))]);
}

async function readable<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new CliError(`${path} cannot be read: ${textOfError(error)}`, { cause: error });
  }
}
