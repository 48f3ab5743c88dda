/** Takes secrets out of what goes into a support bundle, by the names of fields and by the look of text. Pure, apart from its own count. */

export const HIDDEN = '[redacted]';

export interface Redactor {
  /** A copy without secrets: objects by the names of their fields, every string by its look. */
  object(value: unknown): unknown;
  text(text: string): string;
  /** The same, for what goes into this file. */
  at(file: string): Pick<Redactor, 'object' | 'text'>;
  /** What was hidden so far, in the order of the files. */
  list(): readonly Redaction[];
  /** How many values were hidden, by what gave them away. */
  counts(): Readonly<Record<string, number>>;
}

export interface Redaction {
  /** Empty for what is in no file. */
  readonly file: string;
  /** What gave it away, for example `field` or `token`. */
  readonly by: string;
  /** Name of the field, where that gave it away. */
  readonly field?: string;
  readonly values: number;
}

/** Fields whose string is a secret; a reference to a Secret is not one. */
const SECRET_FIELD = /(pass(word|wd|phrase)?|token|secret|api-?key|private-?key|credentials?|authorization|cookie|session-?id)$/i;
/** Annotations and fields that repeat other objects whole, or say nothing about the matter. */
const DROPPED: ReadonlySet<string> = new Set(['managedFields', 'kubectl.kubernetes.io/last-applied-configuration']);
const SAFE_FIELD: ReadonlySet<string> = new Set(['automountServiceAccountToken', 'credentialsSecretRef', 'serviceAccountToken']);

/** What gives a secret away in text; the first group stays. */
const PATTERNS: readonly (readonly [string, RegExp, string])[] = [
  ['private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, HIDDEN],
  ['token', /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g, HIDDEN],
  ['authorization', /\b(Bearer|Basic|Negotiate|Token)(\s+)[A-Za-z0-9+/_.~=-]{6,}/gi, `$1$2${HIDDEN}`],
  ['credentials in a URL', /([a-z][a-z0-9+.-]*:\/\/[^\s/:@"']*:)[^\s@/"']+(@)/gi, `$1${HIDDEN}$2`],
  [
    'assignment',
    /(["']?[\w-]*(?:pass(?:word|wd|phrase)?|token|secret|api[_-]?key|private[_-]?key|authorization|cookie|x-auth-token|session[_-]?id)["']?\s*[=:]\s*)("(?:[^"\\]|\\.)*"|'[^']*'|[^\s,;&"'}\])]+)/gi,
    `$1${HIDDEN}`,
  ],
];

/** `values`: secrets that are known, hidden wherever they stand; those under six characters are left, they would eat ordinary text. */
export function createRedactor(values: readonly string[] = []): Redactor {
  const known = values
    .flatMap((value) => [value, Buffer.from(value).toString('base64'), encodeURIComponent(value)])
    .filter(({ length }) => length >= 6);
  const found = new Map<string, Redaction>();
  const note = (redaction: Omit<Redaction, 'values'>): void => {
    const key = JSON.stringify(redaction);
    found.set(key, { ...redaction, values: (found.get(key)?.values ?? 0) + 1 });
  };
  const list = (): readonly Redaction[] => [...found.values()].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
  const counts = (): Readonly<Record<string, number>> => {
    const sums = new Map<string, number>();
    for (const { by, values: many } of found.values()) sums.set(by, (sums.get(by) ?? 0) + many);
    return Object.fromEntries([...sums].sort());
  };
  const at = (file: string) => cleaner(known, (by, field) => note({ file, by, ...(field === undefined ? {} : { field }) }));
  return { ...at(''), at, list, counts };
}

/** `count` is told of each value that is hidden: what gave it away, and the name of its field where that did. */
function cleaner(known: readonly string[], count: (by: string, field?: string) => void): Pick<Redactor, 'object' | 'text'> {
  const text = (input: string): string => {
    const unknown = known.reduce((rest, value) => {
      if (!rest.includes(value)) return rest;
      count('known value');
      return rest.replaceAll(value, HIDDEN);
    }, input);
    return PATTERNS.reduce(
      (rest, [why, pattern, replacement]) =>
        rest.replace(pattern, (match, ...groups: readonly string[]) => {
          if (match.includes(HIDDEN)) return match;
          count(why);
          return replacement.replace(/\$(\d)/g, (_, index: string) => groups[Number(index) - 1] ?? '');
        }),
      unknown,
    );
  };

  const object = (value: unknown, field = ''): unknown => {
    if (typeof value === 'string') return hide(field) ? hidden(field) : text(value);
    if (Array.isArray(value)) return value.map((item) => object(item, field));
    if (typeof value !== 'object' || value === null) return value;
    // A time is written as its text.
    if (value instanceof Date) return text(value.toJSON());
    return objectFields(value as Readonly<Record<string, unknown>>);
  };

  const hidden = (field: string): string => {
    count('field', field);
    return HIDDEN;
  };

  /** The data of a Secret keeps its keys; an environment variable is judged by the name beside its value. */
  const objectFields = (value: Readonly<Record<string, unknown>>): unknown => {
    const secret = value['kind'] === 'Secret';
    const named = typeof value['name'] === 'string' && hide(value['name']) && typeof value['value'] === 'string';
    const entries = Object.entries(value).filter(([key]) => !DROPPED.has(key));
    return Object.fromEntries(
      entries.map(([key, item]) => {
        if (secret && (key === 'data' || key === 'stringData')) return [key, emptied(item)];
        if (named && key === 'value') return [key, hidden(String(value['name']))];
        return [key, object(item, key)];
      }),
    );
  };

  const emptied = (data: unknown): unknown =>
    typeof data === 'object' && data !== null ? Object.fromEntries(Object.keys(data).map((key) => [key, hidden(key)])) : data;

  return { object: (value) => object(value), text };
}

function hide(field: string): boolean {
  return SECRET_FIELD.test(field) && !SAFE_FIELD.has(field);
}
