/** The option string of a kernel module, edited without touching what is not ours. Pure. */
import type { SriovHostStatus } from '../../api/types.ts';
import type { ObservedPort } from './adapters.ts';

/**
 * max_vfs is one list for the whole driver: entry N belongs to the N-th physical function that the driver owns, in
 * segment:bus:device.function order (KB 309346). The option string is replaced whole when it is set, so everything else in it
 * is carried over as found.
 */
function readMaxVfs(options: string): readonly number[] {
  const token = tokens(options).find((candidate) => candidate.startsWith('max_vfs='));
  if (token === undefined) return [];
  return token
    .slice('max_vfs='.length)
    .split(',')
    .map((entry) => Number.parseInt(entry, 10))
    .map((entry) => (Number.isNaN(entry) ? 0 : entry));
}

/** The option string with this max_vfs list in the place of the old one, or at the end. An all-zero list adds nothing new. */
export function writeMaxVfs(options: string, list: readonly number[]): string {
  const found = tokens(options);
  const index = found.findIndex((token) => token.startsWith('max_vfs='));
  if (index === -1) {
    return list.every((entry) => entry === 0) ? found.join(' ') : [...found, `max_vfs=${list.join(',')}`].join(' ');
  }
  return found.map((token, position) => (position === index ? `max_vfs=${list.join(',')}` : token)).join(' ');
}

/**
 * Which function each configured entry is for. Recorded options are for the functions that were recorded with them, which may only be
 * driven after the next start; unknown options can only mean the functions that the driver has now.
 */
export function configuredEntries(
  options: string,
  ports: readonly ObservedPort[],
  driver: SriovHostStatus['driver'],
): ReadonlyMap<string, number> {
  const found = normaliseOptions(options);
  if (driver === undefined || (driver.options !== found && driver.replaces !== found)) {
    const list = readMaxVfs(found);
    return new Map(ports.filter((port) => port.driven).map(({ address }, index) => [address, list[index] ?? 0]));
  }
  const list = readMaxVfs(driver.options);
  return new Map(driver.functions.map((address, index) => [addressNow(address, driver.macAddresses?.[index], ports), list[index] ?? 0]));
}

/** Where a function is now: its MAC address finds it, also after a card was added and PCI addresses moved. */
function addressNow(recorded: string, macAddress: string | undefined, ports: readonly ObservedPort[]): string {
  if (macAddress === undefined || macAddress === '') return recorded;
  const moved = ports.find((port) => port.macAddress === macAddress);
  if (moved !== undefined) return moved.address;
  const there = ports.find(({ address }) => address === recorded);
  // Another card has its place: the recorded one is gone, and its entry is for nobody.
  return there?.macAddress === undefined ? recorded : '';
}

/** Options as they are compared: words with one blank between them. */
export function normaliseOptions(options: string): string {
  return tokens(options).join(' ');
}

function tokens(options: string): string[] {
  return options.split(/\s+/).filter((token) => token !== '');
}
