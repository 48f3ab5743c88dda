/** Names in the inventory: vSphere writes the characters `/`, `\` and `%` in them as `%2f`, `%5c` and `%25`. */

/** The name as people write it. */
export function entityName(wire: string | undefined): string {
  return (wire ?? '').replaceAll(/%(2f|5c|25)/gi, (_match, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** True when `written`, by a user, means the entity called `wire` in the inventory: plain or escaped. */
export function isNamed(wire: string | undefined, written: string): boolean {
  return wire === written || entityName(wire) === written;
}
