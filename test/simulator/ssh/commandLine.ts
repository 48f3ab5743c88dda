/**
 * Reads a command line as ESXi's busybox ash would, as far as remote commands need it: quotes, `;`, `&&`, `||`, `$NAME`, `$?` and
 * redirections. What it does not know (pipes, substitutions, globs) it refuses, so that no test passes by accident.
 */
import { ShellSyntaxError, type Token, tokenize, type Word } from './commandTokens.ts';

export type Joiner = ';' | '&&' | '||';

export interface SimpleCommand {
  /** How it hangs on the one before it. */
  readonly joiner: Joiner;
  readonly words: readonly Word[];
  readonly output: { readonly path: Word; readonly append: boolean } | undefined;
}

const REFUSED = new Set(['|', '&', '(', ')']);
const JOINERS: readonly string[] = [';', '&&', '||'] satisfies Joiner[];

export function parseCommandLine(line: string): readonly SimpleCommand[] {
  const commands: SimpleCommand[] = [];
  let joiner: Joiner = ';';
  let part: Token[] = [];
  for (const token of [...tokenize(line), { kind: 'operator', text: ';' } as const]) {
    if (!isJoiner(token)) {
      part.push(token);
      continue;
    }
    const command = simpleCommand(joiner, part);
    if (command !== undefined) {
      commands.push(command);
    } else if (token.text !== ';' || joiner !== ';') {
      throw new ShellSyntaxError(`unexpected "${token.text}"`);
    }
    joiner = token.text;
    part = [];
  }
  return commands;
}

function isJoiner(token: Token): token is { readonly kind: 'operator'; readonly text: Joiner } {
  return token.kind === 'operator' && JOINERS.includes(token.text);
}

function simpleCommand(joiner: Joiner, tokens: readonly Token[]): SimpleCommand | undefined {
  const words: Word[] = [];
  let output: SimpleCommand['output'];
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (token?.kind === 'word') {
      words.push(token.word);
    } else if (token !== undefined && token.text !== '2>&1') {
      index += 1;
      const path = redirectionTarget(token.text, tokens[index]);
      output = token.text.startsWith('>') ? { path, append: token.text === '>>' } : output;
    }
  }
  return words.length === 0 ? undefined : { joiner, words, output };
}

function redirectionTarget(operator: string, target: Token | undefined): Word {
  if (REFUSED.has(operator)) {
    throw new ShellSyntaxError(`unexpected "${operator}"`);
  }
  if (target?.kind !== 'word') {
    throw new ShellSyntaxError('unexpected end of file');
  }
  return target.word;
}
