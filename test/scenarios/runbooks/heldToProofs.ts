/** Holds the tables of proofs to what was really said in a scenario. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from '../scenario.ts';
import { ATTACHMENT_PROOFS } from './attachmentProofs.ts';
import { HOST_PROOFS } from './hostProofs.ts';
import type { Proof } from './proof.ts';

/** `Kind/Reason` -> where it is shown. */
export const PROOFS: ReadonlyMap<string, Proof> = new Map([
  ...Object.entries(HOST_PROOFS).map(([reason, proof]) => [`SriovHost/${reason}`, proof] as const),
  ...Object.entries(ATTACHMENT_PROOFS).map(([reason, proof]) => [`SriovVmAttachment/${reason}`, proof] as const),
]);

/** Throws when a reason was not shown that the tables say is shown in this scenario. */
export async function heldToProofs(scenario: string, stage: Stage): Promise<void> {
  const claimed = (by: Proof['by']): readonly string[] =>
    [...PROOFS].filter(([, proof]) => proof.by === by && 'scenario' in proof && proof.scenario === scenario).map(([word]) => word);
  const { said, solved } = stage.reasons;
  const missing = [...claimed('said').filter((word) => !said.has(word)), ...claimed('ready').filter((word) => !solved.has(word))];
  if (missing.length > 0) throw new Error(`scenario ${scenario} does not show ${missing.join(', ')}, as test/scenarios/runbooks says`);
  const events = claimed('told');
  if (events.length > 0) await untilTold(stage, events);
}

async function untilTold({ lab, namespace }: Stage, words: readonly string[]): Promise<void> {
  const line = 'jsonpath={range .items[*]}{.regarding.kind}/{.reason}{"\\n"}{end}';
  for (const deadline = performance.now() + 10_000; ; await sleep(100)) {
    const { stdout } = await lab.api.kubectl(['get', 'events.events.k8s.io', '-n', namespace, '-o', line]);
    const missing = words.filter((word) => !stdout.split('\n').includes(word));
    if (missing.length === 0) return;
    if (performance.now() > deadline) throw new Error(`scenario ${namespace} has no event ${missing.join(', ')}`);
  }
}
