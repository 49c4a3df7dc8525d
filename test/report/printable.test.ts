import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { printable } from "../../src/report/index.ts";

const NASTY = fc.oneof(
  fc.constantFrom(
    "##[",
    "::",
    "#",
    "[",
    ":",
    "\n",
    "\r",
    "\u001b[31m",
    "\u009b",
    "\u202e",
    "\u200b",
    "\ud83d",
    " ",
    "😀",
  ),
  fc.string({ unit: "binary" }),
);
const TEXT = fc.array(NASTY, { maxLength: 400 }).map((parts) => parts.join(""));

describe("a printable line", () => {
  it("is left alone when it is one already", () => {
    expect(printable("harbor refused robot$acme+ci: größer 漢字 😀 [401]")).toBe(
      "harbor refused robot$acme+ci: größer 漢字 😀 [401]",
    );
  });

  it("folds line breaks, tabs and other blanks to one space", () => {
    expect(printable("  one\r\n\ttwo\u00a0 \u2028three\n")).toBe("one two three");
  });

  it("drops terminal sequences", () => {
    expect(printable("\u001b[31mred\u001b[0m \u001b]8;;https://example.com\u0007link\u001b]8;;\u0007")).toBe(
      "red link",
    );
  });

  it("names what nobody can see: controls, bidi marks, zero widths, lone surrogates", () => {
    expect(printable("a\u0000b\u202ec\u200bd\ud800e\u3164")).toBe("a<U+0000>b<U+202E>c<U+200B>d<U+D800>e<U+3164>");
  });

  it("breaks what a workflow's runner would take for a command", () => {
    expect(printable("##[error]no ###[group]")).toBe("# #[error]no ## #[group]");
    expect(printable("::set-output name=x::y")).toBe(": :set-output name=x::y");
    expect(printable("#\u001b[0m#[error]")).toBe("# #[error]");
  });

  it("keeps 500 characters, and cuts a longer one before a surrogate pair", () => {
    expect(printable("x".repeat(500))).toBe("x".repeat(500));
    expect(printable("x".repeat(501))).toBe(`${"x".repeat(499)}…`);
    expect(printable(`${"x".repeat(498)}😀y`)).toBe(`${"x".repeat(498)}…`);
  });

  it("is printable, short and harmless whatever it was made from, and stays so", () => {
    fc.assert(
      fc.property(TEXT, (text) => {
        const line = printable(text);
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|##\[|^\s*::/u);
        expect(line.length).toBeLessThanOrEqual(500);
        expect(printable(line)).toBe(line);
      }),
    );
  });
});
