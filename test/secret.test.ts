import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { Secret } from "../src/secret.ts";

const VALUE = "p:a$s(w)/[rd";
const secret = new Secret(VALUE);

describe("a secret", () => {
  it("is not printed, serialised or inspected by accident", () => {
    const error = new Error("x", { cause: { secret } });
    const shown = [
      String(secret),
      JSON.stringify({ secret }),
      inspect({ secret }, { showHidden: true }),
      inspect(error),
    ];
    for (const text of shown) expect(text).not.toContain("w)/");
    expect(shown[0]).toBe("[secret]");
    expect(Object.keys(secret)).toEqual([]);
  });

  it("stays one when something is derived from it", () => {
    const derived = secret.map((value) => `user:${value}`);
    expect(String(derived)).toBe("[secret]");
    expect(derived.reveal()).toBe(`user:${VALUE}`);
    expect(derived.length).toBe(VALUE.length + 5);
    expect(secret.tell((value) => value.startsWith("p"))).toBe(true);
  });

  it("is taken out of what others say, in any case and as it stands in a URL", () => {
    const text = `to http://${VALUE.toUpperCase()}.example/?q=${encodeURIComponent(VALUE)} and ${VALUE}`;
    expect(secret.redactFrom(text)).toBe("to http://[secret].example/?q=[secret] and [secret]");
  });

  it("of three characters or less is left in them: it occurs by chance", () => {
    expect(new Secret("the").redactFrom("the token")).toBe("the token");
  });
});
