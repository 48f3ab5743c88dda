/** The chart's values as the three files that show them: values.yaml, values.schema.json, and the table of the README. Pure. */
import { stringify } from 'yaml';
import { defaultOf, type ValueSchema } from './valueSchema.ts';

const COMMENT_WIDTH = 118;

/** Defaults, each below its description. */
export function valuesYaml(root: ValueSchema, header: string): string {
  return `# ${header}\n${childrenYaml(root, '')}`;
}

function childrenYaml(schema: ValueSchema, indent: string): string {
  return Object.entries(schema.properties ?? {})
    .map(([name, value]) => {
      const comment = commentLines(describe(value), indent);
      if (value.default === undefined && value.properties !== undefined) {
        return `${comment}${indent}${name}:\n${childrenYaml(value, `${indent}  `)}`;
      }
      return `${comment}${stringify({ [name]: value.default }, { lineWidth: 0, schema: 'yaml-1.1' })
        .trimEnd()
        .split('\n')
        .map((line) => `${indent}${line}\n`)
        .join('')}`;
    })
    .join('');
}

function describe(schema: ValueSchema): string {
  const allowed = Array.isArray(schema['enum']) ? `One of ${schema['enum'].join(', ')}.` : '';
  return [schema.description ?? '', allowed].filter((part) => part !== '').join(' ');
}

function commentLines(text: string, indent: string): string {
  const lines: string[] = [];
  for (const word of text.split(' ').filter((one) => one !== '')) {
    const last = lines.at(-1);
    if (last !== undefined && `${indent}# ${last} ${word}`.length <= COMMENT_WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => `${indent}# ${line}\n`).join('');
}

/** What Helm checks before it renders anything; a key that is not in it is refused. */
export function valuesSchemaJson(root: ValueSchema, title: string): string {
  const schema = { $schema: 'http://json-schema.org/draft-07/schema#', title, ...root };
  return `${JSON.stringify(schema, withoutEmptyDescriptions, 2)}\n`;
}

function withoutEmptyDescriptions(key: string, value: unknown): unknown {
  return key === 'description' && value === '' ? undefined : value;
}

/** One row for each value that can be set. */
export function valuesTable(root: ValueSchema): string {
  return ['| Value | Type | Default | Meaning |', '| --- | --- | --- | --- |', ...rows(root, '')].join('\n');
}

function rows(schema: ValueSchema, path: string): readonly string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, value]) => {
    const key = path === '' ? name : `${path}.${name}`;
    const { type, description, properties } = value;
    const preset = defaultOf(value);
    if (properties !== undefined && value.default === undefined) {
      return [`| **\`${key}\`** | | | ${description ?? ''} |`, ...rows(value, key)];
    }
    return [`| \`${key}\` | ${typeof type === 'string' ? type : type.join(' or ')} | \`${JSON.stringify(preset)}\` | ${describe(value)} |`];
  });
}
