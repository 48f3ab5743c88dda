// Which Secrets an object's spec names.

/** Keys `namespace/name` of every `...SecretRef: {name}` at any depth; all are in the object's own namespace. */
export function secretReferences(object: { readonly metadata: { readonly namespace: string }; readonly spec?: unknown }): string[] {
  return namesIn(object.spec).map((name) => `${object.metadata.namespace}/${name}`);
}

function namesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([field, member]) => {
    const name = /secretref$/i.test(field) ? nameOf(member) : undefined;
    return name === undefined ? namesIn(member) : [name];
  });
}

function nameOf(reference: unknown): string | undefined {
  const named = typeof reference === 'object' && reference !== null && 'name' in reference && typeof reference.name === 'string';
  return named ? String(reference.name) : undefined;
}
