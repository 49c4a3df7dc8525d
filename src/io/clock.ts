import type { Clock } from "./ports.ts";

export function createClock(): Clock {
  return { now: () => new Date(), elapsed: () => performance.now() };
}
