/** Words and operators of a command line: quotes, escapes, `$NAME` and `$?`. Substitutions and globs are refused. */

export class ShellSyntaxError extends Error {
  override readonly name = 'ShellSyntaxError';
}

/** Texts and variables in a row; a variable gets its value when the command runs, as in ash. */
export type Word = readonly WordPart[];
export type WordPart = string | { readonly variable: string };

export type Token = { readonly kind: 'word'; readonly word: Word } | { readonly kind: 'operator'; readonly text: string };

interface Read {
  readonly word: Word;
  readonly end: number;
}

/** Longest first. */
const OPERATORS = ['2>&1', '2>>', '2>', '&&', '||', '>>', ';', '>', '<', '|', '&', '(', ')', '\n'];

export function tokenize(line: string): readonly Token[] {
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
      const { word, end } = readWord(line, position);
      tokens.push({ kind: 'word', word });
      position = end;
    }
  }
  return tokens;
}

export function expand(word: Word, environment: ReadonlyMap<string, string>): string {
  return word.map((part) => (typeof part === 'string' ? part : (environment.get(part.variable) ?? ''))).join('');
}

function readWord(line: string, start: number): Read {
  const word: WordPart[] = [];
  let position = start;
  while (position < line.length && !/[\s;&|<>()]/.test(line.charAt(position))) {
    const part = readPart(line, position);
    word.push(...part.word);
    position = part.end;
  }
  return { word, end: position };
}

function readPart(line: string, position: number): Read {
  const character = line.charAt(position);
  switch (character) {
    case "'": {
      const end = line.indexOf("'", position + 1);
      if (end < 0) {
        throw new ShellSyntaxError('unterminated quoted string');
      }
      return { word: [line.slice(position + 1, end)], end: end + 1 };
    }
    case '"':
      return readDoubleQuoted(line, position + 1);
    case '\\':
      return { word: [line.charAt(position + 1)], end: position + 2 };
    case '$':
      return readVariable(line, position);
    case '`':
    case '*':
    case '?':
      throw new ShellSyntaxError(`unexpected "${character}"`);
    default:
      return { word: [character], end: position + 1 };
  }
}

function readDoubleQuoted(line: string, start: number): Read {
  const word: WordPart[] = [];
  let position = start;
  while (position < line.length && line[position] !== '"') {
    const character = line.charAt(position);
    if (character === '\\' && /["\\$`]/.test(line.charAt(position + 1))) {
      word.push(line.charAt(position + 1));
      position += 2;
    } else if (character === '$' || character === '`') {
      const part = readPart(line, position);
      word.push(...part.word);
      position = part.end;
    } else {
      word.push(character);
      position += 1;
    }
  }
  if (position >= line.length) {
    throw new ShellSyntaxError('unterminated quoted string');
  }
  return { word, end: position + 1 };
}

function readVariable(line: string, position: number): Read {
  const match = /^\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*|\?))/.exec(line.slice(position));
  if (match !== null) {
    return { word: [{ variable: match[1] ?? match[2] ?? '' }], end: position + match[0].length };
  }
  if (/^\$[({]/.test(line.slice(position))) {
    throw new ShellSyntaxError(`unexpected "${line.slice(position, position + 2)}"`);
  }
  return { word: ['$'], end: position + 1 };
}
