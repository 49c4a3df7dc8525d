import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
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

  it("is where the kernel goes, through folders that are links themselves", async () => {
    mkdirSync(join(root, "far/deep"), { recursive: true });
    symlinkSync("far/deep", join(root, "linked"));
    symlinkSync("linked/second", join(root, "first"));
    symlinkSync("../third", join(root, "far/deep/second"));
    symlinkSync("../linked/../end", join(root, "far/third"));
    writeFileSync(join(root, "first"), "x");
    expect(await files.destination(join(root, "first"))).toBe(join(root, "far/end"));
    expect(existsSync(join(root, "far/end"))).toBe(true);
  });
});

describe("the permissions of a file", () => {
  it("are those that it is written with, and none for what is not there", async () => {
    const mode = async (path: string) => (await files.attributesOf(join(root, path)))?.mode;
    // The usual umask cuts the second.
    for (const given of [0o600, 0o666]) {
      await files.replace(root, "a", Buffer.from("x"), { mode: given });
      expect(await mode("a")).toBe(given);
    }
    await files.replace(root, "a", Buffer.from("x"));
    expect(await mode("a")).toBe(0o644);
    expect(await files.attributesOf(join(root, "none"))).toBeNull();
  });
});

describe("the owner of a file", () => {
  const owner = { uid: 12345, gid: 12345 };

  it.runIf(process.getuid?.() === 0)("is whom root gives it to", async () => {
    await files.replace(root, "a", Buffer.from("x"), { owner });
    expect(await files.attributesOf(join(root, "a"))).toEqual({ ...owner, mode: 0o644 });
  });

  it("is the user where he may not give it away", async () => {
    const [before, isRoot] = [process.geteuid?.() ?? 0, process.geteuid?.() === 0];
    chmodSync(root, 0o777);
    try {
      if (isRoot) process.seteuid?.(54321);
      await files.replace(root, "a", Buffer.from("x"), { owner });
    } finally {
      if (isRoot) process.seteuid?.(before);
    }
    expect((await files.attributesOf(join(root, "a")))?.uid).toBe(isRoot ? 54321 : before);
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
