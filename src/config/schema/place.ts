import type { Path } from "../finding.ts";
import validate from "../validator.cjs";

type Schema = Readonly<Record<string, unknown>>;

/** The schema that judges one place of a document. */
export interface SchemaPlace {
  readonly schema: Schema;
  /** The last definition on the way there (`secret`, `host`); undefined where the schema stands in line. */
  readonly definition: string | undefined;
}

export const SCHEMA_ROOT: SchemaPlace = { schema: validate.schema, definition: undefined };

/** The part of the schema that a path of the document leads to; undefined for what the schema does not know. */
export function schemaAt(path: Path): SchemaPlace | undefined {
  let place: SchemaPlace | undefined = SCHEMA_ROOT;
  for (const step of path) place = place && schemaBelow(place, step);
  return place;
}

/** The schema of the keys of a mapping that people name themselves. */
export function keySchemaAt(path: Path): SchemaPlace | undefined {
  const names = schemaAt(path)?.schema["propertyNames"];
  return isSchema(names) ? resolve(names) : undefined;
}

/** The keys that a closed mapping knows. */
export function knownKeys({ schema }: SchemaPlace): readonly string[] {
  return isSchema(schema["properties"]) ? Object.keys(schema["properties"]) : [];
}

/** The methods that a registry type takes under `auth`. */
export function authMethods(type: unknown): readonly string[] {
  const rules = isSchema(validate.schema["$defs"]) ? read(validate.schema, ["$defs", "registry", "allOf"]) : undefined;
  const rule: unknown = Array.isArray(rules)
    ? rules.find((item) => read(item, ["if", "properties", "type", "const"]) === type)
    : undefined;
  const methods = read(rule, ["then", "properties", "auth", "properties"]);
  return isSchema(methods) ? Object.keys(methods) : [];
}

/** One step further. */
export function schemaBelow({ schema }: SchemaPlace, step: string | number): SchemaPlace | undefined {
  const { properties, additionalProperties, items } = schema;
  const named = isSchema(properties) && Object.hasOwn(properties, step) ? properties[step] : additionalProperties;
  const next = typeof step === "number" ? items : named;
  return isSchema(next) ? resolve(next) : undefined;
}

function resolve(schema: Schema): SchemaPlace {
  const { $ref } = schema;
  if (typeof $ref !== "string") return { schema, definition: undefined };
  const definition = $ref.slice("#/$defs/".length);
  const target = read(validate.schema, ["$defs", definition]);
  return { schema: isSchema(target) ? { ...target, ...schema } : schema, definition };
}

function read(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, step) => (isSchema(inner) ? inner[step] : undefined), value);
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
