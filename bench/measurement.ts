/** One line of a benchmark's output. */
export interface Measurement {
  readonly what: string;
  readonly value: number;
  readonly unit: "ms" | "MB" | "times" | "starts";
  /** What it must not exceed; for `times`, what it must reach. */
  readonly reach?: number;
}

/** The line that is printed: the figure, what it should reach, and whether it does. */
export function lineOf({ what, value, unit, reach }: Measurement): string {
  const figure = `${value.toFixed(value < 10 ? 2 : 0)} ${unit}`;
  if (reach === undefined) return `  ${what.padEnd(66)} ${figure.padStart(12)}`;
  const reached = unit === "times" ? value >= reach : value <= reach;
  const sign = unit === "times" ? "≥" : "≤";
  return `${reached ? "✔" : "✖"} ${what.padEnd(66)} ${figure.padStart(12)}   (${sign} ${reach} ${unit})`;
}
