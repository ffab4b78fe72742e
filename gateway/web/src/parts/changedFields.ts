/** Which fields of two versions of a thing differ. Pure. */

/** Names of `fields` whose values are not the same; lists and objects are compared by what is in them. */
export function changedFields<T extends object>(before: T, after: T, fields: readonly (keyof T & string)[]): (keyof T & string)[] {
  return fields.filter((field) => canonical(before[field]) !== canonical(after[field]));
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : (part ?? null),
  );
}
