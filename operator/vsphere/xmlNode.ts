/**
 * Reading answers: one element of a vim25 document, with accessors that hide what differs between servers.
 *
 * Lists are always arrays, numbers are numbers, and `xsi:type` is found under any prefix, since vCenter writes `xsi:type` and
 * govmomi's simulator `_XMLSchema-instance:type`. Unknown elements are ignored, as later releases add some in the middle.
 */
import { createHash } from 'node:crypto';
import { XMLParser } from 'fast-xml-parser';

/** A reference to a managed object, for example `{ kind: 'VirtualMachine', value: 'vm-42' }`. */
export interface Ref {
  readonly kind: string;
  readonly value: string;
}

type RawElement = { readonly [tag: string]: readonly RawElement[] };

const ATTRIBUTES = '@';
const TEXT = '#text';

const parser = new XMLParser({
  ignoreAttributes: false,
  attributesGroupName: ATTRIBUTES,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  alwaysCreateTextNode: true,
  textNodeName: TEXT,
  ignoreDeclaration: true,
  htmlEntities: true,
  isArray: (_name, _path, _isLeaf, isAttribute) => !isAttribute,
  transformTagName: localName,
});

export class XmlNode {
  readonly #raw: RawElement;

  constructor(raw: RawElement) {
    this.#raw = raw;
  }

  /** The root elements of a document. Throws when the text is not well-formed. */
  static parse(xml: string): XmlNode {
    return new XmlNode(parser.parse(xml, true));
  }

  /** Own text; an element without any is ''. */
  get text(): string {
    const text: unknown = this.#raw[TEXT];
    return typeof text === 'string' ? text : '';
  }

  /** The type that `xsi:type` names, without prefixes; undefined where the answer leaves it to the schema. */
  get type(): string | undefined {
    for (const [name, value] of this.#attributes()) {
      if (name.endsWith(':type')) {
        return localName(value);
      }
    }
    return undefined;
  }

  /** This element as a reference to a managed object. */
  get ref(): Ref {
    const kind = this.#attributes().find(([name]) => name === 'type')?.[1];
    return { kind: kind ?? '', value: this.text };
  }

  /** All children called `tag`, in document order; none gives []. */
  list(tag: string): readonly XmlNode[] {
    const children = this.#raw[tag];
    return Array.isArray(children) ? children.map((raw: RawElement) => new XmlNode(raw)) : [];
  }

  /** All child elements, whatever they are called: the items of an `ArrayOf...`, the fault in a `detail`. */
  elements(): readonly XmlNode[] {
    return Object.keys(this.#raw).flatMap((tag) => (tag === TEXT || tag === ATTRIBUTES ? [] : this.list(tag)));
  }

  child(tag: string): XmlNode | undefined {
    return this.list(tag)[0];
  }

  textOf(tag: string): string | undefined {
    return this.child(tag)?.text;
  }

  /** Undefined when the child is absent or holds no number. */
  numberOf(tag: string): number | undefined {
    return toNumber(this.textOf(tag));
  }

  booleanOf(tag: string): boolean | undefined {
    return toBoolean(this.textOf(tag));
  }

  /**
   * Own text; of an element with children a short text that changes when anything in it does, but for children of the `ignored` names.
   */
  digest(ignored: ReadonlySet<string>): string {
    if (Object.keys(this.#raw).every((tag) => tag === TEXT || tag === ATTRIBUTES)) {
      return this.text;
    }
    const content = JSON.stringify(this.#raw, (tag, value: unknown) => (ignored.has(tag) ? undefined : value));
    return createHash('sha1').update(content).digest('base64');
  }

  #attributes(): readonly (readonly [string, string])[] {
    const attributes: unknown = this.#raw[ATTRIBUTES];
    return typeof attributes === 'object' && attributes !== null
      ? Object.entries(attributes).map(([name, value]) => [name, String(value)] as const)
      : [];
  }
}

export function toNumber(text: string | undefined): number | undefined {
  if (text === undefined || !/^\s*-?\d+(\.\d+)?\s*$/.test(text)) {
    return undefined;
  }
  return Number(text);
}

/** xsd:boolean: true, false, 1 or 0. */
export function toBoolean(text: string | undefined): boolean | undefined {
  switch (text?.trim()) {
    case 'true':
    case '1':
      return true;
    case 'false':
    case '0':
      return false;
    default:
      return undefined;
  }
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
