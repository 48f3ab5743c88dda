/** esxcli's formatters for programs: xml, csv and keyvalue. */
import type { EsxcliOutput, Field, Structure, Value } from './output.ts';

const XML_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<output xmlns="http://www.vmware.com/Products/ESX/5.0/esxcli">\n<root>\n';
const XML_TAIL = '\n</root>\n</output>\n';

export function formatXml(output: Exclude<EsxcliOutput, { kind: 'failure' }>): string {
  return `${XML_HEAD}${xmlBody(output)}${XML_TAIL}`;
}

function xmlBody(output: Exclude<EsxcliOutput, { kind: 'failure' }>): string {
  switch (output.kind) {
    case 'nothing':
      // Not seen on a real host: ours.
      return '<void></void>';
    case 'scalar':
      return xmlValue(output.value);
    case 'structure':
      return xmlStructure(output.typeName, output.fields);
    case 'list':
      return `<list type="structure">${output.rows.map((row) => xmlStructure(output.typeName, row)).join('\n')}</list>`;
  }
}

function xmlStructure(typeName: string, fields: Structure): string {
  const body = byName(fields).map((field) => `<field name="${name(field)}">${xmlValue(field.value)}</field>`);
  return `<structure typeName="${typeName}">${body.join('\n')}</structure>`;
}

function xmlValue(value: Value): string {
  if (typeof value === 'object') {
    return `<list type="string">${value.map(xmlValue).join('')}</list>`;
  }
  const tag = scalarType(value);
  return `<${tag}>${escapeXml(String(value))}</${tag}>`;
}

function scalarType(value: string | number | boolean): string {
  return typeof value === 'number' ? 'integer' : typeof value;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** `structure[0].Nic.AdminStatus.string=Up`. */
export function formatKeyValue(output: Exclude<EsxcliOutput, { kind: 'failure' }>): string {
  const lines: string[] = [];
  const add = (prefix: string, value: Value) => {
    if (typeof value === 'object') {
      lines.push(...value.map((item, index) => `${prefix}.string[${index}]=${item}`));
    } else {
      lines.push(`${prefix}.${scalarType(value)}=${value}`);
    }
  };
  for (const [index, row] of rowsOf(output).entries()) {
    const start = output.kind === 'list' ? `structure[${index}].${output.typeName}` : typeNameOf(output);
    for (const field of byName(row)) {
      add(`${start}.${name(field)}`, field.value);
    }
  }
  if (output.kind === 'scalar') {
    lines.push(`${scalarType(output.value)}=${output.value}`);
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** Header without blanks in alphabetical order; each line ends with a comma. */
export function formatCsv(output: Exclude<EsxcliOutput, { kind: 'failure' }>): string {
  const rows = rowsOf(output).map(byName);
  const first = rows[0];
  if (first === undefined) {
    return output.kind === 'scalar' ? `${output.value},\n` : '';
  }
  const cell = (value: Value) => (typeof value === 'object' ? value.join(',') : String(value));
  const lines = [first.map(name), ...rows.map((row) => row.map((field) => quoteCsv(cell(field.value))))];
  return lines.map((cells) => `${cells.join(',')},\n`).join('');
}

function quoteCsv(cell: string): string {
  return /[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function rowsOf(output: EsxcliOutput): readonly Structure[] {
  switch (output.kind) {
    case 'list':
      return output.rows;
    case 'structure':
      return [output.fields];
    default:
      return [];
  }
}

function typeNameOf(output: EsxcliOutput): string {
  return output.kind === 'structure' ? output.typeName : '';
}

function byName(fields: Structure): Structure {
  return [...fields].sort((left, right) => (name(left) < name(right) ? -1 : 1));
}

function name(field: Field): string {
  return field.label.replaceAll(' ', '');
}
