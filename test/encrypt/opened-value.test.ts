import { describe, expect, it } from "vitest";
import { canonical, shown } from "../../src/encrypt/opened-value.ts";

describe("canonical", () => {
  it.each([
    ["bytes", "raw", "raw"],
    ["int", "+007", "7"],
    ["int", "seven", null],
    ["float", "1e3", "1000"],
    ["float", "NaN", "NaN"],
    ["float", "-Inf", "-Inf"],
    ["float", "", null],
    ["bool", "true", "True"],
    ["bool", "f", "False"],
    ["bool", "yes", null],
    ["time", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"],
    ["time", "soon", null],
    ["comment", "x", null],
    ["null", "", null],
  ] as const)("takes the %s %j for what sops hashes", (type, text, hashed) => {
    expect(canonical({ type, text })?.text ?? null).toBe(hashed);
  });
});

describe("shown", () => {
  it("writes booleans as YAML does", () => {
    expect(shown({ type: "bool", text: "True" })).toBe("true");
    expect(shown({ type: "str", text: "True" })).toBe("True");
  });
});
