/** What mlxconfig says of values that it does not take (mstflint, mlxcfg_status and mlxcfg_ui.cpp). */
import type { SetProblem } from '../../world/firmwareConfig.ts';

export function problemLines(problem: SetProblem): readonly string[] {
  const note = 'Note: The constraint of this parameter is affected by the following parameters:';
  return problem.kind === 'constraint' ? [problemText(problem), note, problem.partners.join(', ')] : [problemText(problem)];
}

function problemText(problem: SetProblem): string {
  switch (problem.kind) {
    case 'constraint':
      return `-E- The Parameter ${problem.name} has Illegal constraint.`;
    case 'unknown':
      return `-E- Unknown Parameter ${problem.name}`;
    case 'unsupported':
      return `-E- The Device doesn't support ${problem.name} parameter`;
    case 'readOnly':
      return `-E- Operation is not supported (Read only TLV: ${problem.name})`;
    case 'duplicate':
      return `-E- Duplicate parameter, ${problem.name}.`;
    case 'badValue':
      return `-E- Cannot set the value ${problem.value} for the parameter ${problem.name}: Cannot parse the value`;
    case 'tooLarge':
      // The stray apostrophe is in the real tool.
      return `-E- Parameter ${problem.name}' value is larger than maximum allowed ${problem.limit}`;
    case 'tooSmall':
      return `-E- Parameter ${problem.name}' value is smaller than minimum allowed ${problem.limit}`;
  }
}
