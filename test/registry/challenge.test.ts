import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseChallenges } from "../../src/registry/challenge.ts";

function parse(...values: string[]) {
  return parseChallenges(values).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);
}

describe("the challenge parser", () => {
  it("reads Docker Hub's challenge", () => {
    const text =
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"';
    const wanted = {
      realm: "https://auth.docker.io/token",
      service: "registry.docker.io",
      scope: "repository:a/b:pull,push",
    };
    expect(parse(text)).toEqual([["bearer", wanted]]);
  });
  it("tells several challenges in one header apart", () => {
    expect(parse('Negotiate, Basic realm="a, b" , bEaReR Realm=c,service=d')).toEqual([
      ["negotiate", {}],
      ["basic", { realm: "a, b" }],
      ["bearer", { realm: "c", service: "d" }],
    ]);
  });
  it("reads several headers in order", () => {
    expect(parse("Negotiate YWJj==", 'Basic realm="x"')).toEqual([
      ["negotiate", {}],
      ["basic", { realm: "x" }],
    ]);
  });
  it("allows spaces around = and empty list members", () => {
    expect(parse(',, Bearer realm = "r" ,, service\t=\ts,')).toEqual([["bearer", { realm: "r", service: "s" }]]);
  });
  it("undoes escapes in quoted strings", () => {
    expect(parse(String.raw`Basic realm="say \"hi\" \\"`)).toEqual([
      ["basic", { realm: String.raw`say "hi" \ `.trim() }],
    ]);
  });
  it("keeps the first of two equal parameters", () => {
    expect(parse("Bearer realm=a, REALM=b")).toEqual([["bearer", { realm: "a" }]]);
  });
  it("stops at what breaks the grammar and keeps what came before", () => {
    expect(parse('Basic realm="ok", Bearer realm="open')).toEqual([
      ["basic", { realm: "ok" }],
      ["bearer", {}],
      ["realm", {}],
    ]);
    expect(parse("", '"', "=", "@")).toEqual([]);
  });
  it("reads at most 16 challenges", () => {
    expect(parse("a, ".repeat(100), "b")).toHaveLength(16);
  });
  it("never throws, whatever it is given", () => {
    const pieces = fc.constantFrom("Bearer", "Basic", " ", ",", "=", '"', "\\", "realm", "\t", "é", "\n", "a/b==");
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 60 }), (parts) => {
        expect(parseChallenges([parts.join("")]).length).toBeLessThanOrEqual(16);
      }),
    );
  });
  it("reads back what the grammar can write", () => {
    const token = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
    const quoted = fc.string().map((text) => text.replace(/[^\x20-\x7e]/g, ""));
    fc.assert(
      fc.property(token, fc.dictionary(token, quoted, { minKeys: 1, maxKeys: 5 }), (scheme, parameters) => {
        const list = Object.entries(parameters).map(([name, value]) => `${name}="${value.replace(/["\\]/g, "\\$&")}"`);
        expect(parse(`${scheme} ${list.join(", ")}`)).toEqual([[scheme, parameters]]);
      }),
    );
  });
  it.each([
    'a="'.repeat(100_000),
    "a ".repeat(150_000),
    `Basic ${"a".repeat(300_000)} `,
    `Basic a${" ".repeat(300_000)}=`,
    `B x="${"\\".repeat(300_000)}`,
  ])("takes linear time for a hostile header (%#)", (text) => {
    const begun = performance.now();
    parseChallenges([text]);
    expect(performance.now() - begun).toBeLessThan(200);
  });
});
