// Requests as govmomi's encoder would write them: an oracle for the order and the names of elements that owes nothing to our tables.
import { execFile } from 'node:child_process';
import { ensureVcsim } from './ensureVcsim.ts';

/** The content of the SOAP body of each envelope, re-encoded. Rejects when govmomi cannot decode one. */
export async function canonicalRequests(envelopes: readonly string[]): Promise<readonly string[]> {
  const program = await ensureVcsim();
  const output = await new Promise<string>((resolve, reject) => {
    const child = execFile(program, ['-canonical'], { maxBuffer: 2 ** 28 }, (error, stdout) => (error ? reject(error) : resolve(stdout)));
    child.stdin?.end(envelopes.map((envelope) => `${JSON.stringify(envelope)}\n`).join(''));
  });
  const lines = output.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as string);
}

/**
 * The elements of a piece of XML in document order, with their text and types: what is left when prefixes, declarations of
 * namespaces and white space are taken away.
 */
export function outline(xml: string): readonly string[] {
  const items: string[] = [];
  for (const [, slash = '', name = '', attributes = '', text = ''] of xml.matchAll(
    /<(\/?)(?:[\w-]+:)?(\w+)((?:\s+[\w:-]+="[^"]*")*)\s*>([^<]*)/g,
  )) {
    const types = [...attributes.matchAll(/\s(?:[\w-]+(:))?type="([^"]*)"/g)].map(([, colon, type]) => `${colon ? 'xsi' : 'ref'}=${type}`);
    items.push([`${slash}${name}`, ...types.toSorted(), unescapeXml(text.trim())].filter((part) => part !== '').join(' '));
  }
  return items;
}

function unescapeXml(text: string): string {
  const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#34': '"', '#39': "'", '#xD': '\r' };
  return text.replaceAll(/&([^;]+);/g, (all, name: string) => entities[name] ?? all);
}
