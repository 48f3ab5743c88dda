// Whether two pieces of JSON mean the same to the API server.

/** Equal as data: the order of keys does not count, and a member that is undefined is one that is missing. */
export function semanticallyEqual(a: unknown, b: unknown): boolean {
  // JSON knows no NaN, and its -0 is 0.
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, index) => semanticallyEqual(item, b[index]));
  }
  const [left, right] = [present(a), present(b)];
  return left.size === right.size && [...left].every(([name, value]) => right.has(name) && semanticallyEqual(value, right.get(name)));
}

function present(value: object): Map<string, unknown> {
  return new Map(Object.entries(value).filter(([, member]) => member !== undefined));
}
