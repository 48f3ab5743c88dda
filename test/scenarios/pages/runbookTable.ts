/** The tables of proofs as tables for docs/runbook-tests.md. Pure. */
import { PROOFS } from '../runbooks/heldToProofs.ts';
import type { Proof } from '../runbooks/proof.ts';
import { table } from './testedMatrix.ts';

const SHOWN: Readonly<Record<Proof['by'], string>> = {
  ready: 'said, then Ready',
  said: 'said',
  told: 'event',
  test: 'in a test without a cluster',
};

export function runbookTable(kind: 'SriovHost' | 'SriovVmAttachment'): string {
  const rows = [...PROOFS].filter(([word]) => word.startsWith(`${kind}/`));
  return table(
    ['Reason', 'Shown', 'By'],
    rows.map(([word, proof]) => [word.slice(kind.length + 1), SHOWN[proof.by], whereOf(proof)]),
  );
}

function whereOf(proof: Proof): string {
  if ('scenario' in proof) return proof.scenario;
  return `test/${proof.file}.test.ts`;
}
