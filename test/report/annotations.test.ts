import { describe, expect, it } from "vitest";
import type { Problem } from "../../src/errors.ts";
import { annotationsOf } from "../../src/report/index.ts";
import { at, report } from "./sample.ts";

const problems = (number: number): readonly Problem[] =>
  Array.from({ length: number }, (_, index) => ({
    code: "bad-value",
    message: `problem ${index}`,
    location: at(index + 1),
  }));

describe("the annotations", () => {
  it("are the errors, then the warnings, with place and hint", () => {
    const errors: Problem[] = [
      { code: "bad-value", message: "no type", hint: "did you mean `harbor`?", location: at(3, 11) },
    ];
    const warnings: Problem[] = [{ code: "no-fingerprint-key", message: "nothing can be compared" }];
    expect(annotationsOf(report({ errors, warnings }))).toEqual([
      {
        ...{ level: "error", title: "regcred: bad-value", message: "no type (hint: did you mean `harbor`?)" },
        location: { file: "registries.yaml", line: 3, column: 11 },
      },
      { level: "warning", title: "regcred: no-fingerprint-key", message: "nothing can be compared" },
    ]);
  });

  it("are at most ten of a level, and the tenth of more says how many there are", () => {
    const ten = annotationsOf(report({ errors: problems(10), warnings: problems(11) }));
    expect(ten.filter(({ level }) => level === "error").at(-1)?.message).toBe("problem 9");
    expect(ten.filter(({ level }) => level === "warning")).toHaveLength(10);
    expect(ten.at(-1)).toEqual({
      ...{ level: "warning", title: "regcred: 2 more warnings" },
      message: "2 more warnings: the job's summary and its log tell of them",
    });
  });

  it("are lines that no runner takes for a command", () => {
    const evil = "::error::x\n##[group]\r\n::stop-commands::y";
    const file = "a\n::error::b";
    const [one] = annotationsOf(
      report({ errors: [{ code: "internal", message: evil, hint: evil, location: { ...at(1), file } }] }),
    );
    expect(JSON.stringify(one)).not.toMatch(/\\[nr]|##\[|"::/u);
  });
});
