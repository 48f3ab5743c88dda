/** Words and operators of a command line: quotes, escapes and `$NAME`. Substitutions and globs are refused. */

export class ShellSyntaxError extends Error {
  override readonly name = 'ShellSyntaxError';
}

export type Token = { readonly kind: 'word'; readonly text: string } | { readonly kind: 'operator'; readonly text: string };

/** Longest first. */
const OPERATORS = ['2>&1', '2>>', '2>', '&&', '||', '>>', ';', '>', '<', '|', '&', '(', ')', '\n'];

export function tokenize(line: string, environment: ReadonlyMap<string, string>): readonly Token[] {
  const tokens: Token[] = [];
  let position = 0;
  while (position < line.length) {
    const operator = OPERATORS.find((candidate) => line.startsWith(candidate, position));
    if (line[position] === ' ' || line[position] === '\t') {
      position += 1;
    } else if (operator !== undefined) {
      tokens.push({ kind: 'operator', text: operator === '\n' ? ';' : operator });
      position += operator.length;
    } else {
      const word = readWord(line, position, environment);
      tokens.push({ kind: 'word', text: word.text });
      position = word.end;
    }
  }
  return tokens;
}

function readWord(line: string, start: number, environment: ReadonlyMap<string, string>): { readonly text: string; readonly end: number } {
  let text = '';
  let position = start;
  while (position < line.length && !/[\s;&|<>()]/.test(line.charAt(position))) {
    const part = readPart(line, position, environment);
    text += part.text;
    position = part.end;
  }
  return { text, end: position };
}

function readPart(
  line: string,
  position: number,
  environment: ReadonlyMap<string, string>,
): { readonly text: string; readonly end: number } {
  const character = line.charAt(position);
  switch (character) {
    case "'": {
      const end = line.indexOf("'", position + 1);
      if (end < 0) {
        throw new ShellSyntaxError('unterminated quoted string');
      }
      return { text: line.slice(position + 1, end), end: end + 1 };
    }
    case '"':
      return readDoubleQuoted(line, position + 1, environment);
    case '\\':
      return { text: line.charAt(position + 1), end: position + 2 };
    case '$':
      return readVariable(line, position, environment);
    case '`':
    case '*':
    case '?':
      throw new ShellSyntaxError(`unexpected "${character}"`);
    default:
      return { text: character, end: position + 1 };
  }
}

function readDoubleQuoted(
  line: string,
  start: number,
  environment: ReadonlyMap<string, string>,
): { readonly text: string; readonly end: number } {
  let text = '';
  let position = start;
  while (position < line.length && line[position] !== '"') {
    const character = line.charAt(position);
    if (character === '\\' && /["\\$`]/.test(line.charAt(position + 1))) {
      text += line.charAt(position + 1);
      position += 2;
    } else if (character === '$' || character === '`') {
      const part = readPart(line, position, environment);
      text += part.text;
      position = part.end;
    } else {
      text += character;
      position += 1;
    }
  }
  if (position >= line.length) {
    throw new ShellSyntaxError('unterminated quoted string');
  }
  return { text, end: position + 1 };
}

function readVariable(
  line: string,
  position: number,
  environment: ReadonlyMap<string, string>,
): { readonly text: string; readonly end: number } {
  const match = /^\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/.exec(line.slice(position));
  if (match === null) {
    if (line.charAt(position + 1) === '(') {
      throw new ShellSyntaxError('unexpected "$("');
    }
    return { text: '$', end: position + 1 };
  }
  return { text: environment.get(match[1] ?? match[2] ?? '') ?? '', end: position + match[0].length };
}
