/** CRDs -> docs/api.md: every field with type, default, rules and description. Pure. */
import { stringify } from 'yaml';
import type { Crd, PrinterColumn } from './crd.ts';
import { EXAMPLES } from './examples.ts';
import { constraintsOf, fieldsOf, rulesOf, typeOf } from './schemaFields.ts';
import type { Schema } from './structuralSchema.ts';

const INTRODUCTION =
  'A field is optional unless its type says *required*. Rules are checked by the API server when an object is created or changed; ' +
  'an object that breaks one is refused with the field, the value and the remedy. What conditions and reasons mean is in [reasons.md](reasons.md). ' +
  'The rules use the CEL functions for IP addresses, so the API server must be of Kubernetes 1.31 or later.';

export function apiReference(crds: readonly Crd[], header: string): string {
  const kinds = crds.map((crd) => String(crd.spec.names['kind']));
  const group = crds[0]?.spec.group;
  const version = crds[0]?.spec.versions[0].name;
  return [
    `<!-- ${header} -->`,
    '# API reference',
    `Group \`${group}\`, version \`${version}\`. Kinds: ${kinds.map((kind) => `[${kind}](#${kind.toLowerCase()})`).join(', ')}.`,
    INTRODUCTION,
    ...crds.flatMap(kindSection),
  ]
    .join('\n\n')
    .concat('\n');
}

function kindSection(crd: Crd): string[] {
  const [version] = crd.spec.versions;
  const { names } = crd.spec;
  const schema = version.schema.openAPIV3Schema as {
    readonly properties: { readonly spec: Schema; readonly status: Schema };
    readonly description: string;
  };
  return [
    `## ${names['kind']}`,
    `${schema.description}`,
    `Namespaced. \`kubectl get ${names['plural']}\`, short \`${names['shortNames']?.[0]}\`, also in the categories ${(names['categories'] as readonly string[]).map((name) => `\`${name}\``).join(' and ')}.`,
    columnTable(version.additionalPrinterColumns),
    `An example with every part of the spec:\n\n\`\`\`yaml\n${stringify(EXAMPLES[String(names['kind'])], { lineWidth: 0 })}\`\`\``,
    `### ${names['kind']} spec`,
    ...table(schema.properties.spec, 'spec'),
    `### ${names['kind']} status`,
    'Written by the operator only, by server-side apply.',
    ...table(schema.properties.status, 'status'),
  ];
}

function columnTable(columns: readonly PrinterColumn[]): string {
  const rows = columns.map(
    (column) => `| ${column.name}${column.priority === 1 ? ' (wide)' : ''} | \`${column.jsonPath}\` | ${column.description} |`,
  );
  return ['| Column | From | Meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

/** One table for the object itself and one for each object below it, so that no table needs deep paths. */
function table(schema: Schema, path: string): string[] {
  const fields = fieldsOf(schema);
  const rows = fields.map((field) =>
    [
      `\`${field.name}\``,
      typeOf(field.schema) + (field.required ? ', *required*' : ''),
      defaultOf(field.schema),
      cell([description(field.schema), ...constraintsOf(field.schema)]),
    ].join(' | '),
  );
  return [
    `#### ${path}`,
    ...rulesList(schema),
    ['| Field | Type | Default | Description and rules |', '| --- | --- | --- | --- |', ...rows.map((row) => `| ${row} |`)].join('\n'),
    ...fields.flatMap((field) =>
      field.object === undefined ? [] : table(field.object, `${path}.${field.name}${field.repeated ? '[]' : ''}`),
    ),
  ];
}

/** Rules on an object as a whole stand above its table. */
function rulesList(schema: Schema): string[] {
  const rules = rulesOf(schema);
  return rules.length === 0 ? [] : [['Rules:', ...rules.map((rule) => `- ${escaped(rule)}`)].join('\n')];
}

function description(schema: Schema): string {
  return typeof schema['description'] === 'string' ? schema['description'] : '';
}

function defaultOf(schema: Schema): string {
  return 'default' in schema ? `\`${JSON.stringify(schema['default'])}\`` : '';
}

const escaped = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ');
const cell = (texts: readonly string[]): string =>
  texts
    .filter((text) => text !== '')
    .map(escaped)
    .join('<br>');
