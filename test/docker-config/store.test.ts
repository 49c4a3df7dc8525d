import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { removeLogins, writeLogins } from "../../src/docker-config/index.ts";
import type { LockedFolder } from "../../src/docker-config/index.ts";
import { createFiles } from "../../src/io/files.ts";
import type { Files } from "../../src/io/ports.ts";
import { Secret } from "../../src/secret.ts";

const THERE = '{ "auths": { "r.example.com": { "auth": "bWU6bWluZQ==" } } }\n';
const files = createFiles();
let folder: string;
let config: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "regcred-store-")));
  config = join(folder, "config.json");
  writeFileSync(config, THERE);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The folder, for a run that is stopped before its n-th write, and comes to no other. */
function locked(stopBefore = Infinity, through: Files = files): LockedFolder {
  let writes = 0;
  const stillHeld = () => (++writes >= stopBefore ? Promise.reject(new Error("stopped")) : Promise.resolve());
  return { folder, files: through, stillHeld };
}

function write(id: string, password: string, place = locked()): Promise<void> {
  const entry = { username: "me", password: new Secret(password) };
  const logins = [{ registry: "r", keys: ["r.example.com"], entry }];
  return writeLogins(place, logins, { id, key: "ab".repeat(32), madeBelow: null });
}

/** The disk, where another program acts right before each of our writes to a file; it counts them from 1. */
function beside(name: string, act: (count: number) => void): Files {
  let count = 0;
  const before = (path: string): void => (path.endsWith(name) ? act(++count) : undefined);
  return {
    ...files,
    replace: (root, path, bytes, options) => {
      before(path);
      return files.replace(root, path, bytes, options);
    },
    remove: (root, path, options) => {
      before(path);
      return files.remove(root, path, options);
    },
  };
}

function text(path = config): string {
  return readFileSync(path, "utf8");
}

function modeOf(path = config): number {
  return statSync(path).mode & 0o777;
}

/** As `docker login` to another registry does it. */
function dockerLogin(): void {
  const { auths, ...rest } = JSON.parse(text());
  writeFileSync(config, JSON.stringify({ ...rest, auths: { ...auths, other: { auth: "Zm86" } } }, null, "\t"));
}

const OTHER = { auths: { "r.example.com": { auth: "bWU6bWluZQ==" }, other: { auth: "Zm86" } } };

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
    await expect(write("2", "second", locked(stopBefore))).rejects.toThrow("stopped");
    await write("3", "third");
    expect(await removeLogins(locked(), ["2"])).toEqual([]);
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

describe("another program that writes between our reading and our writing", () => {
  const once = (count: number): void => (count === 1 ? dockerLogin() : undefined);

  it("loses nothing by a login, and what it wrote is what logout brings back", async () => {
    await write("1", "first", locked(Infinity, beside("config.json", once)));
    expect(Object.keys(JSON.parse(text()).auths)).toEqual(["r.example.com", "other"]);
    await removeLogins(locked());
    expect(text()).toBe(JSON.stringify(OTHER, null, "\t"));
    expect(readdirSync(folder)).toEqual(["config.json"]);
  });

  it("loses nothing by a logout", async () => {
    await write("1", "first");
    await removeLogins(locked(Infinity, beside("config.json", once)));
    expect(JSON.parse(text())).toEqual(OTHER);
    expect(readdirSync(folder)).toEqual(["config.json"]);
  });

  it("brings nothing back that a logout has taken, though it had read it before", async () => {
    await write("1", "first");
    const withOurs = text();
    const late = (count: number): void => (count === 1 ? writeFileSync(config, withOurs) : undefined);
    await removeLogins(
      locked(
        Infinity,
        beside("regcred-login.json", (count) => late(count - 1)),
      ),
    );
    expect(text()).toBe(THERE);
    expect(readdirSync(folder)).toEqual(["config.json"]);
  });

  it("and never ends is told of, and nothing of ours is left", async () => {
    const forever = beside("config.json", (count) => count <= 20 && writeFileSync(config, `{"n": ${count}}`));
    await expect(write("1", "first", locked(Infinity, forever))).rejects.toMatchObject({
      code: "write-failed",
      exitCode: 1,
      message: expect.stringContaining("keeps changing it"),
    });
    expect(text()).toBe('{"n": 20}');
    expect(readdirSync(folder)).toEqual(["config.json"]);
  });
});

describe("an empty config.json", () => {
  it.each(["", " \n"])("is empty again after a logout: %j", async (empty) => {
    writeFileSync(config, empty);
    await write("1", "first");
    await removeLogins(locked());
    expect([text(), readdirSync(folder)]).toEqual([empty, ["config.json"]]);
  });
});

describe("a login that fails at its last write", () => {
  const failing = (from: number, to: number): Files =>
    beside("regcred-login.json", (count) => {
      if (count >= from && count <= to) throw new Error("the disk is full");
    });

  it("takes back what it wrote", async () => {
    await expect(write("1", "first", locked(Infinity, failing(2, 2)))).rejects.toThrow("full");
    expect(text()).toBe(THERE);
    expect(readdirSync(folder)).toEqual(["config.json"]);
  });

  it("is taken back by the next run where that fails too", async () => {
    await expect(write("1", "first", locked(Infinity, failing(2, 9)))).rejects.toThrow("full");
    expect(await removeLogins(locked())).toEqual([]);
    expect(text()).toBe(THERE);
    expect(readdirSync(folder)).toEqual(["config.json"]);
  });
});

describe("the permissions of config.json", () => {
  it("come back with the original bytes alone: what another program added may be secret", async () => {
    chmodSync(config, 0o644);
    await write("1", "first");
    expect(modeOf()).toBe(0o600);
    dockerLogin();
    await removeLogins(locked());
    expect([JSON.parse(text()), modeOf()]).toEqual([OTHER, 0o600]);
  });

  it("are narrowed and come back where the text is the same all the while", async () => {
    const same = '{"auths":{"r.example.com":{"auth":"bWU6Zmlyc3Q="}}}';
    writeFileSync(config, same);
    chmodSync(config, 0o644);
    await write("1", "first");
    expect([text(), modeOf()]).toEqual([same, 0o600]);
    await removeLogins(locked());
    expect([text(), modeOf()]).toEqual([same, 0o644]);
  });

  it.runIf(process.getuid?.() === 0)("leave it, and the record, to its owner, whoever logs in", async () => {
    chownSync(config, 12345, 23456);
    await write("1", "first");
    const owner = (name: string) => [statSync(join(folder, name)).uid, statSync(join(folder, name)).gid];
    expect(owner("config.json")).toEqual([12345, 23456]);
    expect(owner("regcred-login.json")).toEqual([12345, 23456]);
    await removeLogins(locked());
    expect(owner("config.json")).toEqual([12345, 23456]);
  });
});

describe("a config.json that is a link", () => {
  beforeEach(() => {
    rmSync(config);
    symlinkSync("behind/docker.json", config);
  });

  it("has what a killed run left beside its end swept away", async () => {
    mkdirSync(join(folder, "behind"));
    for (const place of [folder, join(folder, "behind")])
      writeFileSync(join(place, ".regcred-0123456789abcdef.tmp"), "secret");
    await write("1", "first");
    expect(readdirSync(join(folder, "behind"))).toEqual(["docker.json"]);
    expect(readdirSync(folder)).toEqual(["behind", "config.json", "regcred-login.json"]);
  });

  it("into a folder that is not there is refused, and no folder made; it may go before a logout", async () => {
    await expect(write("1", "first")).rejects.toMatchObject({
      code: "bad-docker-config",
      message: `${config} is a symbolic link into ${join(folder, "behind")}, which is not there`,
    });
    expect(readdirSync(folder)).toEqual(["config.json"]);
    mkdirSync(join(folder, "behind"));
    await write("1", "first");
    rmSync(join(folder, "behind"), { recursive: true });
    expect(await removeLogins(locked())).toMatchObject([{ left: ["r.example.com"] }]);
    expect(readdirSync(folder)).toEqual(["config.json"]);
  });
});
