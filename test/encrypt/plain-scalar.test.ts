import { describe, expect, it } from "vitest";
import { formatFloat, resolvePlain } from "../../src/encrypt/plain-scalar.ts";

describe("resolvePlain", () => {
  // The right column is what `sops -d` of 3.13.3 shows, or hashes, for the left.
  it.each([
    ["", "null", ""],
    ["~", "null", ""],
    ["yes", "str", "yes"],
    ["True", "bool", "true"],
    ["1_000", "int", "1000"],
    ["0777", "int", "511"],
    ["0o17", "int", "15"],
    ["0b-101", "int", "-5"],
    ["0o+7", "int", "7"],
    ["-0x1F", "int", "-31"],
    ["-0", "int", "0"],
    ["18446744073709551615", "int", "18446744073709551615"],
    ["18446744073709551616", "float", "18446744073709552000"],
    ["0xFFFFFFFFFFFFFFFFFF", "str", "0xFFFFFFFFFFFFFFFFFF"],
    ["08", "float", "8"],
    [".5", "float", "0.5"],
    ["._5", "str", "._5"],
    ["1e400", "str", "1e400"],
    ["-.inf", "float", "-Inf"],
    ["1:30", "str", "1:30"],
    ["2026-1-2", "time", "2026-01-02T00:00:00Z"],
    ["2026-01-01t1:02:03.1200+02:00", "time", "2026-01-01T01:02:03.12+02:00"],
    ["2026-01-01 10:00:00,5", "time", "2026-01-01T10:00:00.5Z"],
    ["2026-01-01T10:00:00-00:00", "time", "2026-01-01T10:00:00Z"],
    ["2026-02-30", "str", "2026-02-30"],
    ["2028-02-29", "time", "2028-02-29T00:00:00Z"],
    ["2100-02-29", "str", "2100-02-29"],
    ["2026-01-01T24:00:00Z", "str", "2026-01-01T24:00:00Z"],
    ["2026-01-01T10:60:00Z", "str", "2026-01-01T10:60:00Z"],
    ["2026-01-01T10:00:00+25:00", "str", "2026-01-01T10:00:00+25:00"],
    ["<<", "str", "<<"],
  ])("reads %j as go-yaml does", (text, type, value) => {
    expect(resolvePlain(text)).toEqual({ type, text: value });
  });
});

describe("formatFloat", () => {
  it.each([
    [1e23, "100000000000000000000000"],
    [-1.5e-9, "-0.0000000015"],
    [123.456, "123.456"],
    [-0, "-0"],
    [5e-324, `0.${"0".repeat(323)}5`],
  ])("writes %d without an exponent", (value, text) => {
    expect(formatFloat(value)).toBe(text);
  });
});
