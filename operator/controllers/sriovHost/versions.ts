/** Comparison of VIB and firmware versions, numerically field by field. Pure. */

/**
 * Negative, zero or positive as `a` is lower than, equal to or higher than `b`. Fields are separated by `.`, `-`, `_` or `+`; a
 * field counts by its leading number and then by its text (`1OEM`). A longer version with an equal start is the higher one, so
 * `4.22.1.11-1OEM.703.0.0` satisfies a minimum of `4.22.1.11`.
 */
export function compareVersions(a: string, b: string): number {
  const left = a.split(/[.\-_+]/);
  const right = b.split(/[.\-_+]/);
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const x = left[index];
    const y = right[index];
    if (x === undefined || y === undefined) return x === y ? 0 : x === undefined ? -1 : 1;
    const difference = compareFields(x, y);
    if (difference !== 0) return difference;
  }
  return 0;
}

function compareFields(a: string, b: string): number {
  const [, numberA = '', textA = ''] = /^(\d*)(.*)$/.exec(a) ?? [];
  const [, numberB = '', textB = ''] = /^(\d*)(.*)$/.exec(b) ?? [];
  if (numberA !== '' && numberB !== '') {
    const x = BigInt(numberA);
    const y = BigInt(numberB);
    if (x !== y) return x < y ? -1 : 1;
  }
  return textA === textB ? 0 : textA < textB ? -1 : 1;
}
