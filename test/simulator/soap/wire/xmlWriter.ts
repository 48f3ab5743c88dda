/** Writes values as vim25 XML, in the styles of different servers: only the meaning of a prefix counts, never its name. */
import type { Fields, Ref, Value } from './values.ts';
import { SOAP_ENVELOPE, VIM25, XSD, XSI } from './xmlNode.ts';

export interface XmlStyle {
  /** Prefix of the schema instance namespace. */
  readonly xsiPrefix: string;
  readonly xsdPrefix: string;
  /** `needed`: xsi:type only where a type differs from the declared one. `always`: on every data object. */
  readonly types: 'needed' | 'always';
}

export const XML_STYLES = {
  vsphere: { xsiPrefix: 'xsi', xsdPrefix: 'xsd', types: 'needed' },
  /** As govmomi's simulator writes it. */
  verbose: { xsiPrefix: '_XMLSchema-instance', xsdPrefix: '_XMLSchema', types: 'always' },
} as const satisfies Readonly<Record<string, XmlStyle>>;

/** Where an element stands: a field of a declared type, an item of an `ArrayOf...`, or an `anyType`. */
type Place = 'field' | 'item' | 'any';

export class XmlWriter {
  readonly #style: XmlStyle;

  constructor(style: XmlStyle) {
    this.#style = style;
  }

  envelope(body: string): string {
    const { xsiPrefix, xsdPrefix } = this.#style;
    return (
      `<?xml version="1.0" encoding="UTF-8"?>\n<soapenv:Envelope xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/" ` +
      `xmlns:soapenv="${SOAP_ENVELOPE}" xmlns:${xsdPrefix}="${XSD}" xmlns:${xsiPrefix}="${XSI}">\n` +
      `<soapenv:Body>\n${body}\n</soapenv:Body>\n</soapenv:Envelope>`
    );
  }

  /** `<MethodResponse>` with its `returnval`s: none for undefined, one for each item of an array. */
  response(method: string, result: Value | undefined): string {
    return this.envelope(`<${method}Response xmlns="${VIM25}">${this.field('returnval', result)}</${method}Response>`);
  }

  /** A SOAP fault. Its type is the xsi:type in the detail; the element's name is only customary. */
  fault(type: string, message: string, fields: Fields): string {
    const content = Object.entries(fields).map(([name, value]) => this.field(name, value));
    const detail = `<${type}Fault xmlns="${VIM25}"${this.#type(type)}>${content.join('')}</${type}Fault>`;
    return this.envelope(
      `<soapenv:Fault><faultcode>ServerFaultCode</faultcode><faultstring>${escapeXml(message)}</faultstring><detail>${detail}</detail></soapenv:Fault>`,
    );
  }

  /** A field of a data object: arrays become repeated elements, unset ones nothing. */
  field(name: string, value: Value | undefined): string {
    if (value === undefined) {
      return '';
    }
    if (value.kind === 'array') {
      return value.items.map((item) => this.element(name, item, 'field')).join('');
    }
    return this.element(name, value, 'field');
  }

  element(name: string, value: Value, place: Place): string {
    switch (value.kind) {
      case 'scalar':
        return `<${name}${place === 'any' ? this.#type(`${this.#style.xsdPrefix}:${value.xsd}`) : ''}>${escapeXml(value.text)}</${name}>`;
      case 'enum':
        return `<${name}${place === 'any' ? this.#type(value.type) : ''}>${escapeXml(value.text)}</${name}>`;
      case 'ref':
        return this.#reference(name, value.ref, place);
      case 'array':
        return this.#array(name, value);
      case 'object':
        return this.#object(name, value, place);
    }
  }

  #reference(name: string, ref: Ref, place: Place): string {
    const type = place === 'field' ? '' : this.#type('ManagedObjectReference');
    return `<${name} type="${escapeXml(ref.type)}"${type}>${escapeXml(ref.value)}</${name}>`;
  }

  #array(name: string, { itemType, items }: Extract<Value, { kind: 'array' }>): string {
    const arrayType = `ArrayOf${itemType.charAt(0).toUpperCase()}${itemType.slice(1)}`;
    return `<${name}${this.#type(arrayType)}>${items.map((item) => this.element(itemType, item, 'item')).join('')}</${name}>`;
  }

  #object(name: string, value: Extract<Value, { kind: 'object' }>, place: Place): string {
    const typed = place !== 'field' || value.derived || this.#style.types === 'always';
    const content = Object.entries(value.fields).map(([field, inner]) =>
      // The one field of type anyType that these objects have.
      field === 'val' && inner !== undefined ? this.element(field, inner, 'any') : this.field(field, inner),
    );
    return `<${name}${typed ? this.#type(value.type) : ''}>${content.join('')}</${name}>`;
  }

  #type(name: string): string {
    return ` ${this.#style.xsiPrefix}:type="${name}"`;
  }
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
