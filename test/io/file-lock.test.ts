import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createClock } from "../../src/io/clock.ts";
import { withFileLock } from "../../src/io/file-lock.ts";
import type { Clock } from "../../src/io/ports.ts";

const run = promisify(execFile);
const clock = createClock();
let folder = "";
let path = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "regcred-lock-"));
  path = join(folder, "x.lock");
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const plain = { clock, prepare: () => Promise.resolve(), proceed: () => undefined };

/** A clock on which every sleep takes three seconds, and no time. */
function hastyClock(onSleep: () => void = () => undefined): Clock {
  let now = 0;
  const sleep = (): Promise<void> => {
    now += 3000;
    onSleep();
    return Promise.resolve();
  };
  return { ...clock, elapsed: () => now, sleep };
}

/** A lock as somebody else holds it. */
function heldBy(holder: string): void {
  mkdirSync(path);
  writeFileSync(join(path, holder), "");
}

/** Adds one to the number in a file, with a pause in which another could do the same. */
async function countUp(): Promise<void> {
  const file = join(folder, "count");
  const count = Number(readFileSync(file, "utf8"));
  await clock.sleep(1);
  writeFileSync(file, `${count + 1}`);
}

/** A script of a process of its own: `work` is the text of a function that gets `folder`. */
function inProcess(work: string): Promise<{ stdout: string }> {
  const url = (file: string) => JSON.stringify(new URL(`../../src/io/${file}`, import.meta.url).href);
  const script = `
    import { readFileSync, writeFileSync } from "node:fs";
    import { createClock } from ${url("clock.ts")};
    import { withFileLock } from ${url("file-lock.ts")};
    const clock = createClock();
    const [path, file] = ${JSON.stringify([path, join(folder, "count")])};
    const locked = (work) => withFileLock(path, { clock, prepare: async () => {}, proceed: () => {} }, work);
    ${work}`;
  return run(process.execPath, ["--input-type=module", "--no-warnings", "-e", script]);
}

describe("a lock on files", () => {
  it("lets one at a time in, within a process and among several, and leaves nothing behind", async () => {
    writeFileSync(join(folder, "count"), "0");
    const others = `
      for (let i = 0; i < 25; i++)
        await locked(async () => {
          const count = Number(readFileSync(file, "utf8"));
          await clock.sleep(1);
          writeFileSync(file, String(count + 1));
        });`;
    const own = Array.from({ length: 10 }, () => withFileLock(path, plain, countUp));
    await Promise.all([inProcess(others), inProcess(others), ...own]);
    expect(readFileSync(join(folder, "count"), "utf8")).toBe("60");
    expect(readdirSync(folder)).toEqual(["count"]);
  });

  it("passes on what the work gives or throws, and is free again", async () => {
    expect(await withFileLock(path, plain, () => Promise.resolve(7))).toBe(7);
    await expect(withFileLock(path, plain, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is taken at once from a process that was killed, whether it held the lock or waited for it", async () => {
    await inProcess(`await locked(() => process.kill(process.pid, "SIGKILL"));`).catch(() => undefined);
    // One that was killed while it waited leaves its own finished folder.
    const [holder = ""] = readdirSync(path);
    mkdirSync(`${path}-${holder}`);
    writeFileSync(join(`${path}-${holder}`, holder), "");
    const begun = clock.elapsed();
    await withFileLock(path, plain, () => Promise.resolve());
    expect(clock.elapsed() - begun).toBeLessThan(5000);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each(["1-0badc0de-feed", `${process.pid}-0badc0de-feed`])(
    "is taken after ten seconds from another machine's holder who does not let go: %s",
    async (holder) => {
      heldBy(holder);
      let slept = 0;
      const hasty = hastyClock(() => (slept += 1));
      await withFileLock(path, { ...plain, clock: hasty }, () => Promise.resolve());
      expect(slept).toBe(4);
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  it("is waited for as long as others come and go, up to two minutes", async () => {
    heldBy("1-0badc0de-0");
    let next = 0;
    const hasty = hastyClock(() => renameSync(join(path, `1-0badc0de-${next}`), join(path, `1-0badc0de-${++next}`)));
    await expect(withFileLock(path, { ...plain, clock: hasty }, () => Promise.resolve())).rejects.toMatchObject({
      code: "write-failed",
      message: expect.stringContaining("two minutes"),
    });
    expect(readdirSync(folder)).toEqual(["x.lock"]);
  });

  it("is given up when the run is interrupted while it waits", async () => {
    heldBy("1-0badc0de-0");
    const proceed = () => {
      throw new Error("interrupted");
    };
    await expect(withFileLock(path, { ...plain, proceed }, () => Promise.resolve())).rejects.toThrow();
    expect(readdirSync(folder)).toEqual(["x.lock"]);
  });

  it("tells its holder when another has taken it over", async () => {
    const refused = withFileLock(path, plain, async (stillHeld) => {
      await stillHeld();
      rmSync(path, { recursive: true });
      heldBy("1-0badc0de-0");
      await stillHeld();
    });
    await expect(refused).rejects.toMatchObject({ code: "write-failed", message: expect.stringContaining("took it") });
    expect(readdirSync(path)).toEqual(["1-0badc0de-0"]);
  });

  it("has its folder made again when that is gone by then, and says when it cannot be made", async () => {
    const below = join(folder, "a", "x.lock");
    let tries = 0;
    const prepare = (): Promise<void> => {
      tries += 1;
      if (tries === 3) mkdirSync(join(folder, "a"));
      return Promise.resolve();
    };
    expect(await withFileLock(below, { ...plain, prepare }, () => Promise.resolve(tries))).toBe(3);
    const never = withFileLock("/proc/none/x.lock", plain, () => Promise.resolve());
    await expect(never).rejects.toMatchObject({ code: "write-failed" });
    writeFileSync(path, "");
    await expect(withFileLock(path, plain, () => Promise.resolve())).rejects.toMatchObject({ code: "write-failed" });
  });
});
