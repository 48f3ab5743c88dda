/**
 * Reads `esxcli --formatter=xml`. The shape is that of esxcli's own formatter class XmlVisitor, the same from 5.0 to 8.x:
 * `output > root > (list | structure | scalar)`, structures of named fields, scalars string, integer and boolean.
 */
import { XMLParser } from 'fast-xml-parser';
import { notUnderstood } from '../outcome.ts';

/** Field names as printed, without blanks (`PCIDevice`); values as text, lists of scalars as arrays. */
export type EsxcliStructure = ReadonlyMap<string, string | readonly string[]>;

/** A node with fast-xml-parser's `preserveOrder`: one key, the tag's name, beside `:@` with the attributes. */
type XmlNode = Readonly<Record<string, unknown>>;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: false,
});

/** Every structure directly under the root or its list; an empty list gives none. Throws OutputNotUnderstood. */
export function parseStructures(xml: string, what: string): readonly EsxcliStructure[] {
  const root = parseRoot(xml, what);
  const list = childrenNamed(root, 'list')[0];
  return childrenNamed(list ?? root, 'structure').map(structureOf);
}

/** The text of a field; undefined where it is missing, empty or a list. */
export function field(structure: EsxcliStructure, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = structure.get(name);
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

/** The items of a list field; empty where it is missing. */
export function listField(structure: EsxcliStructure, name: string): readonly string[] {
  const value = structure.get(name);
  return typeof value === 'object' ? value : [];
}

/** The text of a field that must be there. Throws OutputNotUnderstood naming the field. */
export function requiredField(structure: EsxcliStructure, what: string, ...names: readonly string[]): string {
  const value = field(structure, ...names);
  if (value === undefined) {
    const known = [...structure].map(([name, content]) => `${name}=${String(content)}`).join(', ');
    throw notUnderstood(`the field ${names[0]} of ${what}`, known);
  }
  return value;
}

function parseRoot(xml: string, what: string): readonly XmlNode[] {
  const start = xml.indexOf('<');
  if (start < 0 || /<!DOCTYPE/i.test(xml)) throw notUnderstood(what, xml);
  let document: unknown;
  try {
    document = parser.parse(xml.slice(start), true);
  } catch (error) {
    throw notUnderstood(what, xml, error);
  }
  const output = childrenNamed(nodesOf(document), 'output')[0];
  if (output === undefined) throw notUnderstood(what, xml);
  return childrenNamed(output, 'root')[0] ?? output;
}

function nodesOf(value: unknown): readonly XmlNode[] {
  return Array.isArray(value) ? value.filter((node): node is XmlNode => typeof node === 'object' && node !== null) : [];
}

function childrenNamed(nodes: readonly XmlNode[], name: string): readonly (readonly XmlNode[])[] {
  return nodes.filter((node) => Object.hasOwn(node, name)).map((node) => nodesOf(node[name]));
}

function structureOf(nodes: readonly XmlNode[]): EsxcliStructure {
  const fields = new Map<string, string | readonly string[]>();
  for (const node of nodes) {
    const name = Object.hasOwn(node, 'field') ? attributeOf(node, 'name') : undefined;
    if (name !== undefined) fields.set(name, contentOf(nodesOf(node['field'])));
  }
  return fields;
}

function attributeOf(node: XmlNode, name: string): string | undefined {
  const attributes = node[':@'];
  if (typeof attributes !== 'object' || attributes === null) return undefined;
  const value = (attributes as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' ? decodeEntities(value) : undefined;
}

function contentOf(nodes: readonly XmlNode[]): string | readonly string[] {
  const list = childrenNamed(nodes, 'list')[0];
  if (list !== undefined) return scalarsOf(list);
  return scalarsOf(nodes)[0] ?? '';
}

function scalarsOf(nodes: readonly XmlNode[]): readonly string[] {
  return nodes.flatMap((node) => {
    const type = ['string', 'integer', 'boolean'].find((name) => Object.hasOwn(node, name));
    return type === undefined ? [] : [textOf(nodesOf(node[type]))];
  });
}

function textOf(nodes: readonly XmlNode[]): string {
  return decodeEntities(nodes.map((node) => (typeof node['#text'] === 'string' ? node['#text'] : '')).join('')).trim();
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The five entities of XML and character references. By hand: the parser's own decoding stops after a fixed number of them. */
function decodeEntities(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole;
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
