/** `find` as one card for each hit. Pure. */
import type { Chain } from '../findView.ts';
import type { Style } from '../io.ts';

const LABELS: readonly (readonly [keyof Chain, string])[] = [
  ['vm', 'VM'],
  ['vms', 'VMs'],
  ['attachment', 'attachment'],
  ['card', 'card'],
  ['virtualFunction', 'VF'],
  ['link', 'link'],
  ['subnetManager', 'manager'],
  ['port', 'port'],
  ['adapter', 'adapter'],
  ['host', 'host'],
  ['machine', 'machine'],
  ['address', 'SSH'],
  ['bmc', 'BMC'],
];
const WIDTH = 12;

export function renderFind(wanted: string, chains: readonly Chain[], style: Style): readonly string[] {
  const cards = chains.map((chain) => [
    style.paint('strong', `${wanted} is the ${chain.matched}`),
    ...LABELS.flatMap(([key, label]) => linesOf(label, chain[key])),
  ]);
  return cards.flatMap((card, index) => (index === 0 ? card : ['', ...card]));
}

/** One line for each value; the label stands before the first. */
function linesOf(label: string, value: string | readonly string[] | undefined): readonly string[] {
  const values = value === undefined ? [] : typeof value === 'string' ? [value] : value;
  return values.map((text, index) => `  ${(index === 0 ? label : '').padEnd(WIDTH)}${text}`);
}
