import type { Finding } from "../finding.ts";
import { isObject } from "../raw.ts";
import type { RegistriesYaml } from "../schema.ts";
import validate from "../validator.cjs";

/**
 * What is left of a document without the entries that the schema refused, so that one typo does not hide the problems
 * of the others. Undefined when nothing is.
 */
export function usablePart(value: unknown, findings: readonly Finding[]): RegistriesYaml | undefined {
  if (!isObject(value) || Array.isArray(value)) return undefined;
  const broken = new Set(findings.flatMap(({ at }) => (typeof at === "number" ? [] : [unitOf(at), String(at[0])])));
  const parts = ["registries", "clusters"].flatMap((key) =>
    Object.hasOwn(value, key) && isObject(value[key]) && !broken.has(unitOf([key]))
      ? [[key, withoutBroken(key, value[key], broken)] as const]
      : [],
  );
  const rest = Object.entries(value).filter(([key]) => !broken.has(key) && key !== "registries" && key !== "clusters");
  const part: unknown = { registries: {}, ...Object.fromEntries([...rest, ...parts]), version: 1 };
  return validate(part) ? part : undefined;
}

/** The smallest part that can be left out: an entry under `registries` or `clusters`, or a key of the file. */
function unitOf(path: readonly (string | number)[]): string {
  const [key, name] = path;
  const isEntry = (key === "registries" || key === "clusters") && name !== undefined;
  return isEntry ? `${key}/${name}` : `${String(key)}/`;
}

function withoutBroken(
  key: string,
  map: Readonly<Record<string, unknown>>,
  broken: ReadonlySet<string>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(map).filter(([name]) => !broken.has(`${key}/${name}`)));
}
