/** esxcli's default formatter: tables with a dashes line, or indented `Label: value` blocks. */
import type { EsxcliOutput, Structure, Value } from './output.ts';

export function formatText(output: EsxcliOutput): string {
  switch (output.kind) {
    case 'nothing':
      return '';
    case 'scalar':
      return `${output.value}\n`;
    case 'structure':
      return `${[...(output.title === undefined ? [] : [output.title]), ...block(output.fields)].join('\n')}\n`;
    case 'list':
      return formatList(output);
    case 'failure':
      return `${output.lines.join('\n')}\n`;
  }
}

function formatList(output: Extract<EsxcliOutput, { kind: 'list' }>): string {
  const { headings, rows } = output;
  if (rows.length === 0) {
    return '';
  }
  if (headings !== undefined) {
    return `${rows.map((row, index) => [headings[index] ?? '', ...block(row)].join('\n')).join('\n\n')}\n`;
  }
  return table(output.columns, rows);
}

function block(fields: Structure): readonly string[] {
  return fields.map(({ label, value }) => `   ${label}: ${text(value)}`);
}

/** Numbers and booleans stand right-aligned. A cell with line breaks goes on in the lines below, as module descriptions do. */
function table(columns: readonly string[], rows: readonly Structure[]): string {
  const cells = rows.map((row) => columns.map((column) => row.find((field) => field.label === column)?.value ?? ''));
  const widths = columns.map((column, index) => Math.max(column.length, ...cells.map((row) => longestLine(text(row[index] ?? '')))));
  const lines = [
    columns.map((column, index) => column.padEnd(widths[index] ?? 0)).join('  '),
    widths.map((width) => '-'.repeat(width)).join('  '),
    ...cells.map((row) => row.map((cell, index) => align(cell, widths[index] ?? 0)).join('  ')),
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function align(cell: Value, width: number): string {
  return typeof cell === 'number' || typeof cell === 'boolean' ? text(cell).padStart(width) : text(cell).padEnd(width);
}

function longestLine(cell: string): number {
  return Math.max(...cell.split('\n').map((line) => line.length));
}

function text(value: Value): string {
  return Array.isArray(value) ? value.join(', ') : String(value);
}
