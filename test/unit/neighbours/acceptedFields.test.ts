/** An accepted field is honoured or refused, never ignored: every field of both specs is read by the operator. */
import { describe, expect, it } from '@jest/globals';
import { type JsonSchema, jsonSchemaOf } from '../../../operator/api/schema/jsonSchema.ts';
import { sriovHostSpec } from '../../../operator/api/schema/sriovHost.ts';
import { sriovVmAttachmentSpec } from '../../../operator/api/schema/sriovVmAttachment.ts';
import { type SourceFile, sourceFiles, withoutComments } from '../architecture/sourceFiles.ts';

/** Read under another form than their name, or by more than their name shows. */
const EXCEPTIONS: Readonly<Record<string, string>> = {};

/** Dotted paths of every property; lists and maps count as what they hold. */
function fieldsOf(schema: unknown, path = ''): readonly string[] {
  const node = schema as JsonSchema;
  const properties = Object.entries((node['properties'] ?? {}) as Readonly<Record<string, unknown>>);
  const below = properties.flatMap(([name, value]) => [`${path}${name}`, ...fieldsOf(value, `${path}${name}.`)]);
  return node['items'] === undefined ? below : [...below, ...fieldsOf(node['items'], path)];
}

const readers = sourceFiles(['operator'], ['.ts'])
  .filter(({ path }) => /^operator\/(?:controllers|esxi|vsphere|redfish|kube)\/|^operator\/wiring\.ts$/.test(path))
  .map(({ path, text }) => ({ path, text: withoutComments(text) }));

/** `x.name`, `x?.name`, `['name']`, or taken out of an object: `{ name }`, `{ name: other }`. A declaration `name: Type` does not count. */
function reads(name: string, { text }: SourceFile): boolean {
  return [`\\.${name}\\b`, `\\['${name}'\\]`, `[{,]\\s*${name}\\s*(?:[,}=]|:\\s*(?:\\{|[a-z]\\w*\\s*[,}=]))`].some((pattern) =>
    new RegExp(pattern).test(text),
  );
}

function ignoredFields(schema: unknown, files: readonly SourceFile[]): readonly string[] {
  return fieldsOf(schema).filter((path) => {
    const name = path.split('.').at(-1) ?? '';
    return EXCEPTIONS[path] === undefined && !files.some((file) => reads(name, file));
  });
}

/** In its own controller, or where both meet. */
const of = (kind: string): readonly SourceFile[] => {
  const other = kind === 'sriovHost' ? 'sriovVmAttachment' : 'sriovHost';
  return readers.filter(({ path }) => !path.startsWith(`operator/controllers/${other}/`));
};

describe('an accepted field is honoured or refused, never ignored', () => {
  it('of a SriovHost', () => {
    expect(fieldsOf(jsonSchemaOf(sriovHostSpec))).toEqual(expect.arrayContaining(['esxi.address', 'adapters.ports.vfs', 'mode']));
    // Attachments read who may use the host, so both controllers count.
    expect(ignoredFields(jsonSchemaOf(sriovHostSpec), readers)).toEqual([]);
  });

  it('of a SriovVmAttachment', () => {
    expect(ignoredFields(jsonSchemaOf(sriovVmAttachmentSpec), of('sriovVmAttachment'))).toEqual([]);
  });

  it('the check itself finds a field that nobody reads', () => {
    const schema = {
      properties: { network: { properties: { portGroup: {}, interfaceType: {} } }, ports: { items: { properties: { mtuOfPort: {} } } } },
    };
    expect(ignoredFields(schema, readers)).toEqual(['network.interfaceType', 'ports.mtuOfPort']);
  });

  it('and is not content with a type that declares it', () => {
    const typed = { path: 'x.ts', text: 'interface Card { readonly interfaceType: string; }' };
    expect(reads('interfaceType', typed)).toBe(false);
    expect(reads('interfaceType', { path: 'x.ts', text: 'const { interfaceType } = card;' })).toBe(true);
  });
});
