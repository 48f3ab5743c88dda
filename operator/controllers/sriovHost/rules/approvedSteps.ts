/** What an approval covers: the steps that its plan showed, on what it showed them for. What somebody else asks for later is another plan. Pure. */
import type { SriovHostStatus } from '../../../api/types.ts';
import { type ExpectedStep, type HostStep, needsPermission, type StepKind, subjectOf } from '../steps.ts';

type Approval = NonNullable<SriovHostStatus['approval']>;

/** Their number and kind are bounded by the count of restarts; the way into maintenance mode belongs to them. */
const COUNTED: ReadonlySet<StepKind> = new Set(['EnterMaintenance', 'WarmReboot', 'ColdCycle', 'RepeatRestartCommand', 'ForceOff']);

/** Steps that a plan has in the place of others once more is known. */
const SAME: Partial<Readonly<Record<StepKind, StepKind>>> = { PowerOffVm: 'ShutDownVm', StageFirmwareImage: 'BurnFirmware' };

function keyOf(kind: StepKind, subject: string): string {
  return `${SAME[kind] ?? kind}/${subject}`;
}

/** A port that is given to VMs, and the same one that is taken back, are two things to agree to. */
function keyOfStep(step: HostStep): string {
  const key = keyOf(step.kind, subjectOf(step));
  return step.kind === 'SetPassthrough' ? `${key}=${step.enabled ? 'on' : 'off'}` : key;
}

/** For status.approval: in a stable order, each once. */
export function coverageOf(steps: readonly HostStep[], expected: readonly ExpectedStep[]): readonly string[] {
  const shown = steps.filter((step) => needsPermission(step) && !COUNTED.has(step.kind)).map(keyOfStep);
  return [...new Set([...shown, ...expected.map(({ kind, subject }) => keyOf(kind, subject))])].sort();
}

/** An approval of an operator that did not write down what it covers is for all that follows, as it was then. */
export function coversAll({ covers }: Approval, steps: readonly HostStep[]): boolean {
  if (covers === undefined) return true;
  const shown = new Set(covers);
  // Settings that were shown decide which functions the driver will have, and so what its option string has to be.
  const settings = covers.some((key) => key.startsWith('SetFirmwareParameters/'));
  return steps.every(
    (step) =>
      !needsPermission(step) || COUNTED.has(step.kind) || shown.has(keyOfStep(step)) || (step.kind === 'SetDriverOptions' && settings),
  );
}
