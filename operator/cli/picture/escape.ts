/** Text for XML and HTML. Pure. */

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Safe between tags and inside quoted attributes. Control characters, which XML 1.0 cannot have, become U+FFFD. */
export function escapeMarkup(text: string): string {
  return [...text].map((char) => ENTITIES[char] ?? (isControl(char) ? '\ufffd' : char)).join('');
}

function isControl(char: string): boolean {
  const code = char.charCodeAt(0);
  return code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d;
}
