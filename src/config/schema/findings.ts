import type { Finding, Path } from "../finding.ts";
import { nearest } from "../../nearest.ts";
import { valueAt } from "../raw.ts";
import { explain } from "./words.ts";
import type { Mistake } from "./mistake.ts";
import validate from "../validator.cjs";

/** What the schema says against a document: one finding for each cause. */
export function judgeSchema(value: unknown): readonly Finding[] {
  if (validate(value)) return [];
  const mistakes = (validate.errors ?? []).map((error) => toMistake(error, value));
  const told = new Set(mistakes.map(({ keyword, instancePath }) => `${keyword} ${instancePath}`));
  const causes = mistakes.filter((mistake) => !isEcho(mistake, told) && !isMisspelt(mistake, mistakes));
  return unique(causes.flatMap((mistake) => explain(mistake) ?? []));
}

function toMistake(error: validate.SchemaError, document: unknown): Mistake {
  const path = pathOf(error.instancePath, document);
  return { ...error, path, value: valueAt(document, path), document };
}

/** A JSON pointer (RFC 6901) as a path; only the document tells whether a number is an index or a key. */
function pathOf(pointer: string, document: unknown): Path {
  const path: (string | number)[] = [];
  for (const step of pointer.split("/").slice(1)) {
    const key = step.replaceAll("~1", "/").replaceAll("~0", "~");
    path.push(Array.isArray(valueAt(document, path)) ? Number(key) : key);
  }
  return path;
}

/** Whether an error only repeats what another one says better. */
function isEcho({ keyword, value, instancePath }: Mistake, told: ReadonlySet<string>): boolean {
  switch (keyword) {
    case "if":
      return true;
    // Of a key, not of this value: `propertyNames` names the key.
    case "pattern":
      return typeof value !== "string";
    case "enum":
      return told.has(`type ${instancePath}`);
    case "maxProperties":
    case "minProperties":
      return told.has(`additionalProperties ${instancePath}`);
    default:
      return false;
  }
}

/** A key that is missing because it stands there misspelt: the unknown key is reported. */
function isMisspelt({ keyword, instancePath, params }: Mistake, mistakes: readonly Mistake[]): boolean {
  if (keyword !== "required") return false;
  const missing = String(params["missingProperty"]);
  const unknown = mistakes.filter(
    (other) => other.keyword === "additionalProperties" && other.instancePath === instancePath,
  );
  return unknown.some((other) => nearest(String(other.params["additionalProperty"]), [missing]) !== undefined);
}

function unique(findings: readonly Finding[]): readonly Finding[] {
  return [
    ...new Map(
      findings.map((finding) => [JSON.stringify([finding.at, finding.on, finding.message]), finding]),
    ).values(),
  ];
}
