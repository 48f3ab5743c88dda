/** `secureBoot.py -s`: one word. */
import { complain, ok, type Tool } from '../commandResult.ts';

export const secureBoot: Tool = (args, { world }) => {
  // What it says of other options is not simulated.
  if (args.join(' ') !== '-s') return complain(2, `secureBoot.py: unrecognized arguments: ${args.join(' ')}`);
  return ok(world.secureBoot ? 'Enabled' : 'Disabled');
};
