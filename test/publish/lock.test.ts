import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Lock } from "../../src/model.ts";
import { readLock, writeLock } from "../../src/publish/lock.ts";
import type { LockKey } from "../../src/publish/lock.ts";
import { entry, holding, wanted } from "../plan/builders.ts";

const { lock } = holding(wanted("apps", [entry("hub")]), wanted("shop", [entry("hub")])).lock;
const mine = { owner: "platform", cluster: "prod" };

function keyOf(id: string): LockKey {
  const mac = (text: string) => createHmac("sha256", id).update(text).digest("hex");
  return { mac, verify: (text, given) => mac(text) === given };
}

const text = writeLock(lock, keyOf("key1"));

/** The text with one value changed behind the HMAC's back. */
function forge(change: (json: Record<string, unknown>) => void): string {
  const json = JSON.parse(text);
  change(json);
  return JSON.stringify(json);
}

describe("a lock", () => {
  it("reads back as it was written, and is trusted under its key", () => {
    expect(readLock(text, mine, keyOf("key1"))).toEqual({ kind: "ours", lock });
  });

  it("keeps what is pending", () => {
    const pending = { "apps/regcred.sops.yaml": { blob: "b" } };
    const interrupted: Lock = { ...lock, pending };
    expect(readLock(writeLock(interrupted, keyOf("key1")), mine, keyOf("key1"))).toMatchObject({
      kind: "ours",
      lock: { pending },
    });
  });

  it("has the same bytes whatever the order of its files", () => {
    const reversed = { ...lock, files: Object.fromEntries(Object.entries(lock.files).reverse()) };
    expect(writeLock(reversed, keyOf("key1"))).toBe(text);
  });

  it("is taken as it is where there is no key to judge by", () => {
    expect(readLock(text, mine, null)).toMatchObject({ kind: "ours" });
    expect(JSON.parse(writeLock(lock, null))).toMatchObject({ mac: null });
  });

  it.each<[string, string]>([
    ["another key's", writeLock({ ...lock, key: "key2" }, keyOf("key2"))],
    ["without an HMAC", forge((json) => delete json["mac"])],
    ["with a made-up HMAC", forge((json) => (json["mac"] = "00"))],
    ["with a file added", forge((json) => Object.assign(Object(json["files"]), { "x/y": { blob: "b" } }))],
    ["with its key's name changed", forge((json) => (json["key"] = null))],
  ])("is not trusted when it is %s", (_, forged) => {
    expect(readLock(forged, mine, keyOf("key1"))).toMatchObject({ kind: "unvouched" });
  });

  it.each<[string, string]>([
    ["empty", ""],
    ["cut short", text.slice(0, -20)],
    ["merged by hand", `<<<<<<< HEAD\n${text}`],
    ["a list", "[]"],
    ["null", "null"],
    ["without a version", forge((json) => delete json["version"])],
    ["of version 0", forge((json) => (json["version"] = 0))],
    ["without an owner", forge((json) => delete json["owner"])],
    ["of odd files", forge((json) => (json["files"] = { a: 1 }))],
    ["of files without a blob", forge((json) => (json["files"] = { a: {} }))],
    ["of odd pending files", forge((json) => (json["pending"] = { a: 1 }))],
    ["of an odd key", forge((json) => (json["key"] = 1))],
    ...["namespace", "frame", "key", "recipients", "registries"].map((name): [string, string] => [
      `of a secret with an odd ${name}`,
      forge((json) => Object.assign(Object(json["files"])["apps/regcred.sops.yaml"].secret, { [name]: 1 })),
    ]),
    ["of an odd secret", forge((json) => (json["files"] = { a: { blob: "b", secret: 1 } }))],
    [
      "of odd fingerprints",
      forge((json) =>
        Object.assign(Object(json["files"])["apps/regcred.sops.yaml"].secret, { registries: { hub: 1 } }),
      ),
    ],
  ])("is malformed when it is %s", (_, malformed) => {
    expect(readLock(malformed, mine, keyOf("key1"))).toEqual({ kind: "malformed" });
  });

  it("of a newer version is left to a newer regcred", () => {
    expect(
      readLock(
        forge((json) => (json["version"] = 2)),
        mine,
        null,
      ),
    ).toEqual({ kind: "newer", version: 2 });
  });

  it.each([
    { owner: "platform", cluster: "other" },
    { owner: "other", cluster: "prod" },
  ])("of %j is not ours", (whose) => {
    expect(readLock(text, whose, keyOf("key1"))).toEqual({ kind: "foreign", lock });
  });

  it("is never trusted with any of its bits turned, but where it says the same", () => {
    const bytes = Buffer.from(text);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const spoilt = Buffer.from(bytes);
      spoilt.writeUInt8(spoilt.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      const state = readLock(spoilt.toString("utf8"), mine, keyOf("key1"));
      if (state.kind === "ours") expect(state.lock).toEqual(lock);
    }
  });
});
