import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import * as core from "@actions/core";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { connectRunner } from "../../src/io/actions.ts";
import type { CommandProperties } from "../../src/io/actions.ts";
import { Secret } from "../../src/secret.ts";

/** What an environment variable can hold. */
const text = fc.string({ unit: "grapheme" }).map((value) => value.replaceAll("\0", ""));
const lines = fc.array(text, { maxLength: 5 }).map((parts) => parts.join("\n"));
let folder: string;
let stdout = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "regcred-actions-"));
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  stdout = "";
});
afterEach(() => vi.unstubAllEnvs());

/** The runner, whose files lie in the folder, and which prints what is gathered in `stdout`. */
function connect(variables: Readonly<Record<string, string>> = {}) {
  return connectRunner(variables, (printed) => (stdout += printed));
}

/** What `@actions/core` prints. */
function printedBy(work: () => void): string {
  let printed = "";
  const spy = vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    printed += String(chunk);
    return true;
  });
  try {
    work();
  } finally {
    spy.mockRestore();
  }
  return printed;
}

/** An empty file that a variable names, for `@actions/core` and for us. */
function fileFor(variable: string): { name: string; read: () => string } {
  const name = join(folder, variable);
  writeFileSync(name, "");
  vi.stubEnv(variable, name);
  return { name, read: () => readFileSync(name, "utf8").replaceAll(/ghadelimiter_[0-9a-f-]{36}/g, "DELIMITER") };
}

describe("inputs, as @actions/core means them,", () => {
  it.each(["age-recipients", "with blanks in it", "Command"])("are found under the name %s", (name) => {
    const variable = `INPUT_${name.replaceAll(" ", "_").toUpperCase()}`;
    vi.stubEnv(variable, "  found\n");
    expect(connect({ [variable]: "  found\n" }).input(name)).toBe("found");
    expect(core.getInput(name)).toBe("found");
  });

  it("are trimmed, and empty where they are not given", () => {
    fc.assert(
      fc.property(lines, (value) => {
        vi.stubEnv("INPUT_X", value);
        expect(connect({ INPUT_X: value }).input("x")).toBe(core.getInput("x"));
      }),
    );
    expect(connect().input("y")).toBe(core.getInput("y"));
  });

  it("are listed by name, also those that nobody knows, without those that are empty", () => {
    const runner = connect({ "INPUT_ALLOW-FILE": "a", INPUT_FOO: "b", INPUT_EMPTY: "", OTHER: "c" });
    expect(runner.inputNames()).toEqual(["allow-file", "foo"]);
  });
});

describe("what is written to the runner's files, as @actions/core does,", () => {
  it.each([
    ["GITHUB_OUTPUT", "setOutput", core.setOutput],
    ["GITHUB_STATE", "saveState", core.saveState],
  ] as const)("is in %s a name and a value of any lines", (variable, ours, theirs) => {
    fc.assert(
      fc.property(lines, (value) => {
        const file = fileFor(variable);
        theirs("a-name", value);
        const expected = file.read();
        writeFileSync(file.name, "");
        connect({ [variable]: file.name })[ours]("a-name", value);
        expect(file.read()).toBe(expected);
      }),
      { numRuns: 30 },
    );
  });

  it("is in GITHUB_STEP_SUMMARY the text, after what is there", async () => {
    const file = fileFor("GITHUB_STEP_SUMMARY");
    await core.summary.addRaw("# one\n").write();
    connect({ GITHUB_STEP_SUMMARY: file.name }).addSummary("# one\n");
    expect(file.read()).toBe("# one\n# one\n");
  });

  it("cannot set another name, and has another delimiter each time", () => {
    const { name } = fileFor("GITHUB_OUTPUT");
    const runner = connect({ GITHUB_OUTPUT: name });
    runner.setOutput("a", "x\nghadelimiter_guessed\nb=evil");
    runner.setOutput("a", "y");
    const delimiters = [...readFileSync(name, "utf8").matchAll(/^a<<(.+)$/gm)].map(([, found]) => found);
    expect(new Set(delimiters).size).toBe(2);
  });

  it("is nothing where the runner names no file, and an error that names it where it cannot be written", () => {
    expect(() => connect().addSummary("x")).not.toThrow();
    const there = connect({ GITHUB_OUTPUT: join(folder, "not/there") });
    expect(() => there.setOutput("a", "b")).toThrow(/not\/there cannot be written/);
  });
});

describe("a command", () => {
  it("is spelt as @actions/core spells it, whatever is in it", () => {
    const place = fc.record({ title: text, file: text, line: fc.nat(), col: fc.nat() });
    fc.assert(
      fc.property(lines, place, (message, { title, file, line, col }) => {
        const expected = printedBy(() => core.error(message, { title, file, startLine: line, startColumn: col }));
        stdout = "";
        const zeroless = (number: number) => (number === 0 ? undefined : number);
        connect().command("error", message, { title, file, line: zeroless(line), col: zeroless(col) });
        // Where every property is left out, theirs keeps the blank before them.
        expect(stdout).toBe(expected.replace(/^::error ::/, "::error::"));
      }),
    );
  });

  it.each<[string, () => void, string, string]>([
    ["group", () => core.startGroup("50 %: a,b"), "group", "50 %: a,b"],
    ["endgroup", () => core.endGroup(), "endgroup", ""],
    ["debug", () => core.debug("a\r\nb"), "debug", "a\r\nb"],
  ])("%s is the same too", (_, theirs, name, message) => {
    connect().command(name, message);
    expect(stdout).toBe(printedBy(theirs));
  });

  it("leaves out what is undefined", () => {
    const properties: CommandProperties = { title: "t", file: undefined };
    connect().command("warning", "m", properties);
    expect(stdout).toBe("::warning title=t::m\n");
  });

  it("never spans two lines", () => {
    fc.assert(
      fc.property(lines, text, (message, title) => {
        stdout = "";
        connect().command("error", message, { title });
        expect(stdout.match(/[\r\n]/g)).toEqual(["\n"]);
      }),
    );
  });
});

describe("a mask", () => {
  it("is spelt as @actions/core spells it, before anything else, and once", () => {
    const runner = connect();
    runner.mask(new Secret("hunter2%"));
    runner.mask(new Secret("hunter2%"));
    runner.print("hunter2%\n");
    expect(stdout).toBe(`${printedBy(() => core.setSecret("hunter2%"))}hunter2%\n`);
  });

  it("is one for each line", () => {
    connect().mask(new Secret("first line\nsecond line\n"));
    expect(stdout).toBe("::add-mask::first line\n::add-mask::second line\n");
  });
});

describe("a file that is kept for the job", () => {
  it("lies in a folder of its own, for its user alone", async () => {
    const temporary = mkdtempSync(join(folder, "temp-"));
    const runner = connect({ RUNNER_TEMP: temporary });
    const files = [
      { name: "plan.json", text: "1" },
      { name: "checks.json", text: "2" },
    ];
    const paths = [...(await runner.keep(files)), ...(await runner.keep(files))];
    expect(paths.map((path) => basename(path))).toEqual(["plan.json", "checks.json", "plan.json", "checks.json"]);
    expect(paths.map((path) => readFileSync(path, "utf8"))).toEqual(["1", "2", "1", "2"]);
    expect(paths.map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o600, 0o600, 0o600]);
    expect(paths.map((path) => statSync(dirname(path)).mode & 0o777)).toEqual([0o700, 0o700, 0o700, 0o700]);
    expect(readdirSync(temporary)).toHaveLength(2);
  });

  it("is an error that names the folder where it cannot be written", async () => {
    const runner = connect({ RUNNER_TEMP: join(folder, "nowhere") });
    await expect(runner.keep([{ name: "a", text: "" }])).rejects.toThrow(/nowhere cannot be written/);
  });
});
