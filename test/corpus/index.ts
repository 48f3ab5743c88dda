/** Outputs of the tools on real hosts, one file each, and where each comes from: the ground the parsers stand on. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ESXCLI_CORPUS } from './esxcli.ts';
import { FLINT_AND_MST_CORPUS } from './flintAndMst.ts';
import { MLXCONFIG_CORPUS } from './mlxconfig.ts';

export const CORPUS = [...MLXCONFIG_CORPUS, ...FLINT_AND_MST_CORPUS, ...ESXCLI_CORPUS] as const;

export type CorpusFile = (typeof CORPUS)[number]['file'];

/** The file as it stands. */
export function corpusText(file: CorpusFile): string {
  return readFileSync(join(import.meta.dirname, file), 'utf8');
}
