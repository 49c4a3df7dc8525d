const UNITS = [
  { name: "day", milliseconds: 86_400_000 },
  { name: "hour", milliseconds: 3_600_000 },
  { name: "minute", milliseconds: 60_000 },
] as const;

/** How long something took: `41 ms`, `1.2 s`, `2 min 5 s`. */
export function elapsed(milliseconds: number): string {
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** How far an instant is away, in whole units rounded towards now: `in 12 days`, `2 hours ago`. */
export function relative(instant: string, now: Date): string {
  const distance = Date.parse(instant) - now.getTime();
  const unit = UNITS.find(({ milliseconds }) => Math.abs(distance) >= milliseconds);
  if (unit === undefined) return distance < 0 ? "just now" : "within a minute";
  const amount = count(Math.floor(Math.abs(distance) / unit.milliseconds), unit.name);
  return distance < 0 ? `${amount} ago` : `in ${amount}`;
}

/** `1 file`, `2 files`. */
export function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? "" : "s"}`;
}
