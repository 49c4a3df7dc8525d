import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Report } from "../../src/model.ts";
import { commitMessage, renderPullRequest, renderSummary } from "../../src/report/index.ts";
import { at, change, check, NOW, report } from "./sample.ts";

const NASTY = fc.oneof(
  fc.constantFrom(
    ...[
      "`",
      "``",
      "```",
      "|",
      "\\",
      "\\|",
      "\n",
      "\r\n",
      "\n\n",
      "\n| a | b |\n",
      "\n# x\n",
      "\u2028",
      "\u001b[31m",
      "\u202e",
    ],
    ...[
      "@octocat",
      "a@b.example",
      "<img src=x>",
      "<!--",
      "</td>",
      "&lt;b>",
      "![x](y)",
      "[x](y)",
      "[x]: y",
      "[^1]",
      "$$",
      "*",
    ],
    ...[
      "#12",
      "GH-12",
      "acme/x#1",
      "fixes",
      "deadbeef",
      "0123456789abcdef",
      "1234567",
      "https://x.example/y",
      "www.x.example",
    ],
    ...[
      "[skip ci]",
      "[CI skip]",
      "skip-checks: true",
      ":tada:",
      "::error::",
      "##[error]",
      "~~",
      "_",
      "---",
      "- ",
      "1. ",
      "    ",
    ],
    ...[" ", " ", ":", "(", ")", "!", ".", "word", "größer", "401", "\ud83d", "😀"],
  ),
  fc.string({ unit: "binary", maxLength: 6 }),
);
const TEXT = fc.array(NASTY, { maxLength: 12 }).map((parts) => parts.join(""));

/** A report in which every text that can come from outside is nasty. */
const REPORT = fc
  .record({ words: fc.array(TEXT, { minLength: 8, maxLength: 8 }), shared: fc.boolean(), number: fc.nat(9) })
  .map(({ words, shared, number }): Report => {
    const [a = "", b = "", c = "", d = "", e = "", f = "", g = "", h = ""] = words;
    const location = { file: f, line: number, column: 3 };
    const path = shared ? `${a}/${b}/${c}` : c;
    const place = { path, cluster: a, namespace: b, registries: [d, e] };
    return report({
      errors: [{ code: "foreign-file", message: g, hint: h, location }],
      warnings: [{ code: "can-push", message: h, hint: g }],
      checks: [
        check({ name: d, host: e, status: "denied", message: g, hint: h, location, expiresAt: f }),
        check({ name: e, host: f, location: at(number + 10) }),
      ],
      changes: [
        change({ ...place, expiresAt: g }),
        change({ ...place, action: "update", reason: "credential-changed" }),
        change({ ...place, action: "hold", reason: "registry-failed" }),
        change({ ...place, cluster: c, action: "keep", reason: "unchanged" }),
      ],
      published: { kind: "pull-request", number, url: e, operation: "created", branch: f },
    });
  });

/** What stands outside code spans: CommonMark 6.1, which opens at a run of backticks and ends at the next of its length. */
function outsideCode(line: string): string {
  const [opening] = /`+/u.exec(line) ?? [];
  if (opening === undefined) return line;
  const start = line.indexOf(opening);
  const rest = line.slice(start + opening.length);
  const closing = Array.from(rest.matchAll(/`+/gu)).find(([run]) => run.length === opening.length);
  expect(closing, `unclosed code in ${line}`).toBeDefined();
  return `${line.slice(0, start)}§${outsideCode(rest.slice((closing?.index ?? 0) + opening.length))}`;
}

const cellsOf = (row: string) => row.split(/(?<!\\)\|/u);

/** How the lines begin that are there in any report. */
const START =
  /^(?:$|#{2,3} \w|\| |- |> |>$|in `|\d+ unchanged|[✔✖…] |\[?Pull request |There is no |Made by |Cluster [`:]|The pull secrets )/u;
/** All that GitHub could make something of. */
const ACTIVE = /[@#<>[\]\\$&*_~|{}"]|:\/\/|www\.|:\S|(?<!\p{L})[\da-f]{7,}(?!\p{L})|GH-\d/iu;
/** The marks that are ours. */
const OURS = new RegExp(
  [
    ...[/^#+ |^> |^>$|\*\*|<br>|^ ~ /, /^\[Pull request \d+\]\(https?:\/\/[\w.:/-]+\)/],
    ...[/\d{4}-\d\d-\d\d(?: \d\d:\d\d UTC)?(?: \((?:in )?\d+ \w+(?: ago)?\))?/],
  ]
    .map(({ source }) => source)
    .join("|"),
  "gu",
);

function expectSafe(markdown: string): void {
  const lines = markdown.split("\n");
  let columns = 0;
  lines.forEach((line, index) => {
    expect(line).toMatch(START);
    const cells = line.startsWith("|") ? cellsOf(line) : [line];
    if (lines[index + 1]?.startsWith("| ---") === true) columns = cells.length;
    if (line.startsWith("|")) expect(cells).toHaveLength(columns);
    for (const cell of cells) expect(outsideCode(cell).replace(OURS, "")).not.toMatch(ACTIVE);
  });
  expect(markdown).not.toMatch(/\[(?:skip|ci|no|actions) (?:ci|skip|actions)\]|#\d|##\[/iu);
}

describe("whatever stands in a report", () => {
  it("stays in its cell and in code, in the job summary", () => {
    fc.assert(
      fc.property(REPORT, (all) => expectSafe(renderSummary(all, { now: NOW }))),
      { numRuns: 500 },
    );
  });

  it("stays in its cell and in code, in the body of a pull request", () => {
    fc.assert(
      fc.property(REPORT, TEXT, (all, configuration) => expectSafe(renderPullRequest(all, { configuration }).body)),
      { numRuns: 500 },
    );
  });

  it("is one harmless line in a title, and in each line of a commit's message", () => {
    fc.assert(
      fc.property(REPORT, TEXT, (all, configuration) => {
        const { title } = renderPullRequest(all, { configuration });
        const { subject, body } = commitMessage(all, { configuration });
        expect(title.length).toBeLessThanOrEqual(256);
        expect(subject.length).toBeLessThanOrEqual(72);
        expect(body.split("\n")).toHaveLength(3);
        for (const line of [title, subject, ...body.split("\n")]) {
          expect(line).not.toMatch(/[^\p{L}\p{N} ._/+(),:-]|:\S|www\.|GH-\d/iu);
          expect(line).not.toMatch(/(?<![\p{L}\p{N}])[\da-f]{7,}(?![\p{L}\p{N}])/iu);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("a name or a text", () => {
  const cell = (name: string) => {
    const row = renderSummary(report({ checks: [check({ name })] }), { now: NOW })
      .split("\n")
      .find((line) => line.startsWith("| ✔"));
    return cellsOf(row ?? "")[2]?.trim();
  };
  const told = (message: string) =>
    renderSummary(report({ errors: [{ code: "internal", message }] }), { now: NOW }).split("\n")[6];

  it.each([
    ["docker-hub", "`docker-hub`"],
    ["a`b", "``a`b``"],
    ["`a", "`` `a ``"],
    ["a`b``c", "```a`b``c```"],
    ["a``b", "`a``b`"],
  ])("%s is the code span %s", (name, span) => {
    expect(cell(name)).toBe(span);
  });

  it("has fences that GitHub still reads, however many backticks stand in it", () => {
    const runs = Array.from({ length: 40 }, (_, index) => "`".repeat(index + 1)).join(" ");
    expect(/^`+/u.exec(cell(runs) ?? "")?.[0].length).toBeLessThan(80);
    expect(cell("`".repeat(500))).toBe(`\` ${"`".repeat(500)} \``);
  });

  it("keeps its bars in its cell", () => {
    expect(cell("a|b")).toBe("`a\\|b`");
    expect(cell("a\\|b")).toBe("`a\\ \\|b`");
  });

  it("reads as prose where it is prose", () => {
    const message = "harbor.internal:8443 refused (with 401) what's in `basic`: ask @ops, or see https://x.example/y.";
    expect(told(message)).toBe(
      "- `harbor.internal:8443` refused (with 401) what's in `basic`: ask `@ops`, or see `https://x.example/y`. (`internal`)",
    );
    expect(told("`two words` – and deadbeef, 1234567 [skip ci]")).toBe(
      "- `two words` – and `deadbeef`, `1234567` `[skip` `ci]` (`internal`)",
    );
  });
});
