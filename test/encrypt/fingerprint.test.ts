import { createHmac, hkdfSync, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { fingerprint, lockMac, readFingerprintKeys, verifyLockMac } from "../../src/encrypt/index.ts";
import { FingerprintKey } from "../../src/encrypt/fingerprint.ts";
import type { Fingerprinted } from "../../src/encrypt/fingerprint.ts";
import { RegcredError } from "../../src/errors.ts";
import { Secret } from "../../src/secret.ts";

const HEX = "00112233445566778899aabbccddeeff".repeat(2);

function keyOf(text: string | undefined) {
  return readFingerprintKeys({ get: (name) => (name === "REGCRED_FINGERPRINT_KEY" ? text : undefined) }).current;
}

function keysOf(current: string, previous: string) {
  const variables = new Map([
    ["REGCRED_FINGERPRINT_KEY", current],
    ["REGCRED_FINGERPRINT_KEY_PREVIOUS", previous],
  ]);
  return readFingerprintKeys({ get: (name) => variables.get(name) });
}

const KEY = new FingerprintKey(Buffer.from(HEX, "hex"));

const ENTRY: Fingerprinted = {
  owner: "platform",
  cluster: "prod",
  namespace: "apps",
  secret: "regcred",
  registry: "harbor",
  server: "harbor.example",
  username: "robot",
  password: new Secret("s3cret"),
};

describe("readFingerprintKeys", () => {
  it("takes 64 hexadecimal digits or more, and nothing for nothing", () => {
    expect(keyOf(undefined)).toBeNull();
    expect(keyOf(" ")).toBeNull();
    expect(keyOf(`${HEX.toUpperCase()}\n`)?.id).toBe(KEY.id);
    expect(keyOf(`${HEX}aa`)?.id).not.toBe(KEY.id);
  });

  it.each([HEX.slice(1), HEX.slice(2), `${HEX}a`, `${HEX}zz`, "correct horse battery staple"])(
    "refuses %s, unseen",
    (text) => {
      const error = ((): unknown => {
        try {
          return keyOf(text);
        } catch (cause) {
          return cause;
        }
      })();
      expect(error).toBeInstanceOf(RegcredError);
      expect(error).toMatchObject({ code: "bad-fingerprint-key" });
      expect(JSON.stringify(error)).not.toContain(text);
    },
  );

  it("takes the key before it too, and nothing for nothing", () => {
    expect(keysOf(`${HEX}aa`, HEX)).toMatchObject({ previous: { id: KEY.id } });
    expect(keysOf(HEX, " ")).toMatchObject({ current: { id: KEY.id }, previous: null });
  });

  it.each([
    ["a key before it that is none", HEX, "short", /_PREVIOUS is not/],
    ["a key before none", "", HEX, /_PREVIOUS is set, and REGCRED_FINGERPRINT_KEY/],
  ])("refuses %s", (_, current, previous, message) => {
    expect(() => keysOf(current, previous)).toThrow(expect.objectContaining({ code: "bad-fingerprint-key" }));
    expect(() => keysOf(current, previous)).toThrow(message);
  });

  it("keeps the key out of what is printed", () => {
    expect(JSON.stringify(KEY)).toBe(JSON.stringify({ id: KEY.id }));
  });
});

describe("fingerprint", () => {
  it("is HMAC-SHA-256 under an HKDF subkey over the fields with their lengths", () => {
    const subkey = Buffer.from(hkdfSync("sha256", Buffer.from(HEX, "hex"), "", "regcred fingerprint", 32));
    const fields = ["platform", "prod", "apps", "regcred", "harbor", "harbor.example", "robot", "s3cret"];
    const bytes = fields.flatMap((field) => [0, 0, 0, field.length, ...Buffer.from(field)]);
    expect(fingerprint(KEY, ENTRY)).toBe(createHmac("sha256", subkey).update(Buffer.from(bytes)).digest("hex"));
  });

  it("looks different in every place and for every credential, and the same for the same", () => {
    const changes: readonly Partial<Fingerprinted>[] = [
      {},
      { owner: "x" },
      { cluster: "x" },
      { namespace: "x" },
      { secret: "x" },
      { registry: "x" },
      { server: "x" },
      { username: "x" },
      { password: new Secret("x") },
      { owner: "platformp", cluster: "rod" },
    ];
    const prints = changes.map((change) => fingerprint(KEY, { ...ENTRY, ...change }));
    expect(new Set(prints).size).toBe(changes.length);
    expect(fingerprint(KEY, { ...ENTRY })).toBe(prints[0]);
    expect(fingerprint(new FingerprintKey(randomBytes(32)), ENTRY)).not.toBe(
      fingerprint(new FingerprintKey(randomBytes(32)), ENTRY),
    );
  });
});

describe("the other subkeys", () => {
  it("name the key in 16 hexadecimal digits, which say nothing about it", () => {
    expect(KEY.id).toMatch(/^[0-9a-f]{16}$/);
    expect(HEX).not.toContain(KEY.id);
  });

  it("vouch for a lock", () => {
    const mac = lockMac(KEY, "text");
    expect(verifyLockMac(KEY, "text", mac)).toBe(true);
    expect(verifyLockMac(KEY, "texts", mac)).toBe(false);
    expect(verifyLockMac(KEY, "text", "")).toBe(false);
    expect(verifyLockMac(new FingerprintKey(randomBytes(32)), "text", mac)).toBe(false);
  });
});
