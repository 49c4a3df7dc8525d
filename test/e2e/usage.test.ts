import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { documentOf, expectCivil } from "./assertions.ts";
import { configuration, makeFolder, startRegistries, VARIABLES } from "./scene.ts";
import type { Folder, Registries } from "./scene.ts";

const COMMANDS = ["validate", "check", "plan", "apply", "login", "logout", "demo"] as const;
const NOT_BUILT = ["images", "audit", "drift", "import", "explain", "init", "completion"] as const;
const ESCAPE = "\u001b[";
let folder: Folder;
let registries: Registries;

beforeAll(async () => {
  registries = await startRegistries();
  folder = makeFolder({ "registries.yaml": configuration(registries) });
});
afterAll(async () => {
  folder.remove();
  await registries.stop();
});

describe.concurrent("regcred, asked for help,", () => {
  it.each(["--help", "-h"])("lists its commands with %s", async (flag) => {
    const ended = await folder.run(flag);
    expect(ended).toMatchObject({ exitCode: 0, stderr: "" });
    for (const command of COMMANDS) expect(ended.stdout).toMatch(new RegExp(`^  ${command}\\b`, "m"));
    for (const command of NOT_BUILT) expect(ended.stdout).not.toMatch(new RegExp(`^  ${command}\\b`, "m"));
    expect(ended.stdout).toContain("Examples:");
    expect(ended.stdout).toContain("Exit codes:");
  });

  it("says the same when it is called with nothing at all", async () => {
    const [nothing, help] = await Promise.all([folder.run("", { shell: '"$1" "$2"' }), folder.run("--help")]);
    expect(help.stdout).toContain("Usage: regcred");
    expect(nothing).toMatchObject({ exitCode: 0, stdout: help.stdout, stderr: "" });
  });

  // Fails for demo as of 2026-11-21: its help has no examples.
  it.each(COMMANDS)("explains %s, with examples", async (command) => {
    const ended = await folder.run(`${command} --help`);
    expect(ended).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ended.stdout).toContain(`Usage: regcred ${command} [options]`);
    expect(ended.stdout).toMatch(new RegExp(`Examples:\\n +regcred ${command}`));
  });

  it.each(["--version", "-V"])("prints its version with %s", async (flag) => {
    expect(await folder.run(flag)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      stderr: "",
    });
  });
});

describe.concurrent("regcred, called wrongly,", () => {
  it.each([
    ["aply", "unknown command 'aply'", "Did you mean apply?"],
    ["apply --dri x", "unknown option '--dri'", "Did you mean --dir?"],
    ["apply extra", "too many arguments", "--help"],
    ["apply --dir", "argument missing", "--help"],
    ["apply --output xml", "Allowed choices are text, json", "--help"],
    ["check --concurrency 0", "whole number from 1 to 9999", "--help"],
    ["check --timeout 5", "such as 15s", "--help"],
    ["check --fail-on rain", "held, warning, expiring, changes", "--help"],
    ["validate --registry hub", "unknown option '--registry'", "--help"],
    ["--what", "unknown option '--what'", "--help"],
  ])("says so for %s, on stderr, and exits 2", async (args, message, hint) => {
    const ended = await folder.run(args);
    expectCivil(ended);
    expect(ended).toMatchObject({ exitCode: 2, stdout: "" });
    const words = ended.stderr.replaceAll(/\s+/g, " ");
    expect(words).toContain(message);
    expect(words).toContain(hint);
  });

  it.each(NOT_BUILT.slice(0, 3))(
    "refuses %s by name, because it is not built yet, whatever follows",
    async (command) => {
      const ended = await folder.run(`${command} some --option`);
      expectCivil(ended);
      expect(ended).toMatchObject({ exitCode: 2, stdout: "" });
      expect(ended.stderr).toContain(`the command ${command} is not built yet [not-supported-yet]`);
    },
  );

  it.each(["validate", "check", "plan", "apply"] as const)(
    "by a wrong option to %s, answers in JSON where that is asked for",
    async (command) => {
      const ended = await folder.run(`${command} --output json --what`);
      expect(ended).toMatchObject({ exitCode: 2, stderr: "" });
      expect(documentOf(command, ended).errors.map(({ code }) => code)).toEqual(["bad-usage"]);
    },
  );

  it("names what there is when a registry or cluster is not in the file", async () => {
    const ended = await folder.run("plan --registry nope --cluster nowhere");
    expectCivil(ended);
    expect(ended.exitCode).toBe(2);
    expect(ended.stdout).toMatch(/hub, quay[\s\S]+prod, edge/);
  });
});

describe.concurrent("what regcred prints", () => {
  it("with --quiet is nothing when all is well, and the problems alone when not", async () => {
    const env = { ...VARIABLES, HUB: "wrong" };
    const [well, ill] = await Promise.all([folder.run("check --quiet"), folder.run("check --quiet", { env })]);
    expect(well).toMatchObject({ exitCode: 0, stdout: "", stderr: "" });
    expect(ill.exitCode).toBe(1);
    expect(ill.stdout).toContain("unauthorized");
    expect(ill.stdout).not.toContain("quay");
  });

  it.each([
    ["a pipe", "validate", {}, false],
    ["FORCE_COLOR", "validate", { FORCE_COLOR: "1" }, true],
    ["FORCE_COLOR=0", "validate", { FORCE_COLOR: "0" }, false],
    ["NO_COLOR beside FORCE_COLOR", "validate", { FORCE_COLOR: "1", NO_COLOR: "1" }, false],
    ["an empty NO_COLOR beside FORCE_COLOR", "validate", { FORCE_COLOR: "1", NO_COLOR: "" }, true],
    ["--no-color beside FORCE_COLOR", "validate --no-color", { FORCE_COLOR: "1" }, false],
    ["JSON with FORCE_COLOR", "check --output json", { FORCE_COLOR: "1" }, false],
  ])("to %s has colours or not, as it should", async (_, args, env, colors) => {
    const ended = await folder.run(args, { env: { ...VARIABLES, ...env } });
    expect(ended).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/✔|"ok": true/) });
    // Not stderr: Node itself warns there that it prefers FORCE_COLOR (24.21, 2026-11).
    expect(ended.stdout.includes(ESCAPE)).toBe(colors);
  });

  // Fails as of 2026-11-21: where the arguments cannot be read, --no-color is not looked at.
  it("of a usage error has colours or not by the same rules, --no-color too", async () => {
    const env = { FORCE_COLOR: "1" };
    const [plain, colored] = await Promise.all([folder.run("aply --no-color", { env }), folder.run("aply", { env })]);
    expect(colored.stderr).toContain(ESCAPE);
    expect(plain.stderr).not.toContain(ESCAPE);
  });

  it("shows a stack trace with --debug, and only then", async () => {
    const [debug, plain] = await Promise.all([folder.run("check --what --debug"), folder.run("check --what")]);
    expect(debug.exitCode).toBe(2);
    expect(debug.stderr).toMatch(/^ +at .+:\d+:\d+/m);
    expectCivil(plain);
  });

  it("with --debug says on stderr how each check went, and stdout stays one document", async () => {
    const ended = await folder.run("check --debug --output json");
    expect(ended.stderr).toMatch(/^hub: ok, \d+ requests, \d+ ms$/m);
    expect(documentOf("check", ended).ok).toBe(true);
  });

  it.each(["check", "check --output json", "apply --dir piped", "--help"])(
    "may be cut short, as by head: %s",
    async (args) => {
      const ended = await folder.run(args, { shell: '{ "$@"; echo "exit $?" >&2; } | head -n 1' });
      expectCivil(ended);
      expect(ended.stdout.split("\n")).toHaveLength(2);
      expect(ended.stderr).toBe("exit 0\n");
    },
  );

  it("may go to nobody at all", async () => {
    const shell = '"$@" >&- 2>&-; echo "exit $?"';
    const runs = await Promise.all([folder.run("check", { shell }), folder.run("check --registry nope", { shell })]);
    expect(runs.map(({ stdout }) => stdout)).toEqual(["exit 0\n", "exit 2\n"]);
  });
});
