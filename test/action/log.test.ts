import { describe, expect, it } from "vitest";
import { foldingLog, isDebugging, logTerminal } from "../../src/action/log.ts";
import { step } from "./runner.ts";

describe("the log of a step", () => {
  it("folds each stage, and closes one before the next and at the end", () => {
    const { runner, ...told } = step();
    const log = foldingLog(runner);
    log.end();
    log.stage("Check");
    log.info("hub: ok");
    log.stage("Plan");
    log.end();
    log.end();
    expect(told.printed()).toBe("::group::Check\nhub: ok\n::endgroup::\n::group::Plan\n::endgroup::\n");
  });

  it("has one line for each message, and none of them is a command but our own", () => {
    const { runner, ...told } = step();
    const log = foldingLog(runner);
    log.stage("a\n::error::b");
    log.info("::error::a\n::error::b ##[error]c");
    log.debug("a\n::error::b");
    expect(told.printed()).toBe("::group::a ::error::b\n: :error::a ::error::b # #[error]c\n::debug::a%0A::error::b\n");
  });
});

describe("what a command prints", () => {
  it("goes to the log, line by line without a command in it", () => {
    const { runner, ...told } = step();
    const terminal = logTerminal(runner, undefined);
    terminal.out("one\n  ::error::two\n");
    terminal.err("three ##[error]\n");
    expect(told.printed()).toBe("one\n  : :error::two\nthree # #[error]\n");
  });

  it("has colours unless NO_COLOR says otherwise", () => {
    const { runner } = step();
    expect([undefined, "", "1"].map((value) => logTerminal(runner, value).colors)).toEqual([true, true, false]);
  });

  it("says more where debug logging is on", () => {
    const withDebug = (value: string | undefined) => isDebugging({ environment: { get: () => value } });
    expect(["1", "0", "", undefined].map(withDebug)).toEqual([true, false, false, false]);
  });
});
