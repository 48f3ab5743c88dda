/** The table of contents: every verb, in the order of the help. */
import type { Command } from './command.ts';
import { APPROVE } from './commands/approve.ts';
import { CHECK } from './commands/check.ts';
import { COMPLETION } from './commands/completion.ts';
import { DIFF } from './commands/diff.ts';
import { FIND } from './commands/find.ts';
import { FIT } from './commands/fit.ts';
import { DETACH, RESTORE } from './commands/handBack.ts';
import { JOURNAL } from './commands/journal.ts';
import { MAP } from './commands/map.ts';
import { PLAN } from './commands/plan.ts';
import { REPLAY } from './commands/replay.ts';
import { STATUS } from './commands/status.ts';
import { HOLD, RELEASE, RETRY } from './commands/steer.ts';
import { SUPPORT_BUNDLE } from './commands/supportBundle.ts';
import { UI } from './commands/ui.ts';
import { VALIDATE } from './commands/validate.ts';
import { WHY } from './commands/why.ts';

export const COMMANDS: readonly Command[] = [
  STATUS,
  WHY,
  PLAN,
  DIFF,
  MAP,
  FIND,
  FIT,
  JOURNAL,
  APPROVE,
  RETRY,
  HOLD,
  RELEASE,
  DETACH,
  RESTORE,
  CHECK,
  VALIDATE,
  SUPPORT_BUNDLE,
  REPLAY,
  UI,
  COMPLETION,
];
