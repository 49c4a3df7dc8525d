import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { load, saidOf } from "./load.ts";

/** Values that look like a configuration, more or less: real keys at odd places, odd values at real ones. */
const word = fc.constantFrom(
  ...[
    "version",
    "registries",
    "clusters",
    "defaults",
    "auth",
    "basic",
    "password",
    "env",
    "file",
    "sops",
    "tls",
    "ca",
    "pem",
  ],
  ...[
    "deliverTo",
    "namespaces",
    "except",
    "only",
    "encrypt",
    "age",
    "rules",
    "host",
    "type",
    "path",
    "labels",
    "canary",
    "<<",
  ],
  ...["__proto__", "constructor", "all", "docker-hub", "x-a", ""],
);
const scalar = fc.oneof(
  fc.constantFrom(
    "generic",
    "docker-hub",
    "ecr",
    "constructor",
    "all",
    "none",
    "a.io",
    "*-x",
    "{registry}",
    "..",
    "15s",
    1,
    0.5,
    true,
    null,
  ),
  fc.string(),
);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    scalar,
    fc.array(tie("tree"), { maxLength: 3 }),
    fc.dictionary(word, tie("tree"), { maxKeys: 5 }),
  ),
}));
const document = fc
  .record({
    registries: fc.dictionary(word, tree, { maxKeys: 3 }),
    clusters: fc.dictionary(word, tree, { maxKeys: 3 }),
    rest: tree,
  })
  .map(({ registries, clusters, rest }) => ({ version: 1, registries, clusters, defaults: rest }));

describe("loadConfig, whatever it is given,", () => {
  it("ends and never throws on arbitrary bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => void saidOf(bytes)),
      { numRuns: 500 },
    );
  });

  it("ends and never throws on arbitrary YAML-like text", () => {
    const piece = fc.oneof(
      word,
      fc.constantFrom(...": |- |[|]|{|}|,|\n|\n  |*a|&a |<<: |!t |'|\"|#|---\n|> |%".split("|")),
      fc.string({ maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        for (const { hint } of saidOf(pieces.join(""))) expect(hint).toBeTypeOf("string");
      }),
      { numRuns: 1000 },
    );
  });

  it("ends, never throws, and places every problem inside the file on arbitrary documents", () => {
    fc.assert(
      fc.property(document, (value) => {
        const text = stringify(value);
        const lines = text.split("\n");
        for (const { location, message, hint } of saidOf(text)) {
          expect(location?.line).toBeLessThanOrEqual(lines.length);
          expect(location?.column).toBeLessThanOrEqual((lines[(location?.line ?? 0) - 1]?.length ?? 0) + 1);
          expect(hint).toBeTypeOf("string");
          expect(`${message}${hint ?? ""}`).not.toMatch(/\n|undefined|\[object/u);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("never repeats a secret that stands where none may", () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9!$%&*+,./:;<=>?@^_~-]{8,40}$/u).filter((text) => /\d/u.test(text));
    const places = (value: unknown) => [
      { type: "generic", host: "a.io", auth: { basic: { username: "u", password: value } } },
      { type: "generic", host: "a.io", auth: { basic: { username: "u", password: { env: `${String(value)}!` } } } },
      { type: "generic", host: "a.io", auth: { basic: value } },
      { type: "generic", host: "a.io", auth: value },
      { type: "generic", host: "a.io", auth: { bearer: { token: value } } },
      { type: "ecr", host: "a.io", auth: { aws: { accessKeyId: value, secretAccessKey: { file: [value] } } } },
      { type: "generic", host: `https://u:${String(value)}@a.io`, auth: { anonymous: null } },
      {
        type: "generic",
        host: "a.io",
        auth: { anonymous: null },
        tls: { ca: value, clientCertificate: { key: value } },
      },
      {
        type: "generic",
        host: "a.io",
        auth: { anonymous: null },
        pullSecret: { custom: { username: "u", password: value } },
      },
      { type: "generic", host: "a.io", auth: { basic: { username: "u", password: { [String(value)]: null } } } },
    ];
    fc.assert(
      fc.property(secret, fc.nat(9), (value, index) => {
        const text = stringify({ version: 1, registries: { a: places(value)[index] } });
        expect(load(text).status).toBe("invalid");
        expect(JSON.stringify(saidOf(text))).not.toContain(value);
      }),
      { numRuns: 500 },
    );
  });
});
