/**
 * Decodes requests as strictly as the schema says: every element known, in order, complete and of its type. Real servers
 * refuse the rest; govmomi's simulator does not, so a client proven only against that one proves nothing about order.
 */
import { SimFault } from '../../world/vmFault.ts';
import { compareVersions } from './apiVersion.ts';
import { type Decoded, DecodedObject } from './decodedObject.ts';
import { decodeScalar } from './decodeScalar.ts';
import type { Ref } from './values.ts';
import type { WireMethod } from './wireMethods.ts';
import { isDerivedFrom, type WireField, type WireType, wireType } from './wireTypes.ts';
import { resolveName, VIM25, type XmlNode, XSI } from './xmlNode.ts';

export interface DecodedCall {
  readonly self: Ref;
  readonly parameters: DecodedObject;
}

/** Throws SimFault InvalidRequest that names the element at fault. `version` is the API version of the request. */
export function decodeCall(node: XmlNode, method: WireMethod, version: string): DecodedCall {
  const where = `call information for method ${method.name}`;
  const [first, ...rest] = node.children;
  if (first === undefined || first.name !== '_this') {
    throw invalidRequest(`Required parameter _this is missing or not first`, where);
  }
  return {
    self: decodeRef(first, where),
    parameters: decodeFields({ children: rest, fields: method.parameters, type: method.name, where, version }),
  };
}

export function invalidRequest(what: string, where: string): SimFault {
  return new SimFault('InvalidRequest', `\n${what}\n\nwhile parsing ${where}\n`);
}

interface FieldsToDecode {
  readonly children: readonly XmlNode[];
  readonly fields: readonly WireField[];
  readonly type: string;
  readonly where: string;
  readonly version: string;
}

function decodeFields({ children, fields, type, where, version }: FieldsToDecode): DecodedObject {
  const available = fields.filter((field) => field.since === undefined || compareVersions(field.since, version) <= 0);
  const values = new Map<string, Decoded>();
  let reached = 0;
  for (const child of children) {
    const index = available.findIndex((field) => field.name === child.name);
    const field = available[index];
    if (field === undefined || child.namespace !== VIM25) {
      throw invalidRequest(`Unexpected element tag "${child.name}" seen: ${strangeness(child, field)}`, where);
    }
    if (index < reached) {
      throw invalidRequest(`Unexpected element tag "${child.name}" seen: it belongs before "${available[reached]?.name}"`, where);
    }
    const value = decodeValue(child, field, { where, version });
    const earlier = values.get(field.name);
    if (earlier !== undefined && !field.many) {
      throw invalidRequest(`Unexpected element tag "${child.name}" seen: it may occur once`, where);
    }
    values.set(field.name, field.many ? [...((earlier as readonly Decoded[] | undefined) ?? []), value] : value);
    reached = index;
  }
  const missing = available.find((field) => field.required && !field.many && !values.has(field.name));
  if (missing !== undefined) {
    throw invalidRequest(`Required property ${missing.name} is missing from data object of type ${type}`, where);
  }
  return new DecodedObject(type, values);
}

function strangeness(child: XmlNode, field: WireField | undefined): string {
  return field === undefined ? 'no such element here' : `its namespace is "${child.namespace}", not ${VIM25}`;
}

interface Context {
  readonly where: string;
  readonly version: string;
}

function decodeValue(node: XmlNode, field: WireField, context: Context): Decoded {
  if (field.type === 'ref') {
    return decodeRef(node, context.where);
  }
  const declared = wireType(field.type);
  if (declared === undefined) {
    return decodeLeaf(node, field, context.where);
  }
  const actual = actualType(node, declared, context);
  return decodeFields({
    children: node.children,
    fields: actual.fields,
    type: actual.name,
    where: `serialized DataObject of type ${actual.name}\n\nwhile parsing ${context.where}`,
    version: context.version,
  });
}

function decodeLeaf(node: XmlNode, field: WireField, where: string): Decoded {
  if (node.children.length > 0) {
    throw invalidRequest(`Unexpected element tag "${node.children[0]?.name}" seen in "${node.name}", which is a ${field.type}`, where);
  }
  const value = decodeScalar(node.text, field.type);
  if (value === undefined) {
    throw invalidRequest(`Element "${node.name}" has a value that is no ${field.type}`, where);
  }
  return value;
}

function actualType(node: XmlNode, declared: WireType, { where, version }: Context): WireType {
  const written = node.attributes.get(`{${XSI}}type`);
  if (written === undefined) {
    if (declared.abstract) {
      throw invalidRequest(`Element "${node.name}" needs xsi:type: ${declared.name} is abstract`, where);
    }
    return declared;
  }
  const { name, namespace } = typeName(written, node, where);
  const type = wireType(name);
  const known = type !== undefined && (type.since === undefined || compareVersions(type.since, version) <= 0);
  if (!known || (namespace !== VIM25 && namespace !== '')) {
    throw invalidRequest(`Element "${node.name}" has the unknown type "${written}"`, where);
  }
  if (type.abstract || !isDerivedFrom(type, declared.name)) {
    throw invalidRequest(`Element "${node.name}" of type "${written}" is no ${declared.name}`, where);
  }
  return type;
}

function typeName(written: string, node: XmlNode, where: string): ReturnType<typeof resolveName> {
  try {
    return resolveName(written, node.scope);
  } catch (error) {
    throw invalidRequest(`Element "${node.name}": ${String(error)}`, where);
  }
}

function decodeRef(node: XmlNode, where: string): Ref {
  const type = node.attributes.get('type');
  if (type === undefined || type === '') {
    throw invalidRequest(`Element "${node.name}" is a reference to a managed object and needs the attribute "type"`, where);
  }
  const value = node.text.trim();
  if (value === '') {
    throw invalidRequest(`Element "${node.name}" is a reference to a managed object and is empty`, where);
  }
  return { type, value };
}
