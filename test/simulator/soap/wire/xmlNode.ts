/** Reads an XML document into nodes that keep the order of elements and know their namespaces. */
import { XMLParser } from 'fast-xml-parser';

export interface XmlNode {
  /** Local name. */
  readonly name: string;
  readonly namespace: string;
  /** By local name, or `{namespace}local` for attributes with a prefix; namespace declarations are left out. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlNode[];
  /** Character data directly in this element. */
  readonly text: string;
  /** Namespaces by prefix, for values that are qualified names. */
  readonly scope: ReadonlyMap<string, string>;
}

export const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
export const XSD = 'http://www.w3.org/2001/XMLSchema';
export const SOAP_ENVELOPE = 'http://schemas.xmlsoap.org/soap/envelope/';
export const VIM25 = 'urn:vim25';

type RawNode = Readonly<Record<string, unknown>>;

const ATTRIBUTES = ':@';
const TEXT = '#text';
const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  htmlEntities: true,
});

/** The document element. Throws an Error that says what is not well-formed. */
export function parseXml(text: string): XmlNode {
  const roots = (parser.parse(text, true) as readonly RawNode[]).filter((node) => !(TEXT in node));
  const [root] = roots;
  if (root === undefined || roots.length !== 1) {
    throw new Error(`expected one document element, found ${roots.length}`);
  }
  return toNode(root, new Map([['xml', 'http://www.w3.org/XML/1998/namespace']]));
}

function toNode(raw: RawNode, outer: ReadonlyMap<string, string>): XmlNode {
  const tag = Object.keys(raw).find((key) => key !== ATTRIBUTES) ?? '';
  const rawAttributes = Object.entries((raw[ATTRIBUTES] ?? {}) as Readonly<Record<string, string>>);
  const scope = new Map(outer);
  for (const [name, value] of rawAttributes) {
    if (name === 'xmlns') {
      scope.set('', value);
    } else if (name.startsWith('xmlns:')) {
      scope.set(name.slice('xmlns:'.length), value);
    }
  }
  const content = raw[tag] as readonly RawNode[];
  return {
    ...resolveName(tag, scope),
    attributes: attributesOf(rawAttributes, scope),
    children: content.filter((child) => !(TEXT in child)).map((child) => toNode(child, scope)),
    text: content.map((child) => (TEXT in child ? String(child[TEXT]) : '')).join(''),
    scope,
  };
}

function attributesOf(raw: readonly (readonly [string, string])[], scope: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (const [qualified, value] of raw) {
    if (qualified.includes(':')) {
      const { name, namespace } = resolveName(qualified, scope);
      attributes.set(`{${namespace}}${name}`, value);
    } else if (qualified !== 'xmlns') {
      attributes.set(qualified, value);
    }
  }
  return attributes;
}

/** Resolves `prefix:local`; an unknown prefix is an error. */
export function resolveName(qualified: string, scope: ReadonlyMap<string, string>): { readonly name: string; readonly namespace: string } {
  const colon = qualified.indexOf(':');
  const prefix = colon < 0 ? '' : qualified.slice(0, colon);
  const namespace = scope.get(prefix);
  if (namespace === undefined && prefix !== '' && prefix !== 'xmlns') {
    throw new Error(`prefix "${prefix}" of "${qualified}" is not declared`);
  }
  return { name: qualified.slice(colon + 1), namespace: namespace ?? '' };
}
