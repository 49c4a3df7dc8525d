import type { Path } from "../finding.ts";
import type validate from "../validator.cjs";

/** An error of the schema with what it is about. `value` is only looked at, never shown. */
export interface Mistake extends validate.SchemaError {
  readonly path: Path;
  readonly value: unknown;
  readonly document: unknown;
}
