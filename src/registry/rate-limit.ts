import type { HttpAnswer } from "../io/ports.ts";
import type { RateLimit } from "../model.ts";

/**
 * Docker Hub's pull limit: `ratelimit-limit: 100;w=21600`. Its numbers change from year to year, so they are read,
 * never known.
 */
export function readRateLimit({ headers }: HttpAnswer): RateLimit | null {
  const limit = read(headers.get("ratelimit-limit")?.[0]);
  const remaining = read(headers.get("ratelimit-remaining")?.[0]);
  if (limit?.window === undefined || remaining === null) return null;
  return { limit: limit.count, remaining: remaining.count, windowSeconds: limit.window };
}

function read(value: string | undefined): { count: number; window: number | undefined } | null {
  const [, count, window] = /^(\d{1,9})(?:;w=(\d{1,9}))?$/.exec(value?.trim() ?? "") ?? [];
  return count === undefined
    ? null
    : { count: Number(count), window: window === undefined ? undefined : Number(window) };
}
