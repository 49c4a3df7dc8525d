// Generated from schema/registries.schema.json by `npm run generate`. Do not edit.

import type { RegistriesYaml } from "./schema.ts" with { "resolution-mode": "import" };

declare namespace validate {
  /** What ajv says of one thing that is wrong: never a value of the document. */
  interface SchemaError {
    readonly keyword: string;
    /** A JSON pointer into the document. */
    readonly instancePath: string;
    /** A JSON pointer into the schema, from the nearest definition on (which it does not name). */
    readonly schemaPath: string;
    readonly params: Readonly<Record<string, unknown>>;
  }
}

declare const validate: {
  (data: unknown): data is RegistriesYaml;
  errors?: readonly validate.SchemaError[] | null;
  /** The schema itself, without what only editors read. */
  readonly schema: Readonly<Record<string, unknown>>;
};

export = validate;
