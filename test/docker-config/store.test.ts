import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { removeLogins, writeLogins } from "../../src/docker-config/index.ts";
import type { LockedFolder } from "../../src/docker-config/index.ts";
import { createFiles } from "../../src/io/files.ts";
import { Secret } from "../../src/secret.ts";

const THERE = '{ "auths": { "r.example.com": { "auth": "bWU6bWluZQ==" } } }\n';
const files = createFiles();
let folder: string;
let config: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "regcred-store-"));
  config = join(folder, "config.json");
  writeFileSync(config, THERE);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The folder, for a run that is stopped before its n-th write. */
function locked(stopBefore = 0): LockedFolder {
  let writes = 0;
  const stillHeld = () => (++writes === stopBefore ? Promise.reject(new Error("stopped")) : Promise.resolve());
  return { folder, files, stillHeld };
}

function write(id: string, password: string, stopBefore?: number): Promise<void> {
  const entry = { username: "me", password: new Secret(password) };
  const logins = [{ registry: "r", keys: ["r.example.com"], entry }];
  return writeLogins(locked(stopBefore), logins, { id, key: "ab".repeat(32), madeBelow: null });
}

describe("undoing the later of two logins", () => {
  it.each([1, 2, 3])("that is stopped before write %i is ended by undoing the earlier one", async (stopBefore) => {
    await write("1", "first");
    await write("2", "second");
    await expect(removeLogins(locked(stopBefore), ["2"])).rejects.toThrow("stopped");
    await removeLogins(locked(), ["1"]);
    await removeLogins(locked(), ["2"]);
    expect(readFileSync(config, "utf8")).toBe(THERE);
    expect(readdirSync(folder)).toEqual(["config.json"]);
  });
});

describe("a login", () => {
  it.each([2, 3])("that is stopped before write %i is no more after the next", async (stopBefore) => {
    await write("1", "first");
    await expect(write("2", "second", stopBefore)).rejects.toThrow("stopped");
    await write("3", "third");
    const { undone } = await removeLogins(locked(), ["2"]);
    expect(undone).toEqual([]);
    await removeLogins(locked(), ["3"]);
    const { auth } = JSON.parse(readFileSync(config, "utf8")).auths["r.example.com"];
    expect(Buffer.from(auth, "base64").toString()).toBe("me:first");
  });

  it("holds no password in the record but those that were there before", async () => {
    await write("1", "first");
    const record = readFileSync(join(folder, "regcred-login.json"), "utf8");
    expect(record).not.toMatch(/first|bWU6Zmlyc3Q/);
  });
});
