/** What is said about each file of the corpus. */

/**
 * `verbatim`: copied from a published capture. `collapsed`: the same, but the page lost repeated blanks. `fromSource`: printed by the
 * format strings of the tool's published source, with values of ours. `reconstructed`: a real shape filled in by hand, because no
 * capture was found; the first real one should replace it.
 */
export interface CorpusEntry {
  readonly file: string;
  readonly source: string;
  /** Versions of ESXi, MFT or the tool, as far as the source tells. */
  readonly versions: string;
  readonly shows: string;
  readonly text: 'verbatim' | 'collapsed' | 'fromSource' | 'reconstructed';
}
