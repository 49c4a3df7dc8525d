import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCli } from "../src/cli.ts";
import { version } from "../src/version.ts";

interface Run {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

const VALID = `version: 1
registries:
  hub: { type: generic, host: localhost:1, auth: { anonymous: {} } }
clusters:
  prod: { namespaces: [apps], encrypt: { sops: { age: [age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p] } } }
`;
const home = process.cwd();
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "regcred-cli-"));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

async function regcred(...argv: string[]): Promise<Run> {
  const [out, err]: [string[], string[]] = [[], []];
  const terminal = {
    out: (text: string) => void out.push(text),
    err: (text: string) => void err.push(text),
    columns: undefined,
    colors: false,
  };
  const exitCode = await runCli(argv, terminal, { guard: (work) => work(), check: () => undefined });
  return { exitCode, out: out.join(""), err: err.join("") };
}

describe("regcred", () => {
  it("without arguments shows its help, with examples", async () => {
    const { exitCode, out } = await regcred();
    expect(exitCode).toBe(0);
    expect(out).toMatch(/Usage: regcred[\s\S]*Examples:[\s\S]*regcred apply --dir/);
  });

  it.each(["validate", "check", "plan", "apply", "login", "logout"])(
    "%s --help has examples of its own",
    async (command) => {
      const { exitCode, out } = await regcred(command, "--help");
      expect(exitCode).toBe(0);
      expect(out).toMatch(new RegExp(`Examples:\\n  regcred ${command}`));
    },
  );

  it("knows the version of its package", async () => {
    expect((await regcred("--version")).out).toBe(`${version}\n`);
    expect(JSON.parse(readFileSync(join(home, "package.json"), "utf8")).version).toBe(version);
  });

  it.each([
    [["valdate"], "bad-usage", "Did you mean validate?"],
    [["check", "--foo"], "bad-usage", "unknown option '--foo'"],
    [["apply", "--concurrency", "0"], "bad-usage", "whole number from 1"],
    [["apply", "--timeout", "900h"], "bad-usage", "from 1s to 1h"],
    [["apply", "--fail-on", "nothing"], "bad-usage", "held, warning, expiring, changes"],
    [["apply", "--output", "xml"], "bad-usage", "text, json"],
    [["apply", "surplus"], "bad-usage", "too many arguments"],
    [["images", "docker-hub"], "not-supported-yet", "images is not built yet"],
    [["validate", "--config", "absent.yaml"], "config-missing", "there is no absent.yaml"],
  ])("%j ends with 2 and says why", async (argv, code, words) => {
    const { exitCode, out, err } = await regcred(...argv);
    expect(exitCode).toBe(2);
    expect(out + err).toContain(`[${code}]`);
    expect((out + err).replace(/\s+/g, " ")).toContain(words);
  });

  it.each([["--output", "json"], ["--output=json"], ["-o", "json"]])(
    "answers bad usage in JSON too: %s %s",
    async (...words) => {
      const { exitCode, out, err } = await regcred("plan", "--foo", ...words);
      expect(exitCode).toBe(2);
      expect(err).toBe("");
      expect(JSON.parse(out)).toMatchObject({ command: "plan", ok: false, errors: [{ code: "bad-usage" }] });
    },
  );

  it("finds the configuration here or in .github, and refuses to choose", async () => {
    mkdirSync(".github");
    writeFileSync(".github/registries.yml", VALID);
    expect(await regcred("validate")).toMatchObject({ exitCode: 0 });
    writeFileSync("registries.yaml", VALID);
    const { exitCode, out } = await regcred("validate");
    expect(exitCode).toBe(2);
    expect(out).toContain("both registries.yaml and .github/registries.yml exist");
  });

  it("says what is wrong with a file, with the line and a caret", async () => {
    writeFileSync("registries.yaml", VALID.replace("host:", "hosst:"));
    const { exitCode, out } = await regcred("validate");
    expect(exitCode).toBe(2);
    expect(out).toMatch(/error: registries\.yaml:3:\d+ .*hosst[\s\S]*\^/);
  });

  it("judges the recipients of every cluster without a run", async () => {
    writeFileSync("registries.yaml", VALID.replace("aqmcac8p", "aqmcac8q"));
    const { exitCode, out } = await regcred("validate", "-o", "json");
    expect(exitCode).toBe(2);
    expect(JSON.parse(out).errors).toMatchObject([{ code: "bad-recipient", location: { line: 5 } }]);
  });

  it("prints nothing with --quiet when all is well, and problems alone when not", async () => {
    writeFileSync("registries.yaml", VALID);
    expect(await regcred("validate", "--quiet")).toEqual({ exitCode: 0, out: "", err: "" });
    const { exitCode, out } = await regcred("check", "--quiet", "--timeout", "2s");
    expect(exitCode).toBe(1);
    expect(out).toContain("unreachable");
  });

  it("checks the named registries with what the options say", async () => {
    writeFileSync("registries.yaml", VALID);
    const words = ["--registry", "hub", "--concurrency", "2", "--timeout", "2s", "--fail-on", "warning,expiring"];
    const { exitCode, out } = await regcred(
      "check",
      ...words,
      "--allow-file",
      "/etc/hostname",
      "-o",
      "json",
      "--debug",
    );
    expect(exitCode).toBe(1);
    expect(JSON.parse(out).checks).toMatchObject([{ name: "hub", status: "unreachable" }]);
  });

  it("says on a defect of its own that it is one, and shows the stack with --debug alone", async () => {
    rmSync(folder, { recursive: true });
    const silent = await regcred("validate");
    const loud = await regcred("validate", "--debug");
    mkdirSync(folder);
    process.chdir(folder);
    expect(silent).toMatchObject({ exitCode: 1, out: "" });
    expect(silent.err).toMatch(/\[internal\]/);
    expect(silent.err).not.toMatch(/\n {4}at /);
    expect(loud.err).toMatch(/\n {4}at /);
  });
});

describe("regcred demo", () => {
  it("tells the whole story and leaves nothing behind", async () => {
    const { exitCode, out } = await regcred("demo");
    expect(exitCode).toBe(0);
    for (const words of [
      /1\. Apply[\s\S]*2 of 2 registries may pull[\s\S]*ENC\[AES256_GCM/,
      /2\. Apply again[\s\S]*3 files unchanged[\s\S]*git status: clean/,
      /3\. The partner's token[\s\S]*1 file updated, 2 unchanged[\s\S]*2 files changed/,
      /4\. A mistyped token[\s\S]*unauthorized[\s\S]*2 files updated[\s\S]*1 held/,
    ])
      expect(out).toMatch(words);
  });

  it("leaves everything in the folder that is kept, and overwrites nothing", async () => {
    const { exitCode, out } = await regcred("demo", "--keep", "kept");
    expect(exitCode).toBe(0);
    expect(out).toContain("sops -d");
    expect(readdirSync("kept/gitops")).toEqual([".git", "pull-secrets", "registries.yaml"]);
    const again = await regcred("demo", "--keep", "kept");
    expect(again.exitCode).toBe(2);
    expect(again.err).toContain("is not empty");
  });
});
