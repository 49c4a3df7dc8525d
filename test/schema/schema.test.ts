import { execFileSync } from "node:child_process";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import schema from "../../schema/registries.schema.json" with { type: "json" };
import validate from "../../src/config/validator.cjs";

const TYPES =
  "docker-hub ecr ecr-public acr artifact-registry gcr ghcr gitlab quay harbor jfrog nexus gitea digitalocean scaleway oci ibm alibaba redhat cloudsmith generic";
const rules: readonly { title: string; examples: readonly { type: string }[] }[] = schema.$defs.registry.allOf;
const examples = rules.flatMap((rule) => rule.examples);
const accepts = (registry: unknown) => validate({ version: 1, registries: { a: registry } });

type Schema = Readonly<Record<string, unknown>>;

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Every schema of a key, with the way there. Conditions say what is allowed, not what it is. */
function keysOf(schema: unknown, path = "#"): readonly (readonly [string, Schema])[] {
  if (!isSchema(schema)) return [];
  return Object.entries(schema).flatMap(([key, inner]) => {
    const own = key === "properties" && isSchema(inner) ? Object.entries(inner) : [];
    const keys = own.flatMap(([name, sub]) => (isSchema(sub) ? [[`${path}/properties/${name}`, sub] as const] : []));
    return [...keys, ...(["if", "then", "allOf", "examples"].includes(key) ? [] : keysOf(inner, `${path}/${key}`))];
  });
}

describe("registries.schema.json", () => {
  it("is a strict draft 2020-12 schema", () => {
    const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true });
    expect(ajv.validateSchema(schema)).toBe(true);
    expect(() => ajv.compile(schema)).not.toThrow();
  });

  it("has one rule with an example for each type of the design", () => {
    expect(examples.map(({ type }) => type)).toEqual(TYPES.split(" "));
    expect(schema.$defs.registry.properties.type.enum).toEqual(TYPES.split(" "));
  });

  it("explains every key", () => {
    const definitions: Record<string, { description?: string }> = schema.$defs;
    const silent = keysOf(schema).filter(([, { description, $ref }]) => {
      const target = definitions[String($ref).slice("#/$defs/".length)];
      return (description ?? target?.description ?? "") === "";
    });
    expect(keysOf(schema).length).toBeGreaterThan(100);
    expect(silent.map(([path]) => path)).toEqual([]);
  });

  it("has only examples and defaults that it accepts itself", () => {
    const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true });
    ajv.addSchema(schema);
    const named = Object.keys(schema.$defs).map(
      (name) => [`#/$defs/${name}`, Reflect.get(schema.$defs, name)] as const,
    );
    for (const [path, { examples: own, default: fallback }] of [...keysOf(schema), ...named]) {
      const check = ajv.getSchema(`${schema.$id}${path}`);
      const values: unknown[] = [...(Array.isArray(own) ? own : []), ...(fallback === undefined ? [] : [fallback])];
      for (const value of values) expect([path, value, check?.(value)]).toEqual([path, value, true]);
    }
  });

  it("accepts its own example of a whole file", () => {
    expect(schema.examples.map((example) => validate(example))).toEqual([true]);
  });

  describe.each(examples.map((example) => [example.type, example] as const))("%s", (_, example) => {
    it("has an example that validates", () => {
      expect(accepts(example)).toBe(true);
    });

    it("has near-misses that do not", () => {
      const { auth, ...rest } = { auth: {}, ...example };
      expect(accepts(rest)).toBe(false);
      expect(accepts({ ...example, auth: {} })).toBe(false);
      expect(accepts({ ...example, auth: { ...auth, bearer: { token: { env: "A" } } } })).toBe(false);
      expect(accepts({ ...example, auth: "anonymous" })).toBe(false);
      expect(accepts({ ...example, auth: { basic: { username: "a", password: "plain" } } })).toBe(false);
      expect(accepts({ ...example, typ: "x" })).toBe(false);
      expect(accepts({ ...example, type: `${example.type}s` })).toBe(false);
    });

    it("needs a host unless it has one only", () => {
      const fixed = ["docker-hub", "ecr-public", "ghcr", "digitalocean", "redhat", "cloudsmith"].includes(example.type);
      expect(accepts(JSON.parse(JSON.stringify({ ...example, host: undefined })))).toBe(fixed);
    });
  });

  it("allows for each type only the methods that work there", () => {
    const methods = {
      basic: { username: "a", password: { env: "A" } },
      bearer: { token: { env: "A" } },
      aws: null,
      azure: null,
      gcp: null,
      github: { token: { env: "A" }, robot: "a+b" },
      anonymous: null,
    };
    const allowed = TYPES.split(" ").map((type) => {
      const names = Object.entries(methods).filter(([name, payload]) =>
        accepts({ type, host: "a.io", auth: { [name]: payload } }),
      );
      return `${type}: ${names.map(([name]) => name).join(" ")}`;
    });
    expect(allowed.filter((line) => !line.endsWith(": basic"))).toEqual([
      "docker-hub: basic anonymous",
      "ecr: aws",
      "ecr-public: aws anonymous",
      "acr: basic azure",
      "artifact-registry: basic gcp",
      "gcr: basic gcp",
      "ghcr: basic github",
      "quay: basic github",
      "generic: basic bearer anonymous",
    ]);
  });

  it("is what the generated files were made from", () => {
    const output = execFileSync(process.execPath, ["scripts/generate.ts", "--check"], { encoding: "utf8" });
    expect(output).toBe("");
  });
});
