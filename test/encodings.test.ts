import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formsOf, holds } from "../src/encodings.ts";

const SECRET = 'pä$$w0rd/with+"all"=of\\it';

function isFound(secret: string, text: string): boolean {
  return holds(text, formsOf(secret));
}

describe("a secret is found", () => {
  it.each([
    ["as it is", SECRET],
    ["as JSON spells it", JSON.stringify({ password: SECRET })],
    ["in base64", Buffer.from(SECRET).toString("base64")],
    ["in base64 without padding, for URLs", Buffer.from(SECRET).toString("base64url")],
    ["in hexadecimal digits", Buffer.from(SECRET).toString("hex")],
    ["in upper-case hexadecimal digits", Buffer.from(SECRET).toString("hex").toUpperCase()],
    ["as a URL spells it", encodeURIComponent(SECRET)],
    ["as a URL spells it, in lower case", encodeURIComponent(SECRET).toLowerCase()],
    ["as a form spells it", new URLSearchParams({ password: SECRET }).toString().slice("password=".length)],
  ])("%s", (_, text) => {
    expect(isFound(SECRET, `before ${text} after`)).toBe(true);
  });

  it("in the base64 of anything that holds it, wherever it stands in there", () => {
    const secret = fc.string({ unit: "binary", minLength: 8, maxLength: 80 }).filter((text) => !/\p{Cs}/u.test(text));
    const around = fc.uint8Array({ maxLength: 40 });
    fc.assert(
      fc.property(
        secret,
        around,
        around,
        fc.constantFrom("base64" as const, "base64url" as const),
        (own, a, b, form) => {
          expect(isFound(own, Buffer.concat([a, Buffer.from(own), b]).toString(form))).toBe(true);
        },
      ),
    );
  });

  it("as a word of its own, when it is short", () => {
    for (const text of ["hunter", "a hunter b", "team: hunter", "/hunter/", '"hunter"'])
      expect(isFound("hunter", text)).toBe(true);
    for (const text of ["hunters", "xhunter", "hunter2", "hunt"]) expect(isFound("hunter", text)).toBe(false);
    expect(isFound("hunter", "hunters and a hunter")).toBe(true);
  });
});

describe("a key of many lines is found", () => {
  const line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";
  const pem = `-----BEGIN PRIVATE KEY-----\n${line}\n-----END PRIVATE KEY-----\n`;

  it.each([
    ["by one of its lines", pem, line],
    ["by a line that is moved in", pem, `  ${line}`],
    ["in JSON that holds it", JSON.stringify({ type: "service_account", private_key: pem }), line],
  ])("%s", (_, secret, text) => {
    expect(isFound(secret, `a ${text} b`)).toBe(true);
  });

  it("but not by the words that all keys have", () => {
    expect(isFound(pem, "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----")).toBe(false);
  });
});

describe("a text is not suspected", () => {
  it("because of three characters", () => {
    expect(isFound("abc", "abc")).toBe(false);
  });

  it("because it is ciphertext, however short the secret", () => {
    const ciphertext = Buffer.from(
      Array.from({ length: 200_000 }, (_, index) => (index * 7919 + (index >> 3) * 104_729) % 256),
    );
    for (const secret of ["pass", "s3cret", "hunter2", "password1"])
      for (const form of ["base64", "hex"] as const) expect(isFound(secret, ciphertext.toString(form))).toBe(false);
  });
});
