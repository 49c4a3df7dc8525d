import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { COMMANDS, INPUTS } from "../../src/action/names.ts";
import { outputsOf } from "../../src/action/outputs.ts";
import { buildProgram } from "../../src/commands/program.ts";

interface Field {
  readonly description: string;
  readonly default?: string;
}

interface Definition {
  readonly inputs: Readonly<Record<string, Field>>;
  readonly outputs: Readonly<Record<string, Field>>;
  readonly runs: Readonly<Record<string, string>>;
}

const definition: Definition = parse(readFileSync("action.yml", "utf8"));
const document = readFileSync("docs/action.md", "utf8");
const { inputs, outputs, runs } = definition;

/** The cells of each row of the table under a heading, but its head. */
function rowsUnder(heading: string): readonly (readonly string[])[] {
  const [, section = ""] = document.split(`\n## ${heading}\n`);
  const lines = (section.split("\n## ")[0] ?? "").split("\n").filter((line) => line.startsWith("|"));
  return lines.slice(2).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** A description on one line, as a cell has it. */
function cell(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll("|", "\\|");
}

describe("action.yml", () => {
  it("has the inputs that the code reads, and no other", () => {
    expect(Object.keys(inputs).toSorted()).toEqual(Object.keys(INPUTS).toSorted());
  });

  it("has the outputs that the code sets, and no other", () => {
    const report = { version: 1, command: "apply", ok: true, errors: [], warnings: [] } as const;
    const set = Object.keys(outputsOf({ outcome: { report, exitCode: 0 }, mode: "full" }));
    expect(Object.keys(outputs).toSorted()).toEqual([...set, "plan-file", "checks-file"].toSorted());
  });

  it("runs what is built", () => {
    expect(runs).toEqual({ using: "node24", main: "dist/action/main.js", post: "dist/action/post.js" });
  });

  it("says of each command what it is for", () => {
    for (const command of COMMANDS) expect(inputs["command"]?.description).toContain(`\`${command}\``);
  });

  it("names an option of the command line in the same words", () => {
    const program = buildProgram("0", { out: () => 0, err: () => 0, columns: 80, colors: false }, () => 0);
    const options = program.commands.flatMap((command) =>
      COMMANDS.some((name) => name === command.name()) ? command.options.map(({ long }) => long ?? "") : [],
    );
    // Those that only a terminal needs, and those that take one name where the Action takes a list.
    const others = ["output", "quiet", "no-color", "debug", "exit-code", "registry", "cluster"];
    const names = options.map((long) => long.replace(/^--/, "")).filter((name) => !others.includes(name));
    expect(names.length).toBeGreaterThan(8);
    expect(names.filter((name) => !(name in inputs))).toEqual([]);
  });

  it.each(Object.entries({ ...inputs, ...outputs }))("explains %s in whole sentences", (_, { description }) => {
    expect(description).toMatch(/^[A-Z`][\s\S]{15,}\.$/);
  });
});

describe("docs/action.md", () => {
  it("lists the inputs as action.yml has them", () => {
    const expected = Object.entries(inputs).map(([name, field]) => [
      `\`${name}\``,
      field.default === undefined ? "" : `\`${field.default}\``,
      cell(field.description),
    ]);
    expect(rowsUnder("Inputs")).toEqual(expected);
  });

  it("lists the outputs as action.yml has them", () => {
    const expected = Object.entries(outputs).map(([name, { description }]) => [`\`${name}\``, cell(description)]);
    expect(rowsUnder("Outputs")).toEqual(expected);
  });
});
