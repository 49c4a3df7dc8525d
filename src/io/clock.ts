import { setTimeout as wait } from "node:timers/promises";
import type { Clock } from "./ports.ts";

export function createClock(): Clock {
  const elapsed = () => performance.now();
  return {
    now: () => new Date(),
    elapsed,
    sleep: (milliseconds, signal) => wait(milliseconds, undefined, { signal }).catch(() => undefined),
    deadline: (milliseconds) => {
      const end = elapsed() + milliseconds;
      const controller = new AbortController();
      const timer = setTimeout(() => controller.abort(), milliseconds);
      return { signal: controller.signal, remaining: () => end - elapsed(), cancel: () => clearTimeout(timer) };
    },
  };
}
