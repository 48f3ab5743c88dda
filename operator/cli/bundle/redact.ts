/** Takes secrets out of what goes into a support bundle, by the names of fields and by the look of text. Pure, apart from its own count. */

export const HIDDEN = '[redacted]';

export interface Redactor {
  /** A copy without secrets: objects by the names of their fields, every string by its look. */
  object(value: unknown): unknown;
  text(text: string): string;
  /** How many values were hidden, by what gave them away. */
  counts(): Readonly<Record<string, number>>;
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
  const counts = new Map<string, number>();
  const count = (why: string): void => void counts.set(why, (counts.get(why) ?? 0) + 1);

  const text = (input: string): string => {
    let result = input;
    for (const value of known) {
      if (!result.includes(value)) continue;
      count('known value');
      result = result.replaceAll(value, HIDDEN);
    }
    for (const [why, pattern, replacement] of PATTERNS) {
      result = result.replace(pattern, (match, ...groups: readonly string[]) => {
        if (match.includes(HIDDEN)) return match;
        count(why);
        return replacement.replace(/\$(\d)/g, (_, index: string) => groups[Number(index) - 1] ?? '');
      });
    }
    return result;
  };

  const object = (value: unknown, field = ''): unknown => {
    if (typeof value === 'string') return hide(field) ? hidden() : text(value);
    if (Array.isArray(value)) return value.map((item) => object(item, field));
    if (typeof value !== 'object' || value === null) return value;
    return objectFields(value as Readonly<Record<string, unknown>>);
  };

  const hidden = (): string => {
    count('field');
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
        if (named && key === 'value') return [key, hidden()];
        return [key, object(item, key)];
      }),
    );
  };

  const emptied = (data: unknown): unknown =>
    typeof data === 'object' && data !== null ? Object.fromEntries(Object.keys(data).map((key) => [key, hidden()])) : data;

  return { object: (value) => object(value), text, counts: () => Object.fromEntries([...counts].sort()) };
}

function hide(field: string): boolean {
  return SECRET_FIELD.test(field) && !SAFE_FIELD.has(field);
}
