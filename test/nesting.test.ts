import { describe, expect, it } from "vitest";
import { nestsTooDeeply } from "../src/nesting.ts";

describe("nestsTooDeeply", () => {
  it.each(["[", "{", "[a, ", "{ a: ", "[{", "[[] , "])("is true of 201 times %j", (bracket) => {
    expect(nestsTooDeeply(bracket.repeat(201))).toBe(true);
  });

  it.each([
    ["200 brackets", "[".repeat(200)],
    ["a long list of lists", "[[], {}, [[]]]".repeat(1000)],
    ["brackets that only close", `${"]".repeat(1000)}${"[".repeat(200)}`],
    ["no brackets", "a: b\n"],
    ["nothing", ""],
  ])("is false of %s", (_, text) => {
    expect(nestsTooDeeply(text)).toBe(false);
  });

  it("takes milliseconds for megabytes", () => {
    const begun = performance.now();
    expect(nestsTooDeeply("[]".repeat(500_000))).toBe(false);
    expect(nestsTooDeeply("[".repeat(5_000_000))).toBe(true);
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});
