/** BIOS attributes: declared as text, compared with what a BMC types as text, number or boolean. Pure. */

export type BiosValues = Readonly<Record<string, string | number | boolean>>;

/** Names of declared attributes that the BIOS has with another value, sorted. */
export function differingAttributes(declared: Readonly<Record<string, string>>, current: BiosValues): readonly string[] {
  return Object.keys(declared)
    .filter((name) => Object.hasOwn(current, name) && !sameBiosValue(declared[name] ?? '', current[name]))
    .sort();
}

export function sameBiosValue(declared: string, value: string | number | boolean | undefined): boolean {
  return value !== undefined && typedLike(value, declared) === value;
}

/** The declared text in the type that the BIOS has for this attribute; undefined where it is not of that type. */
export function typedLike(current: string | number | boolean, declared: string): string | number | boolean | undefined {
  if (typeof current === 'string') return declared;
  if (typeof current === 'number') {
    const number = Number(declared);
    return declared.trim() === '' || Number.isNaN(number) ? undefined : number;
  }
  const word = declared.toLowerCase();
  return word === 'true' ? true : word === 'false' ? false : undefined;
}

/** At most three names that somebody may have meant: those that contain it or that are a few keystrokes away, closest first. */
export function closeNames(name: string, names: readonly string[]): readonly string[] {
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  const wanted = plain(name);
  const scored = names.map((candidate) => {
    const other = plain(candidate);
    const contains = wanted.length > 3 && other.length > 3 && (other.includes(wanted) || wanted.includes(other));
    return { candidate, distance: contains ? 1 : keystrokes(wanted, other) };
  });
  const most = Math.max(2, Math.floor(wanted.length / 3));
  return scored
    .filter(({ distance }) => distance <= most)
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** Levenshtein's distance. */
function keystrokes(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}

/**
 * Attributes that switch SR-IOV, by vendor: Dell, HPE, Lenovo. Only these are known well enough to be named to a user; the value
 * that means off is `Disabled` on each. Other vendors: not known, so never guessed.
 */
const SRIOV_ATTRIBUTES = ['SriovGlobalEnable', 'Sriov', 'DevicesandIOPorts_SRIOV'];

/** A known SR-IOV attribute that is off. */
export function disabledSriovAttribute(current: BiosValues): string | undefined {
  return SRIOV_ATTRIBUTES.find((name) => Object.hasOwn(current, name) && /^(disabled|false)$/i.test(String(current[name])));
}
