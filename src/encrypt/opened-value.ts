import type { ScalarType } from "./plain-scalar.ts";
import { formatFloat } from "./plain-scalar.ts";
import type { OpenedValue, ValueType } from "./value.ts";

/**
 * A value as sops hashes it (sops.go, `ToBytes`), or null when its text is not of its type. A comment is none: sops
 * hashes no comments, and one in the place of a value was put there by somebody.
 */
export function canonical({ type, text }: { type: ValueType | ScalarType; text: string }): OpenedValue | null {
  switch (type) {
    case "str":
    case "bytes":
      return { type, text };
    case "int":
      return /^[-+]?\d+$/.test(text) ? { type, text: String(BigInt(text.replace("+", ""))) } : null;
    case "float":
      return float(text);
    case "bool":
      return bool(text);
    case "time":
      return /^\d{4}-\d\d-\d\dT/.test(text) ? { type, text } : null;
    case "comment":
    case "null":
      return null;
  }
}

/** A value as `sops -d` shows it. */
export function shown({ type, text }: OpenedValue): string {
  return type === "bool" ? text.toLowerCase() : text;
}

function float(text: string): OpenedValue | null {
  if (/^(?:NaN|[-+]Inf)$/.test(text)) return { type: "float", text };
  const value = Number(text);
  return text !== "" && Number.isFinite(value) ? { type: "float", text: formatFloat(value) } : null;
}

/** The spellings of Go's `strconv.ParseBool`. */
function bool(text: string): OpenedValue | null {
  if (/^(?:1|t|T|TRUE|true|True)$/.test(text)) return { type: "bool", text: "True" };
  return /^(?:0|f|F|FALSE|false|False)$/.test(text) ? { type: "bool", text: "False" } : null;
}
