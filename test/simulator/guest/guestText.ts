/** The little of a POSIX shell that the guest operations of a Linux guest need: words, quotes, `;`, redirection, globs. */

export interface ShellCommand {
  readonly words: readonly string[];
  /** File that takes the output; undefined: it goes to whoever asked. */
  readonly output: string | undefined;
}

interface Token {
  readonly text: string;
  readonly operator: boolean;
  readonly quoted: boolean;
}

const TOKEN = /\s*(?:(;|2>&1|>|<)|((?:'[^']*'|\\.|[^\s;<>'\\])+))/y;

/** Throws on anything that is more than this little: a client must not rely on it. */
export function parseShell(text: string, expand: (pattern: string) => readonly string[] = (word) => [word]): readonly ShellCommand[] {
  const commands: { words: string[]; output: string | undefined }[] = [{ words: [], output: undefined }];
  const tokens = tokenize(text);
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index] as Token;
    const current = commands.at(-1) as { words: string[]; output: string | undefined };
    if (!token.operator) {
      current.words.push(...(!token.quoted && token.text.includes('*') ? expand(token.text) : [token.text]));
    } else if (token.text === ';') {
      commands.push({ words: [], output: undefined });
    } else if (token.text !== '2>&1') {
      index += 1;
      if (token.text === '>') current.output = tokens[index]?.text;
    }
  }
  return commands.filter(({ words }) => words.length > 0);
}

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const match = TOKEN.exec(text);
    if (match === null) throw new Error(`the simulated guest does not understand: ${text}`);
    const [, operator, word = ''] = match;
    if (operator !== undefined) tokens.push({ text: operator, operator: true, quoted: false });
    else if (/^(?:'[^']*'|\\'|[^$`"&|()])+$/.test(word)) tokens.push({ text: unquote(word), operator: false, quoted: /['\\]/.test(word) });
    else throw new Error(`the simulated guest does not expand: ${word}`);
  }
  return tokens;
}

function unquote(word: string): string {
  return word.replace(/'([^']*)'|\\(.)/g, (_, quoted: string | undefined, escaped: string | undefined) => quoted ?? escaped ?? '');
}

/** `*` matches within one part of a path. */
export function globPattern(glob: string): RegExp {
  const parts = glob.split('*').map((part) => part.replace(/[.+^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^/]*')}$`);
}
