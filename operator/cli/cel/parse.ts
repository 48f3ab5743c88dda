/** The part of CEL that our CRDs use, as a tree: https://github.com/google/cel-spec. What it does not know ends with CelUnsupported. */

export type Expression =
  | { readonly kind: 'value'; readonly value: string | number | boolean | null }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'member'; readonly of: Expression; readonly name: string }
  | { readonly kind: 'index'; readonly of: Expression; readonly at: Expression }
  | { readonly kind: 'call'; readonly name: string; readonly on: Expression | undefined; readonly args: readonly Expression[] }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'choice'; readonly when: Expression; readonly then: Expression; readonly otherwise: Expression };

/** Not a fault of the object: the rule has to be left to the API server. */
export class CelUnsupported extends Error {
  override readonly name = 'CelUnsupported';
}

const TOKEN = /\s*(?:(\d+)|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|([A-Za-z_]\w*)|(&&|\|\||==|!=|<=|>=|[-+!<>?:.,()[\]]))/y;
/** Weakest first. */
const LEVELS: readonly (readonly string[])[] = [['||'], ['&&'], ['==', '!=', '<', '<=', '>', '>=', 'in'], ['+']];

export function parseCel(text: string): Expression {
  return new Parser(text).whole();
}

class Parser {
  readonly #text: string;
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokensOf(text);
  }

  whole(): Expression {
    const expression = this.#choice();
    if (this.#at < this.#tokens.length) throw this.#unknown();
    return expression;
  }

  #choice(): Expression {
    const when = this.#binary(0);
    if (!this.#take('?')) return when;
    const then = this.#choice();
    this.#expect(':');
    return { kind: 'choice', when, then, otherwise: this.#choice() };
  }

  #binary(level: number): Expression {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const operator = operators.find((candidate) => this.#take(candidate));
      if (operator === undefined) return left;
      left = { kind: 'binary', operator, left, right: this.#binary(level + 1) };
    }
  }

  #unary(): Expression {
    return this.#take('!') ? { kind: 'not', of: this.#unary() } : this.#postfix(this.#primary());
  }

  #postfix(start: Expression): Expression {
    let expression = start;
    for (;;) {
      if (this.#take('.')) {
        const name = this.#word();
        expression = this.#take('(')
          ? { kind: 'call', name, on: expression, args: this.#items(')') }
          : { kind: 'member', of: expression, name };
      } else if (this.#take('[')) {
        expression = { kind: 'index', of: expression, at: this.#choice() };
        this.#expect(']');
      } else return expression;
    }
  }

  #primary(): Expression {
    if (this.#take('(')) {
      const inner = this.#choice();
      this.#expect(')');
      return inner;
    }
    if (this.#take('[')) return { kind: 'list', items: this.#items(']') };
    const token = this.#tokens[this.#at] ?? '';
    if (/^\d/.test(token)) return this.#value(Number(token));
    if (/^["']/.test(token)) return this.#value(textOf(token));
    if (token === 'true' || token === 'false') return this.#value(token === 'true');
    if (token === 'null') return this.#value(null);
    const name = this.#word();
    return this.#take('(') ? { kind: 'call', name, on: undefined, args: this.#items(')') } : { kind: 'name', name };
  }

  #value(value: string | number | boolean | null): Expression {
    this.#at += 1;
    return { kind: 'value', value };
  }

  #items(end: string): readonly Expression[] {
    const items: Expression[] = [];
    if (this.#take(end)) return items;
    do items.push(this.#choice());
    while (this.#take(','));
    this.#expect(end);
    return items;
  }

  #word(): string {
    const token = this.#tokens[this.#at] ?? '';
    if (!/^[A-Za-z_]/.test(token)) throw this.#unknown();
    this.#at += 1;
    return token;
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at += 1;
    return true;
  }

  #expect(token: string): void {
    if (!this.#take(token)) throw this.#unknown();
  }

  #unknown(): CelUnsupported {
    return new CelUnsupported(`'${this.#tokens[this.#at] ?? 'the end'}' in ${this.#text}`);
  }
}

function tokensOf(text: string): readonly string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw new CelUnsupported(`'${text.slice(at, at + 10)}' in ${text}`);
    tokens.push(match[0].trim());
  }
  return tokens;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

function textOf(literal: string): string {
  return literal.slice(1, -1).replace(/\\(.)/g, (_, letter: string) => {
    if (/[\w]/.test(letter) && ESCAPES[letter] === undefined) throw new CelUnsupported(`the escape \\${letter}`);
    return ESCAPES[letter] ?? letter;
  });
}
