import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFiles } from "../../src/io/files.ts";

const files = createFiles();
let root = "";

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "regcred-folders-"));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

describe("a private folder", () => {
  it("is made with those above it, for the user alone, and tells what was there", async () => {
    expect(await files.makePrivate(join(root, "a/b"))).toBe(root);
    for (const path of ["a", "a/b"]) expect(statSync(join(root, path)).mode & 0o777).toBe(0o700);
    expect(await files.makePrivate(join(root, "a/b"))).toBeNull();
    await expect(files.makePrivate("/proc/none/a")).rejects.toMatchObject({ code: "write-failed" });
  });

  it("goes with those above it that are empty, and never above the root", async () => {
    mkdirSync(join(root, "a/b/c"), { recursive: true });
    writeFileSync(join(root, "a/file"), "");
    await files.removeIfEmpty(root, join(root, "a/b/c"));
    expect(readdirSync(join(root, "a"))).toEqual(["file"]);
    await files.removeIfEmpty(root, join(root, "a"));
    await files.removeIfEmpty(root, join(root, "none"));
    expect(readdirSync(join(root, "a"))).toEqual(["file"]);
    mkdirSync(join(root, "moved/x"), { recursive: true });
    await files.removeIfEmpty(join(root, "elsewhere"), join(root, "moved/x"));
    expect(existsSync(join(root, "moved"))).toBe(true);
    expect(existsSync(join(root, "moved/x"))).toBe(false);
  });
});

describe("where a write should land", () => {
  it("is the end of the links, whether or not anything is there", async () => {
    symlinkSync("b", join(root, "a"));
    symlinkSync(join(root, "below/c"), join(root, "b"));
    expect(await files.destination(join(root, "a"))).toBe(join(root, "below/c"));
    expect(await files.destination(join(root, "none"))).toBe(join(root, "none"));
    symlinkSync("loop", join(root, "loop"));
    await expect(files.destination(join(root, "loop"))).rejects.toMatchObject({
      code: "file-unreadable",
      message: expect.stringContaining("too many symbolic links"),
    });
  });
});

describe("the permissions of a file", () => {
  it("are those that it is written with, and none for what is not there", async () => {
    await files.replace(root, "a", Buffer.from("x"), { mode: 0o600 });
    expect(await files.modeOf(join(root, "a"))).toBe(0o600);
    await files.replace(root, "a", Buffer.from("x"));
    expect(await files.modeOf(join(root, "a"))).toBe(0o644);
    expect(await files.modeOf(join(root, "none"))).toBeNull();
  });
});

describe("sweeping", () => {
  it("of a directory alone leaves those below it", async () => {
    mkdirSync(join(root, "below"));
    const name = ".regcred-0123456789abcdef.tmp";
    for (const path of [name, `below/${name}`, "precious.tmp"]) writeFileSync(join(root, path), "");
    await files.sweep(root, { below: false });
    expect(readdirSync(root).sort()).toEqual(["below", "precious.tmp"]);
    expect(readdirSync(join(root, "below"))).toEqual([name]);
    await files.sweep(root);
    expect(readdirSync(join(root, "below"))).toEqual([]);
  });
});
