import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maskedLines } from "../../src/io/masks.ts";

const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});

describe("what is masked of a secret", () => {
  it("is the whole of one line, without blanks at its ends", () => {
    expect(maskedLines("hunter2")).toEqual(["hunter2"]);
    expect(maskedLines("  two words ")).toEqual(["two words"]);
    expect(maskedLines("$%&/()=?")).toEqual(["$%&/()=?"]);
  });

  it.each(["", "abc", "  a  ", "\n\n", "a\nb\n"])("is nothing of %j, which occurs in any text", (value) => {
    expect(maskedLines(value)).toEqual([]);
  });

  it("is each line once of several, but those that give nothing away", () => {
    const value = "first line\r\n\r\n----\n  {  \n[[]],\nfirst line\nsecond line\n-----BEGIN X-----\n";
    expect(maskedLines(value)).toEqual(["first line", "second line"]);
  });

  it("is each line of a private key, but not its boundaries, which others share", () => {
    const lines = maskedLines(privateKey);
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.join("")).not.toContain("-----");
    expect(privateKey.split("\n").slice(1, -2)).toEqual(lines);
  });

  it("is a JSON key in its shortest form, and the private key in it, but no brace of a pretty one", () => {
    const key = { type: "service_account", private_key: privateKey, client_email: "a@b.example" };
    const lines = maskedLines(`${JSON.stringify(key, null, 2)}\n`);
    expect(lines).toEqual([JSON.stringify(key), ...maskedLines(privateKey)]);
    expect(lines).not.toContain('"type": "service_account",');
  });

  it("is line by line what only looks like JSON", () => {
    expect(maskedLines("{ broken\njson }")).toEqual(["{ broken", "json }"]);
    expect(maskedLines("12345678")).toEqual(["12345678"]);
    expect(maskedLines(`${"[".repeat(100_000)}x`)).toHaveLength(1);
    expect(maskedLines("[".repeat(50_000) + "]".repeat(50_000))).toHaveLength(1);
  });

  it("never has a line feed in it, and is never short", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.lorem({ mode: "sentences" })), (value) => {
        for (const line of maskedLines(value)) {
          expect(line).not.toMatch(/[\r\n]/);
          expect(line.length).toBeGreaterThanOrEqual(4);
        }
      }),
    );
  });
});
