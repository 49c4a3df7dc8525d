/** What a plain (unquoted) YAML scalar turns out to be. */
export type ScalarType = "str" | "int" | "float" | "bool" | "time" | "null";

/** A scalar with its type, as text: `true`, `1e3` as `1000`, an instant in RFC 3339. */
export interface Scalar {
  readonly type: ScalarType;
  readonly text: string;
}

const NAMED: ReadonlyMap<string, Scalar> = new Map<string, Scalar>([
  ...["true", "True", "TRUE"].map((name) => [name, { type: "bool", text: "true" }] as const),
  ...["false", "False", "FALSE"].map((name) => [name, { type: "bool", text: "false" }] as const),
  ...["", "~", "null", "Null", "NULL"].map((name) => [name, { type: "null", text: "" }] as const),
  ...[".nan", ".NaN", ".NAN"].map((name) => [name, { type: "float", text: "NaN" }] as const),
  ...[".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"].map(
    (name) => [name, { type: "float", text: "+Inf" }] as const,
  ),
  ...["-.inf", "-.Inf", "-.INF"].map((name) => [name, { type: "float", text: "-Inf" }] as const),
]);

/**
 * What go-yaml makes of a plain scalar (go.yaml.in/yaml/v3 v3.0.4, resolve.go), and so what sops hashes and what it has
 * to quote: neither YAML 1.1 nor 1.2, but a mixture. `1_000` and `0777` are integers, `yes` is a string, `2026-01-01`
 * is a timestamp.
 */
export function resolvePlain(text: string): Scalar {
  const named = NAMED.get(text);
  if (named !== undefined) return named;
  if (text.startsWith(".")) return decimal(text) ?? string(text);
  if (!/^[-+0-9]/.test(text)) return string(text);
  const bare = text.replaceAll("_", "");
  return time(text) ?? integer(bare) ?? decimal(bare) ?? string(text);
}

/**
 * A float64 as Go's `strconv.FormatFloat(value, 'f', -1, 64)` writes it: the shortest digits that round-trip, never an
 * exponent.
 */
export function formatFloat(value: number): string {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([-+]\d+))?$/.exec(Object.is(value, -0) ? "-0" : String(value)) ?? [];
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  if (point >= digits.length) return sign + digits.padEnd(point, "0");
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

function string(text: string): Scalar {
  return { type: "str", text };
}

const INTEGER = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|0[0-7]*|[1-9][0-9]*)$/;

/** Written after `0b` or `0o`, go-yaml lets a sign stand: a quirk of its second attempt. */
const SIGNED_AFTER_PREFIX = /^0(?:b([-+])([01]+)|o([-+])([0-7]+))$/;

function integer(bare: string): Scalar | undefined {
  const quirk = SIGNED_AFTER_PREFIX.exec(bare);
  if (quirk !== null) return integer(`${quirk[1] ?? quirk[3] ?? ""}${bare.slice(0, 2)}${quirk[2] ?? quirk[4] ?? ""}`);
  const [, sign, digits] = INTEGER.exec(bare) ?? [];
  if (digits === undefined) return undefined;
  const size = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  const value = sign === "-" ? -size : size;
  const unsigned = sign === "" && value < 2n ** 64n;
  return value >= -(2n ** 63n) && (value < 2n ** 63n || unsigned) ? { type: "int", text: String(value) } : undefined;
}

function decimal(bare: string): Scalar | undefined {
  if (!/^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(bare)) return undefined;
  const value = Number(bare);
  return Number.isFinite(value) ? { type: "float", text: formatFloat(value) } : undefined;
}

const TIME =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})([.,]\d+)?(Z|[-+]\d\d:\d\d))|(?: (\d{1,2}):(\d{1,2}):(\d{1,2})([.,]\d+)?))?$/;

function time(text: string): Scalar | undefined {
  const parts = TIME.exec(text);
  if (parts === null) return undefined;
  const [year = "", month = "", day = ""] = parts.slice(1, 4);
  const [hour = "0", minute = "0", second = "0"] = [4, 5, 6].map((index) => parts[index] ?? parts[index + 5]);
  const fraction = (parts[7] ?? parts[12] ?? "").slice(1, 10).replace(/0+$/, "");
  const zone = parts[8] ?? "Z";
  if (!isDate(Number(year), Number(month), Number(day)) || Number(hour) > 23) return undefined;
  if (Number(minute) > 59 || Number(second) > 59 || !isZone(zone)) return undefined;
  const [date, clock] = [[year, month, day].map(two).join("-"), [hour, minute, second].map(two).join(":")];
  return { type: "time", text: `${date}T${clock}${fraction && `.${fraction}`}${/[1-9]/.test(zone) ? zone : "Z"}` };
}

function two(digits: string): string {
  return digits.padStart(2, "0");
}

function isDate(year: number, month: number, day: number): boolean {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  return days !== undefined && day >= 1 && day <= days;
}

/** Go takes an offset of 24 hours or of 60 minutes too. */
function isZone(zone: string): boolean {
  return zone === "Z" || (Number(zone.slice(1, 3)) <= 24 && Number(zone.slice(4, 6)) <= 60);
}
