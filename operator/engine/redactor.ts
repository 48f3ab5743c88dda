// Hides registered secrets in finished text, in every form in which they may have got there.

export interface Redactor {
  /** From now on `redact` hides this value. Values under six characters are ignored: they would eat ordinary text. */
  add(secret: string): void;
  redact(text: string): string;
}

const SHORTEST = 6;
/** Old values fall out at this number, so that years of rotation do not slow every line down. */
const CAPACITY = 20_000;
const HIDDEN = '[redacted]';

export function createRedactor(): Redactor {
  const secrets = new Set<string>();
  return {
    add: (secret) => {
      for (const form of forms(secret)) {
        // Deleting first moves a known value to the young end.
        secrets.delete(form);
        secrets.add(form);
      }
      while (secrets.size > CAPACITY) {
        const oldest = secrets.values().next();
        if (oldest.done !== true) secrets.delete(oldest.value);
      }
    },
    redact: (text) => {
      let result = text;
      for (const secret of secrets) if (result.includes(secret)) result = result.replaceAll(secret, HIDDEN);
      return result;
    },
  };
}

/** The value as such, inside JSON, in a URL and in base64 as in a Secret; of a key file also each of its long lines. */
function forms(secret: string): string[] {
  const value = secret.trim();
  const lines = value.includes('\n') ? value.split('\n').filter((line) => line.length >= 32) : [];
  const all = [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value), Buffer.from(value).toString('base64'), ...lines];
  // Longest first, so that a form that contains another one is hidden whole.
  return [...new Set(all)].filter((form) => form.length >= SHORTEST).sort((a, b) => b.length - a.length);
}
