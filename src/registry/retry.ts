import type { HttpAnswer, HttpFailure } from "../io/ports.ts";

// Our own and not p-retry, which cannot take its delay from an answer's `Retry-After` (7.1, 2026-11).

/** Tries per request, the first included. */
export const TRIES = 3;

const FIRST_WAIT = 500;

/** What can heal by itself: a broken network, 408, 429, 5xx. Never 401 or 403: repeating those locks accounts. */
export function canHeal(outcome: HttpAnswer | HttpFailure): boolean {
  if (outcome.kind === "failure") return outcome.cause === "unreachable" || outcome.cause === "dns";
  return outcome.status === 408 || outcome.status === 429 || outcome.status >= 500;
}

/**
 * Milliseconds to wait before the next try: what `Retry-After` says (RFC 9110, section 10.2.3: seconds or a date), else
 * a doubling wait that never takes more than a tenth of the time left; both with jitter, so that many runs do not come
 * back at once.
 *
 * @param attempt counts from 1
 * @param remaining milliseconds left for the whole check
 */
export function waitBeforeNext(
  outcome: HttpAnswer | HttpFailure,
  attempt: number,
  remaining: number,
  now: Date,
): number {
  const usual = Math.min(FIRST_WAIT * 2 ** (attempt - 1), remaining / 10) * (0.5 + Math.random() / 2);
  const asked = outcome.kind === "answer" ? retryAfter(outcome, now) : null;
  return asked === null ? usual : asked + usual / 5;
}

function retryAfter({ headers }: HttpAnswer, now: Date): number | null {
  const value = headers.get("retry-after")?.[0]?.trim() ?? "";
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const date = /^[A-Z][a-z]{2}/.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - now.getTime());
}
