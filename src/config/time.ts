const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const UNITS: Readonly<Record<string, number>> = { s: SECOND, m: MINUTE, h: HOUR, d: 24 * HOUR };

/** A duration (`90s`, `15m`, `12h`, `14d`) in milliseconds. The schema has judged its form. */
export function parseDuration(text: string): number {
  return Number(text.slice(0, -1)) * (UNITS[text.slice(-1)] ?? NaN);
}

/** How long a check may take, in milliseconds: a duration from 1 second to 1 hour. Null for all else. */
export function parseTimeout(text: string): number | null {
  const milliseconds = /^[0-9]{1,6}[smhd]$/u.test(text) ? parseDuration(text) : 0;
  return milliseconds >= SECOND && milliseconds <= HOUR ? milliseconds : null;
}

/**
 * A day or an instant as an ISO 8601 instant in UTC: a day counts to its end. Undefined for a day that no calendar has.
 */
export function parseDate(text: string): string | undefined {
  const day = text.slice(0, 10);
  const midnight = new Date(`${day}T00:00:00Z`);
  // `new Date` takes the 30th of February for the 2nd of March.
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(day)) return undefined;
  const instant = new Date(text.length === day.length ? `${day}T23:59:59Z` : text);
  return Number.isNaN(instant.getTime()) ? undefined : instant.toISOString().replace(".000Z", "Z");
}
