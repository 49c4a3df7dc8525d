import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createClock } from "../../src/io/clock.ts";
import { withFileLock } from "../../src/io/file-lock.ts";
import type { Held } from "../../src/io/file-lock.ts";
import { hasLock } from "../../src/io/lock-holder.ts";
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

const plain = { clock, prepare: () => Promise.resolve(""), proceed: () => undefined };

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

/** A lock as somebody else holds it, or a folder as somebody else waits with. */
function heldBy(holder: string, at = path, note = ""): void {
  mkdirSync(at);
  writeFileSync(join(at, holder), note);
}

/** What those who wait have written down so far. */
function waitingNotes(): readonly string[] {
  const waiting = readdirSync(folder).filter((name) => name.startsWith("x.lock-"));
  return waiting.flatMap((name) =>
    readdirSync(join(folder, name)).map((file) => readFileSync(join(folder, name, file), "utf8")),
  );
}

/** No process has it: it is beyond the greatest number of all systems. */
const NOBODY = 999_999_999;

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
    const locked = (work, note = "") => withFileLock(path, { clock, prepare: async () => note, proceed: () => {} }, work);
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
    heldBy(holder, `${path}-${holder}`);
    const begun = clock.elapsed();
    await withFileLock(path, plain, () => Promise.resolve());
    expect(clock.elapsed() - begun).toBeLessThan(5000);
    expect(readdirSync(folder)).toEqual([]);
  });

  /** As a holder is named on this machine where processes have no namespaces. */
  const host = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);

  it.each([
    ["on another machine", `${NOBODY}-0badc0de-feed`],
    ["in another container of the same host name", `${NOBODY}-${host}-feed`],
  ])(
    "is taken after ten seconds, not at once, from a holder %s, whose process nobody here can see",
    async (_, holder) => {
      heldBy(holder);
      let slept = 0;
      const hasty = hastyClock(() => (slept += 1));
      await withFileLock(path, { ...plain, clock: hasty }, () => Promise.resolve());
      expect(slept).toBe(4);
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  it("takes those who were killed while they waited away, also when it is let go", async () => {
    await withFileLock(path, plain, async () => {
      const [own = ""] = readdirSync(path);
      const dead = own.replace(/^\d+/u, `${NOBODY}`);
      heldBy(dead, `${path}-${dead}`);
      // Of other machines nothing tells but their age.
      for (const name of ["old", "new"]) heldBy(`1-0badc0de-${name}`, `${path}-1-0badc0de-${name}`);
      utimesSync(`${path}-1-0badc0de-old`, 0, 0);
      await clock.sleep(1);
    });
    expect(readdirSync(folder)).toEqual(["x.lock-1-0badc0de-new"]);
    expect(await hasLock(path)).toBe(true);
    rmSync(`${path}-1-0badc0de-new`, { recursive: true });
    expect(await hasLock(path)).toBe(false);
    expect(await hasLock(join(folder, "none/x.lock"))).toBe(false);
  });

  it("hands down what was prepared by those who were killed, however many of them", async () => {
    const killed = (note: string) =>
      inProcess(`await locked(() => process.kill(process.pid, "SIGKILL"), "${note}");`).catch(() => undefined);
    const noteNow = (note = "") =>
      withFileLock(path, { ...plain, prepare: () => Promise.resolve(note) }, (held) => Promise.resolve(held.note));
    await killed("made");
    await killed("");
    expect(await noteNow()).toBe("made");
    expect(await noteNow()).toBe("");
    // One that waited, and never had the lock.
    heldBy(`${NOBODY}-0badc0de-1`, `${path}-${NOBODY}-0badc0de-1`, "waited");
    expect(await noteNow("own")).toBe("own");
    expect(await noteNow()).toBe("waited");
  });

  it.each([
    ["prepared", "made", () => Promise.resolve()],
    ["found", "", ({ leave }: Held) => leave("made")],
  ])("hands down what its holder %s to who waits for it", async (_, prepared, begin) => {
    const waiter = await withFileLock(path, { ...plain, prepare: () => Promise.resolve(prepared) }, async (held) => {
      const waits = withFileLock(path, plain, ({ note }) => Promise.resolve(note));
      await begin(held);
      while (!waitingNotes().includes("made")) await clock.sleep(1);
      return { waits };
    });
    expect(await waiter.waits).toBe("made");
  });

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
    const refused = withFileLock(path, plain, async ({ stillHeld }) => {
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
    const prepare = (): Promise<string> => {
      tries += 1;
      if (tries === 3) mkdirSync(join(folder, "a"));
      return Promise.resolve("");
    };
    expect(await withFileLock(below, { ...plain, prepare }, () => Promise.resolve(tries))).toBe(3);
    const never = withFileLock("/proc/none/x.lock", plain, () => Promise.resolve());
    await expect(never).rejects.toMatchObject({ code: "write-failed" });
    writeFileSync(path, "");
    await expect(withFileLock(path, plain, () => Promise.resolve())).rejects.toMatchObject({ code: "write-failed" });
  });
});
