const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A duration (`90s`, `15m`, `12h`, `14d`) in milliseconds. The schema has judged its form. */
export function parseDuration(text: string): number {
  return Number(text.slice(0, -1)) * (UNITS[text.slice(-1)] ?? NaN);
}

/** A day or an instant as an ISO 8601 instant in UTC: a day counts to its end. Undefined for a day that no calendar has. */
export function parseDate(text: string): string | undefined {
  const day = text.slice(0, 10);
  const midnight = new Date(`${day}T00:00:00Z`);
  // `new Date` takes the 30th of February for the 2nd of March.
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(day)) return undefined;
  const instant = new Date(text.length === day.length ? `${day}T23:59:59Z` : text);
  return Number.isNaN(instant.getTime()) ? undefined : instant.toISOString().replace(".000Z", "Z");
}
