import { describe, expect, it, onTestFinished } from "vitest";
import { createClock } from "../../src/io/clock.ts";

const clock = createClock();

function deadline(milliseconds: number) {
  const made = clock.deadline(milliseconds);
  onTestFinished(() => made.cancel());
  return made;
}

/** Timers that keep the process alive. */
function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
}

describe("sleep", () => {
  it("lasts as long as it should", async () => {
    const begun = clock.elapsed();
    await clock.sleep(30);
    expect(clock.elapsed() - begun).toBeGreaterThanOrEqual(28);
  });

  it("ends at once and without an error when it is told to", async () => {
    const begun = clock.elapsed();
    const controller = new AbortController();
    const sleep = clock.sleep(60_000, controller.signal);
    controller.abort();
    await sleep;
    expect(clock.elapsed() - begun).toBeLessThan(1000);
  });
});

describe("a deadline", () => {
  it("aborts its signal when it is over", async () => {
    const made = deadline(20);
    expect(made.signal.aborted).toBe(false);
    expect(made.remaining()).toBeGreaterThan(0);
    await clock.sleep(40);
    expect(made.signal.aborted).toBe(true);
    expect(made.remaining()).toBeLessThan(0);
  });

  it("that is cancelled never aborts, and keeps no process alive", async () => {
    const before = timers();
    const made = deadline(20);
    expect(timers()).toBe(before + 1);
    made.cancel();
    expect(timers()).toBe(before);
    await clock.sleep(40);
    expect(made.signal.aborted).toBe(false);
  });
});
