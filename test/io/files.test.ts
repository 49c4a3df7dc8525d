import { execFile } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFiles } from "../../src/io/files.ts";

const run = promisify(execFile);
const files = createFiles();
const BYTES = Buffer.from("new\n");
let root = "";

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "regcred-files-"));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

describe("reading", () => {
  it("gives the bytes of a file, and null or file-missing for none", async () => {
    await writeFile(join(root, "a"), BYTES);
    expect(Buffer.from(await files.read(join(root, "a")))).toEqual(BYTES);
    expect(await files.readIfThere(join(root, "b"))).toBeNull();
    expect(await files.readIfThere(join(root, "a", "b"))).toBeNull();
    await expect(files.read(join(root, "b"))).rejects.toMatchObject({ code: "file-missing" });
  });

  it("refuses a directory, a device, a pipe that nobody writes to, and what is too large", async () => {
    await run("mkfifo", [join(root, "pipe")]);
    await writeFile(join(root, "a"), BYTES);
    for (const path of [root, "/dev/null", join(root, "pipe")])
      await expect(files.read(path)).rejects.toMatchObject({ code: "file-not-regular" });
    await expect(files.read(join(root, "a"), 3)).rejects.toMatchObject({ code: "file-too-large" });
    expect(await files.read(join(root, "a"), 4)).toHaveLength(4);
  });

  it("names the path and the reason when the system refuses", async () => {
    await symlink("loop", join(root, "loop"));
    const refused = {
      code: "file-unreadable",
      message: `${join(root, "loop")} cannot be read: too many symbolic links`,
    };
    await expect(files.read(join(root, "loop"))).rejects.toMatchObject(refused);
    await expect(files.realPath(join(root, "loop"))).rejects.toMatchObject(refused);
    await expect(files.list(join(root, "loop"))).rejects.toMatchObject({ code: "file-unreadable" });
  });

  it("resolves symbolic links, and gives null for what is not there", async () => {
    await symlink("/dev/null", join(root, "link"));
    expect(await files.realPath(join(root, "link"))).toBe("/dev/null");
    expect(await files.realPath(join(root, "none"))).toBeNull();
  });

  it("lists everything below a directory in order, and follows no link", async () => {
    await mkdir(join(root, "b", "c"), { recursive: true });
    await writeFile(join(root, "b", "c", "file"), BYTES);
    await writeFile(join(root, "a"), BYTES);
    await symlink("b", join(root, "z"));
    await run("mkfifo", [join(root, "pipe")]);
    expect(await files.list(root)).toEqual([
      { path: "a", kind: "file" },
      { path: "b/c/file", kind: "file" },
      { path: "pipe", kind: "other" },
      { path: "z", kind: "symlink" },
    ]);
    expect(await files.list(join(root, "none"))).toEqual([]);
  });
});

describe("replace", () => {
  it.each([{ durable: false }, { durable: true }])(
    "makes folders, and a file that everybody may read, with %j",
    async (options) => {
      await files.replace(join(root, "new"), join(root, "new", "a", "b", "c.yaml"), BYTES, options);
      const path = join(root, "new", "a", "b", "c.yaml");
      expect(await readFile(path)).toEqual(BYTES);
      expect((await stat(path)).mode & 0o777).toBe(0o644);
      expect(await readdir(join(root, "new", "a", "b"))).toEqual(["c.yaml"]);
    },
  );

  it("takes paths from the root too, and puts a new file in the place of the old one, which stays whole for those who read it", async () => {
    await writeFile(join(root, "a"), "old");
    const before = (await stat(join(root, "a"))).ino;
    await files.replace(root, "a", BYTES);
    expect(await readFile(join(root, "a"))).toEqual(BYTES);
    expect((await stat(join(root, "a"))).ino).not.toBe(before);
  });

  it("writes through no symbolic link, be it the file or a folder on the way", async () => {
    const outside = join(root, "outside");
    await mkdir(join(root, "in"), { recursive: true });
    await mkdir(outside);
    await symlink(outside, join(root, "in", "folder"));
    await symlink(join(outside, "file"), join(root, "in", "file"));
    for (const path of ["folder/a", "folder/new/a", "file", "../outside/a", "."])
      await expect(files.replace(join(root, "in"), path, BYTES)).rejects.toMatchObject({ code: "path-escapes" });
    expect(await readdir(outside)).toEqual([]);
  });

  it("follows a link that leads to the root itself: it was named by the user", async () => {
    await mkdir(join(root, "real"));
    await symlink("real", join(root, "link"));
    await files.replace(join(root, "link"), "a", BYTES);
    expect(await readFile(join(root, "real", "a"))).toEqual(BYTES);
  });

  it("leaves alone what is not what was expected, and no temporary file", async () => {
    const path = join(root, "a");
    const expecting = async (expected: string | null) =>
      await files.replace(root, "a", BYTES, { expected: expected === null ? null : Buffer.from(expected) });
    expect(await expecting("old")).toBe(false);
    expect(await readdir(root)).toEqual([]);
    expect(await expecting(null)).toBe(true);
    expect(await expecting(null)).toBe(false);
    expect(await expecting("new")).toBe(false);
    expect(await expecting("new\n")).toBe(true);
    expect(await files.remove(root, "a", { expected: null })).toBe(false);
    expect(await files.remove(root, "a", { expected: Buffer.from("old") })).toBe(false);
    expect(await readFile(path)).toEqual(BYTES);
    expect(await files.remove(root, "a", { expected: BYTES })).toBe(true);
    expect(await files.remove(root, "a", { expected: null })).toBe(true);
    expect(await readdir(root)).toEqual([]);
  });

  it("also leaves alone what another program writes while the temporary file is being written", async () => {
    await writeFile(join(root, "a"), "old");
    const replaced = files.replace(root, "a", BYTES, { durable: true, expected: Buffer.from("old") });
    while (readdirSync(root).length < 2) await new Promise(setImmediate);
    writeFileSync(join(root, "a"), "of another");
    expect(await replaced).toBe(false);
    expect(await readFile(join(root, "a"), "utf8")).toBe("of another");
    expect(await readdir(root)).toEqual(["a"]);
  });

  it("says what stands in the way, and leaves no temporary file", async () => {
    await mkdir(join(root, "taken", "below"), { recursive: true });
    await writeFile(join(root, "file"), "x");
    const taken = {
      code: "write-failed",
      exitCode: 1,
      message: `${join(root, "taken")} cannot be written: a directory stands there`,
    };
    await expect(files.replace(root, "taken", BYTES)).rejects.toMatchObject(taken);
    await expect(files.replace(root, "file/a", BYTES)).rejects.toMatchObject({ code: "write-failed" });
    await expect(files.replace("/dev/null/none", "a", BYTES)).rejects.toMatchObject({ code: "write-failed" });
    expect((await readdir(root)).sort()).toEqual(["file", "taken"]);
  });

  it("makes the folders above the root, and ends where it cannot", async () => {
    const below = join(root, "not/there/yet");
    await files.replace(below, "a/b.txt", Buffer.from("new"));
    expect(await readFile(join(below, "a/b.txt"), "utf8")).toBe("new");
    const refused = files.replace("/proc/regcred/x", "a.txt", Buffer.from("new"));
    await expect(refused).rejects.toMatchObject({ code: "write-failed", exitCode: 1 });
  });

  it("says that the disk is full, keeps the old file, and leaves no temporary one", async () => {
    await writeFile(join(root, "a"), "old");
    // A limit on the size of files stands for a full disk: it fails at the same call, and needs no right to mount.
    const script = `
      import { createFiles } from ${JSON.stringify(new URL("../../src/io/files.ts", import.meta.url).href)};
      process.on("SIGXFSZ", () => undefined);
      try { await createFiles().replace(${JSON.stringify(root)}, "a", new Uint8Array(1 << 20)); }
      catch (error) { console.log(JSON.stringify(error.problems[0])); }`;
    const limited = `ulimit -f 8 && exec "$0" --input-type=module --no-warnings -e "$1"`;
    const { stdout } = await run("sh", ["-c", limited, process.execPath, script]);
    expect(JSON.parse(stdout)).toMatchObject({
      code: "disk-full",
      message: `${join(root, "a")} cannot be written: the process may write no larger file`,
    });
    expect(await readdir(root)).toEqual(["a"]);
    expect(await readFile(join(root, "a"), "utf8")).toBe("old");
  });
});

describe("remove", () => {
  it("takes the folders with it that it leaves empty, but not the root", async () => {
    await files.replace(root, "a/b/c", BYTES);
    await files.replace(root, "a/d", BYTES);
    await files.remove(root, "a/b/c");
    expect(await readdir(join(root, "a"))).toEqual(["d"]);
    await files.remove(root, join(root, "a", "d"));
    expect(await readdir(root)).toEqual([]);
  });

  it("has nothing to say where there is nothing", async () => {
    expect(await files.remove(root, "a/b")).toBe(true);
  });

  it("goes through no symbolic link, and removes no directory", async () => {
    await mkdir(join(root, "in", "folder"), { recursive: true });
    await writeFile(join(root, "precious"), "x");
    await symlink("..", join(root, "in", "up"));
    await symlink("../precious", join(root, "in", "link"));
    for (const path of ["up/precious", "link", "../precious"])
      await expect(files.remove(join(root, "in"), path)).rejects.toMatchObject({ code: "path-escapes" });
    await expect(files.remove(join(root, "in"), "folder")).rejects.toMatchObject({ code: "write-failed" });
    expect(await readFile(join(root, "precious"), "utf8")).toBe("x");
  });
});

describe("sweep", () => {
  it("removes what a killed run left, and nothing that looks like it", async () => {
    const folder = await mkdtemp(join(tmpdir(), "regcred-sweep-"));
    const names = [".regcred-0123456789abcdef.tmp", "apps/.regcred-fedcba9876543210.tmp", ".regcred-x.tmp", "a.tmp"];
    await mkdir(join(folder, "apps"));
    for (const name of names) await writeFile(join(folder, name), "x");
    await createFiles().sweep(folder);
    expect((await createFiles().list(folder)).map(({ path }) => path).sort()).toEqual([".regcred-x.tmp", "a.tmp"]);
    await rm(folder, { recursive: true });
  });
});
