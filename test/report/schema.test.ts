import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { REGISTRY_TYPES } from "../../src/model/config.ts";
import type { Report } from "../../src/model.ts";
import { renderJson } from "../../src/report/index.ts";
import { at, change, check, report } from "./sample.ts";

const COMMANDS = ["validate", "check", "plan", "apply", "login", "logout"] as const;

const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true });
ajv.addSchema(schema("envelope"));
const validators = Object.fromEntries(COMMANDS.map((command) => [command, ajv.compile(schema(command))]));

const FULL: Report = report({
  ok: false,
  errors: [{ code: "unknown-key", message: "no such key", hint: "write `password`", location: at(12, 5) }],
  warnings: [{ code: "no-fingerprint-key", message: "nothing can be compared" }],
  checks: [
    check({ expiresAt: "2027-03-01T00:00:00.000Z", rateLimit: { limit: 200, remaining: 187, windowSeconds: 21600 } }),
    check({ name: "harbor", type: "generic", status: "denied", proved: "login", canPush: true, message: "no pull" }),
  ],
  changed: true,
  changes: [
    change({ expiresAt: "2027-03-01T00:00:00Z" }),
    change({ namespace: null, action: "keep", reason: "unchanged" }),
  ],
  published: { kind: "directory", path: "." },
  logins: [
    { registry: "harbor", keys: ["harbor.internal:8443/acme", "harbor.internal:8443"], status: "done", reason: null },
    { registry: "quay", keys: [], status: "failed", reason: "unresolved" },
    { registry: "lake", keys: [], status: "failed", reason: "not-written" },
  ],
  dockerConfig: "/home/me/.docker",
});

describe("the published schemas", () => {
  it.each(COMMANDS)("take the documents of %s, full and bare", (command) => {
    expect(refusals(command, document({ ...FULL, command }))).toEqual([]);
    expect(refusals(command, document(report({ command })))).toEqual([]);
  });

  it("take a pull request, with and without a number", () => {
    const made = { kind: "pull-request", number: 7, url: "https://github.com/acme/gitops/pull/7" } as const;
    const none = { kind: "pull-request", number: null, url: null } as const;
    const branch = "regcred/platform/all";
    for (const published of [
      { ...made, operation: "created", branch },
      { ...none, operation: "unchanged", branch },
    ] as const)
      expect(refusals("apply", document({ ...FULL, published }))).toEqual([]);
  });

  it("refuse the document of another command", () => {
    for (const command of COMMANDS)
      for (const other of COMMANDS.filter((name) => name !== command))
        expect(refusals(command, document({ ...FULL, command: other }))).not.toEqual([]);
  });

  it.each([
    ["a key too many", '"ok": false', '"ok": false, "extra": 1', "must NOT have additional properties"],
    ["a key too many in a check", '"requests": 3', '"requests": 3, "extra": 1', "must NOT have additional properties"],
    ["a missing hint", /"hint": "write `password`",/u, "", "must have required property 'hint'"],
    ["an unknown code", '"unknown-key"', '"unknown-keys"', "must be equal to one of the allowed values"],
    ["an unknown status", '"denied"', '"forbidden"', "must be equal to one of the allowed values"],
    ["an unknown reason", '"reason": "new"', '"reason": "newer"', "must be equal to one of the allowed values"],
    ["a column of 0", '"column": 5', '"column": 0', "must be >= 1"],
    ["an empty message", '"no such key"', '""', "must NOT have fewer than 1 characters"],
    ["a message of two lines", '"no such key"', '"no such\\nkey"', "must match pattern"],
    ["a message with a workflow command", '"no such key"', '" ::error::x"', "must match pattern"],
    ["a message with an old workflow command", '"no such key"', '"x ##[error]"', "must match pattern"],
    ["a day for an instant", '"2027-03-01T00:00:00Z"', '"2027-03-01"', "must match pattern"],
    ["another way of publishing", '"directory"', '"post-card"', "must be equal to constant"],
    ["another version", '"version": 1', '"version": 2', "must be equal to constant"],
  ])("refuse %s", (_, from, to, error) => {
    const near = renderJson(FULL).replace(from, to);
    expect(near).not.toBe(renderJson(FULL));
    expect(refusals("apply", JSON.parse(near)).join("\n")).toContain(error);
  });
});

describe("the values that the schema lists", () => {
  it.each([
    ["code", "src/errors.ts", "ErrorCode"],
    ["check/properties/status", "src/model/check.ts", "CheckStatus"],
    ["check/properties/stage", "src/model/check.ts", "CheckStage"],
    ["change/properties/action", "src/model/plan.ts", "Action"],
    ["change/properties/reason", "src/model/plan.ts", "Reason"],
  ])("of %s are those of %s", (place, file, union) => {
    expect(listed(place)).toEqual(valuesOf(file, `export type ${union} =`));
  });

  it("of a check's type are those that this version can log in to", () => {
    expect(listed("check/properties/type")).toEqual(REGISTRY_TYPES.toSorted());
  });

  it("of a check's proof and credential are those of its type", () => {
    expect(listed("check/properties/proved")).toEqual(valuesOf("src/model/check.ts", "readonly proved:"));
    expect(listed("check/properties/credential")).toEqual(valuesOf("src/model/check.ts", "readonly credential:"));
  });

  it("of a login's status are those of its type", () => {
    expect(listed("login/properties/status")).toEqual(valuesOf("src/model/report.ts", "readonly status:"));
  });
});

function schema(name: string): object {
  return Object(JSON.parse(readFileSync(`schema/output/${name}.schema.json`, "utf8")));
}

function document(of: Report): unknown {
  return JSON.parse(renderJson(of));
}

function refusals(command: string, data: unknown): readonly string[] {
  const validate = validators[command];
  if (validate === undefined) throw new Error(`no schema for ${command}`);
  validate(data);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ""}`);
}

/** The `enum` at a path below the envelope's `$defs`. */
function listed(place: string): unknown {
  const found = `$defs/${place}/enum`
    .split("/")
    .reduce<unknown>(
      (node, key) => Object.entries(Object(node)).find(([name]) => name === key)?.[1],
      schema("envelope"),
    );
  return Array.isArray(found) ? found.toSorted() : found;
}

/** The strings of a union, out of the source: types leave no values behind. */
function valuesOf(file: string, from: string): readonly string[] {
  const source = readFileSync(file, "utf8");
  const start = source.indexOf(from);
  const union = source.slice(start, source.indexOf(";", start));
  return Array.from(union.matchAll(/"([\w-]+)"/gu), ([, value = ""]) => value).sort();
}
