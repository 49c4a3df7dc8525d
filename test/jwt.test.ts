import { describe, expect, it } from "vitest";
import { claimsOf } from "../src/jwt.ts";

function part(text: string): string {
  return Buffer.from(text).toString("base64url");
}

describe("claimsOf", () => {
  it("reads the claims of a signed JWT", () => {
    expect(claimsOf(`e30.${part('{"exp":1,"sub":"ü"}')}.c2ln`)).toEqual({ exp: 1, sub: "ü" });
  });

  it.each([
    ["a password", "s3cret"],
    ["two parts", `e30.${part("{}")}`],
    ["an encrypted one, of five parts", `e30.${part("{}")}.a.b.c`],
    ["claims that are no JSON", `e30.${part("{")}.c2ln`],
    ["claims that are a list", `e30.${part("[]")}.c2ln`],
    ["claims that are null", `e30.${part("null")}.c2ln`],
  ])("is null for %s", (_, text) => {
    expect(claimsOf(text)).toBeNull();
  });
});
