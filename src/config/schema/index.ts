// What the schema says of a document, in words for its author.

export { judgeSchema } from "./findings.ts";
export { schemaBelow, SCHEMA_ROOT } from "./place.ts";
export type { SchemaPlace } from "./place.ts";
export { inlineSecret } from "./types.ts";
export { usablePart } from "./usable.ts";
