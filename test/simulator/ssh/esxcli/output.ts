/** What an esxcli command yields, before a formatter turns it into text, XML, CSV or key-value lines. */

export type Value = string | number | boolean | readonly string[];

export interface Field {
  /** As the text formatter prints it: `PCI Address`. The others leave the blanks out. */
  readonly label: string;
  readonly value: Value;
}

export type Structure = readonly Field[];

export type EsxcliOutput =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'scalar'; readonly value: string | number }
  /** `title` stands above the fields in text: `Installation Result`. */
  | { readonly kind: 'structure'; readonly typeName: string; readonly title?: string; readonly fields: Structure }
  /** `headings`: each structure is printed as a block under this text instead of as a row of a table. */
  | {
      readonly kind: 'list';
      readonly typeName: string;
      readonly columns: readonly string[];
      readonly rows: readonly Structure[];
      readonly headings?: readonly string[];
    }
  | { readonly kind: 'failure'; readonly lines: readonly string[] };

export const nothing: EsxcliOutput = { kind: 'nothing' };

export function scalar(value: string | number): EsxcliOutput {
  return { kind: 'scalar', value };
}

export function structure(typeName: string, fields: Readonly<Record<string, Value>>, title?: string): EsxcliOutput {
  return { kind: 'structure', typeName, fields: fieldsOf(fields), ...(title === undefined ? {} : { title }) };
}

/** `columns` also stand when there is no row. */
export function list(typeName: string, columns: readonly string[], rows: readonly Readonly<Record<string, Value>>[]): EsxcliOutput {
  return { kind: 'list', typeName, columns, rows: rows.map(fieldsOf) };
}

export function blocks(
  typeName: string,
  rows: readonly { readonly heading: string; readonly fields: Readonly<Record<string, Value>> }[],
): EsxcliOutput {
  return { kind: 'list', typeName, columns: [], rows: rows.map((row) => fieldsOf(row.fields)), headings: rows.map((row) => row.heading) };
}

export function failure(...lines: readonly string[]): EsxcliOutput {
  return { kind: 'failure', lines };
}

function fieldsOf(fields: Readonly<Record<string, Value>>): Structure {
  return Object.entries(fields).map(([label, value]) => ({ label, value }));
}
