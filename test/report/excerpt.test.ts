import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ErrorCode } from "../../src/errors.ts";
import { at, report, text } from "./sample.ts";

describe("an excerpt", () => {
  it("shows the line with its number and a caret below the column", () => {
    expect(excerpt("version: 1\nregistries:\n  harbor:\n    typ: harbor\n", 4, 5)).toBe(
      ["4 │     typ: ••••", "  │     ^"].join("\n"),
    );
  });

  it("puts the caret where the reader sees the column, past tabs and wide characters", () => {
    expect(excerpt('\ttype: "x" y', 1, 8)).toBe(["1 │ → type: ••••", "  │         ^"].join("\n"));
    expect(excerpt("漢字: x", 1, 1)).toBe(["1 │ ••••", "  │ ^"].join("\n"));
  });

  it("is cut around the column when the line is long", () => {
    const line = `    namespaces: [${Array.from({ length: 30 }, (_, index) => `team-${index}`).join(", ")}]`;
    expect(excerpt(line, 1, line.indexOf("team-15") + 1, { width: 50 })).toBe(
      ["1 │ …2, team-13, team-14, team-15, team-16, tea…", "  │                       ^"].join("\n"),
    );
  });

  it("is cut at one end only when the column is near the other", () => {
    const line = `namespaces: [${Array.from({ length: 30 }, (_, index) => `team-${index}`).join(", ")}]`;
    expect(excerpt(line, 1, 1, { width: 30 })).toBe(["1 │ namespaces: [team-0, te…", "  │ ^"].join("\n"));
    expect(excerpt(line, 1, line.length, { width: 30 })).toBe(["1 │ …28, team-29]", "  │             ^"].join("\n"));
  });

  it("masks a key that looks like a token", () => {
    expect(excerpt("dckr_pat_0123456789abcdefghi: x", 1, 3)).toBe(["1 │ ••••", "  │ ^"].join("\n"));
  });

  it("is left out where the file has no such line, or a blank one", () => {
    expect(excerpt("version: 1\n", 9, 1)).toBe("");
    expect(excerpt("version: 1\n\n", 2, 1)).toBe("");
  });

  it("keeps what is no secret", () => {
    for (const line of [
      ...[
        "  type: harbor",
        '  host: "harbor.internal:8443"',
        "  canary: acme/api:latest",
        "  clusters: [prod, '*-eu']",
      ],
      ...["  deliverTo: { clusters: [prod-eu], namespaces: { except: [sandbox, edge/tmp-*] } }", "  check: none # why"],
    ])
      expect(excerpt(line, 1, 3).split("\n")[0]).toBe(`1 │ ${line.replace(/ #.*/u, "")}`);
    expect(excerpt("namespaces:\n  - apps\n", 2, 5)).toBe(["2 │   - apps", "  │     ^"].join("\n"));
  });

  it("ends at the first key that may hold a secret", () => {
    expect(excerpt("auth: { basic: { username: acme, password: hunter2 } }", 1, 44)).toBe(
      ["1 │ auth: { basic: { username: ••••", "  │                            ^"].join("\n"),
    );
    expect(excerpt("deliverTo: { clusters: [a], namespace: [b] }", 1, 29)).toBe(
      ["1 │ deliverTo: { clusters: [a], namespace: ••••", "  │                             ^"].join("\n"),
    );
  });

  it("is quick to make of a line that is made to be slow", () => {
    const started = performance.now();
    for (const hostile of [
      "a".repeat(20_000),
      "a,".repeat(20_000),
      "a: ".repeat(20_000),
      " ".repeat(2_000),
      "'a' ".repeat(5_000),
    ])
      excerpt(`clusters: [${hostile}!`, 1, 3);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it("shows keys only of an inline secret, and where the structure is broken", () => {
    for (const code of ["inline-secret", "bad-yaml", "duplicate-key"] as const) {
      expect(excerpt("type: hunter2", 1, 7, { code })).toBe(["1 │ type: ••••", "  │       ^"].join("\n"));
      expect(excerpt("namespaces:\n  - hunter2", 2, 5, { code })).toBe(["2 │   - ••••", "  │     ^"].join("\n"));
    }
  });
});

/** Everything in which a secret was ever pasted; `S` stands for it. */
const PASTED = [
  ...["password: S", "pasword: S", '"password": S', 'password: "S"', "password: 'S'", "password: S # S", "auth: S"],
  ...["auth: { S }", "auth: [S]", "basic: { password: S, username: me }", "basic: { username: me, password: S }"],
  ...[
    "password: |\n  S",
    "password: >-\n  first\n  S",
    "password:\n  S",
    'password: "first\n  S"',
    "password: first\n  S",
  ],
  ...["password: |\n  type: S", "password: |\n  - S", "pem: |\n  -----BEGIN\n\n  # x\n  S", "age:\n  - S", "age: [S]"],
  ...[
    "basic: { username: me,\n  type: S }",
    "password: { env: S }",
    "tls: { ca: { pem: S } }",
    "username: S",
    "token:S",
  ],
  ...[
    "# S",
    "type: generic # S",
    "type: generic S",
    "type: 'generic' S",
    "type: generic, password: S",
    "type: { x: S }",
  ],
  ...[
    "namespaces: [a, S",
    "namespaces:\n  - a S",
    "namespaces:\n  - a # S",
    "host: https://me:S@registry.example",
    "S",
  ],
  ...["host: dckr_pat_0123456789abcdefghi-S", "- S", "? S", "&a S", "S password: x", "*S", "!!str S", "deliverTo: [S]"],
];
const SECRET = fc.oneof(fc.stringMatching(/^Zq\w{4,9}$/u), fc.stringMatching(/^Zq[\w!$%&*+./=?^~-]{6,30}$/u));

describe("no excerpt", () => {
  it("shows a secret, whatever the problem, wherever in the file it stands and wherever it was pasted", () => {
    fc.assert(
      fc.property(
        SECRET,
        fc.constantFrom(...PASTED),
        fc.constantFrom<ErrorCode>(
          "inline-secret",
          "bad-yaml",
          "unknown-key",
          "bad-value",
          "bad-recipient",
          "bad-host",
        ),
        fc.nat(80),
        fc.boolean(),
        (secret, pasted, code, column, nested) => {
          const own = pasted.replaceAll("S", () => secret).split("\n");
          const lines = nested ? ["registries:", "  harbor:", ...own.map((line) => `    ${line}`)] : own;
          lines.forEach((_, index) => {
            expect(excerpt(lines.join("\n"), index + 1, column + 1, { code })).not.toContain(secret.slice(0, 4));
          });
        },
      ),
      { numRuns: 2000 },
    );
  });
});

/** The excerpt alone, out of the text of one error. */
function excerpt(
  source: string,
  line: number,
  column: number,
  { code = "bad-value", width = 100 }: { code?: ErrorCode; width?: number } = {},
): string {
  const errors = [{ code, message: "x", location: at(line, column) }];
  const all = text(report({ ok: false, errors }), { width, sources: new Map([["registries.yaml", source]]) });
  return all
    .split("\n")
    .filter((printed) => /^ +\d* │/u.test(printed))
    .map((printed) => printed.slice(2))
    .join("\n");
}
