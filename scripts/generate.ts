// Writes what is made from schema/registries.schema.json: the types of the raw document and its precompiled validator.
// `--check` writes nothing and fails when a file is not up to date.

import { readFile, writeFile } from "node:fs/promises";
import { Ajv2020 } from "ajv/dist/2020.js";
import standalone from "ajv/dist/standalone/index.js";
import { transform } from "esbuild";
import { compile } from "json-schema-to-typescript";
import schema from "../schema/registries.schema.json" with { type: "json" };

type Json = null | boolean | number | string | readonly Json[] | JsonMap;
interface JsonMap {
  readonly [key: string]: Json;
}

const COMMAND = "npm run generate";
const HEADER = `// Generated from schema/registries.schema.json by \`${COMMAND}\`. Do not edit.\n`;
const read = (path: string) => readFile(new URL(`../${path}`, import.meta.url), "utf8");

/** What a validator does not look at. Without it the validator is a quarter of the size. */
const ANNOTATIONS = ["$schema", "title", "description", "examples", "default"];
/** What narrows further than TypeScript's types can say. */
const CONDITIONS = ["allOf", "dependentRequired", "dependentSchemas", "patternProperties", "propertyNames"];
/** Maps from names that people chose to schemas: their keys are no keywords. */
const NAME_MAPS = ["properties", "$defs", "patternProperties", "dependentSchemas"];

function isMap(value: Json): value is JsonMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** A schema without some keywords, at every depth. */
function without(keywords: readonly string[], schema: Json, names = false): Json {
  if (isArray(schema)) return schema.map((item) => without(keywords, item));
  if (!isMap(schema)) return schema;
  const kept = Object.entries(schema).filter(([key]) => names || !keywords.includes(key));
  return Object.fromEntries(
    kept.map(([key, value]) => [key, without(keywords, value, !names && NAME_MAPS.includes(key))]),
  );
}

/** A schema without annotations, but for what the user is told where a text has the wrong form. */
function bare(schema: Json, names = false): Json {
  if (isArray(schema)) return schema.map((item) => bare(item));
  if (!isMap(schema)) return schema;
  const told = "pattern" in schema ? ["description", "examples"] : [];
  const kept = Object.entries(schema).filter(([key]) => names || told.includes(key) || !ANNOTATIONS.includes(key));
  return Object.fromEntries(kept.map(([key, value]) => [key, bare(value, !names && NAME_MAPS.includes(key))]));
}

async function makeTypes(schema: Json): Promise<string> {
  const plain = without([...CONDITIONS, ...ANNOTATIONS.filter((key) => key !== "title")], schema);
  if (!isMap(plain)) throw new Error("the schema is no object");
  // Keys like `x-anything` are nobody's business here.
  return await compile({ ...plain, additionalProperties: false }, "RegistriesYaml", {
    bannerComment: HEADER,
    ignoreMinAndMaxItems: true,
    strictIndexSignatures: true,
    unknownAny: true,
  });
}

async function makeValidator(schema: Json): Promise<string> {
  const plain = bare(schema);
  if (!isMap(plain)) throw new Error("the schema is no object");
  const ajv = new Ajv2020({
    code: { source: true, esm: false, optimize: 2 },
    strict: true,
    strictRequired: false,
    allowUnionTypes: true,
    allErrors: true,
    // One function per definition keeps it small.
    inlineRefs: false,
    messages: false,
    // Never `verbose`: it puts values, and so secrets, into errors.
    verbose: false,
  });
  const source = standalone.default(ajv, ajv.compile(plain));
  // ajv also writes out the whole schema, of which the validator reads a few lists: esbuild drops the rest.
  const { code } = await transform(source, { format: "cjs", minify: true, treeShaking: true, target: "es2022" });
  return `${HEADER}${code}module.exports.schema = ${JSON.stringify(plain)};\n`;
}

const DECLARATION = `${HEADER}
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
`;

async function main(): Promise<void> {
  const files: Readonly<Record<string, string>> = {
    "src/config/schema.ts": await makeTypes(schema),
    "src/config/validator.cjs": await makeValidator(schema),
    "src/config/validator.d.cts": DECLARATION,
  };
  for (const [path, text] of Object.entries(files)) {
    if (!process.argv.includes("--check")) await writeFile(new URL(`../${path}`, import.meta.url), text);
    else if ((await read(path).catch(() => "")) !== text) {
      console.error(`${path} is not what schema/registries.schema.json says: run \`${COMMAND}\` and commit the result`);
      process.exitCode = 1;
    }
  }
}

await main();
