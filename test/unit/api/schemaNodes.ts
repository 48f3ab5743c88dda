/** All parts of a structural schema, flat. */
export interface SchemaNode {
  /** `spec.adapters[].name`, with `{}` for the values of a map. */
  readonly path: string;
  readonly schema: Readonly<Record<string, unknown>>;
  /** A named field, not the item of a list or the value of a map. */
  readonly isField: boolean;
}

export function schemaNodes(schema: Readonly<Record<string, unknown>>, path = '', isField = false): readonly SchemaNode[] {
  type Schemas = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  const prefix = path === '' ? '' : `${path}.`;
  const fields = Object.entries((schema['properties'] as Schemas | undefined) ?? {});
  const items = schema['items'] as Readonly<Record<string, unknown>> | undefined;
  const values = schema['additionalProperties'] as Readonly<Record<string, unknown>> | undefined;
  return [
    ...(path === '' ? [] : [{ path, schema, isField }]),
    ...fields.flatMap(([name, field]) => schemaNodes(field, `${prefix}${name}`, true)),
    ...(items === undefined ? [] : schemaNodes(items, `${path}[]`)),
    ...(values === undefined ? [] : schemaNodes(values, `${path}{}`)),
  ];
}
