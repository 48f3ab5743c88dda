/** `find` as one card for each hit. Pure. */
import type { Chain } from '../findView.ts';
import type { Style } from '../io.ts';

const LABELS: readonly (readonly [keyof Chain, string])[] = [
  ['vm', 'VM'],
  ['attachment', 'attachment'],
  ['card', 'card'],
  ['virtualFunction', 'VF'],
  ['port', 'port'],
  ['adapter', 'adapter'],
  ['host', 'host'],
  ['address', 'SSH'],
  ['bmc', 'BMC'],
];
const WIDTH = 12;

export function renderFind(wanted: string, chains: readonly Chain[], style: Style): readonly string[] {
  const cards = chains.map((chain) => [
    style.paint('strong', `${wanted} is the ${chain.matched}`),
    ...LABELS.flatMap(([key, label]) => (chain[key] === undefined ? [] : [`  ${label.padEnd(WIDTH)}${chain[key]}`])),
  ]);
  return cards.flatMap((card, index) => (index === 0 ? card : ['', ...card]));
}
