import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { runAction } from "../src/action.ts";
import { connectRunner } from "../src/io/actions.ts";

const VALID = `version: 1
defaults: { registry: hub }
registries:
  hub: { type: generic, host: localhost:1, auth: { basic: { username: ci, password: { env: HUB } } } }
`;
const home = process.cwd();
let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "regcred-action-")));
  process.chdir(folder);
  writeFileSync("registries.yaml", VALID);
});
afterEach(() => {
  process.chdir(home);
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

interface Ended {
  readonly exitCode: number;
  readonly log: string;
  /** What the step wrote to a file of the runner. */
  readonly told: (file: "output" | "state" | "summary") => string;
}

/** Runs a step of a push to the default branch, with these inputs, and variables that differ. */
async function run(step: "main" | "post", inputs: Variables = {}, variables: Variables = {}): Promise<Ended> {
  const file = (name: string) => join(folder, `runner-${name}`);
  for (const name of ["output", "state", "summary"]) writeFileSync(file(name), "");
  writeFileSync(file("event"), JSON.stringify({ repository: { default_branch: "main" } }));
  const given = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  const all: Variables = {
    GITHUB_EVENT_NAME: "push",
    GITHUB_EVENT_PATH: file("event"),
    GITHUB_REF: "refs/heads/main",
    GITHUB_OUTPUT: file("output"),
    GITHUB_STATE: file("state"),
    GITHUB_STEP_SUMMARY: file("summary"),
    NO_COLOR: "1",
    RUNNER_TEMP: folder,
    ...variables,
    ...Object.fromEntries(given),
  };
  // Everything but the runner reads the variables of the process.
  for (const [name, value] of Object.entries(all)) vi.stubEnv(name, value);
  let log = "";
  const runner = connectRunner(all, (text) => (log += text));
  const exitCode = await runAction(step, { guard: (work) => work(), check: () => undefined }, runner);
  return { exitCode, log, told: (name) => readFileSync(file(name), "utf8") };
}

type Variables = Readonly<Record<string, string>>;

/** The value of an output or a state. */
function valueOf(text: string, name: string): string | undefined {
  return new RegExp(`^${name}<<(.+)\n([\\s\\S]*?)\n\\1$`, "m").exec(text)?.[2];
}

describe("the main step", () => {
  it("judges a configuration, and tells the default registry", async () => {
    const { exitCode, log, told } = await run("main", { command: "validate" });
    expect(exitCode).toBe(0);
    expect(log).toMatch(/^::group::.+\n::endgroup::\n[\s\S]*the configuration is valid/);
    expect(valueOf(told("output"), "default-registry")).toBe("localhost:1");
    expect(told("summary")).toContain("## regcred validate");
  });

  it("tells what is wrong, with a place, and sets its outputs even so", async () => {
    writeFileSync("registries.yaml", "version: 2\n");
    const { exitCode, log, told } = await run("main", { command: "plan" });
    expect(exitCode).toBe(1);
    expect(log).toMatch(/^::error title=regcred%3A [\w-]+,file=registries.yaml,line=1,col=\d+::/m);
    expect(valueOf(told("output"), "changed")).toBe("false");
  });

  it("masks the token and the secret before anything else that is theirs", async () => {
    const { log } = await run("main", { command: "check", token: "ghp_token" }, { HUB: "hunter2" });
    expect(log).toMatch(/^::add-mask::ghp_token\n/);
    expect(log.indexOf("::add-mask::hunter2\n")).toBeGreaterThan(0);
    expect(log.replaceAll(/^::add-mask::.*\n/gm, "")).not.toMatch(/hunter2|ghp_token/);
  });

  it("logs in, and saves what the post step needs, which is no secret", async () => {
    mkdirSync("docker");
    writeFileSync("docker/config.json", '{"auths":{}, "detachKeys": "ctrl-x"}');
    const { exitCode, told } = await run("main", { command: "login", "docker-config": "docker" }, { HUB: "hunter2" });
    expect(exitCode).toBe(0);
    expect(readFileSync("docker/config.json", "utf8")).toContain("localhost:1");
    expect(valueOf(told("output"), "default-registry")).toBe("localhost:1");
    const state = told("state");
    expect(valueOf(state, "docker-config")).toBe(join(folder, "docker"));
    expect(state).not.toContain("hunter2");

    const saved = {
      STATE_: "",
      "STATE_docker-config": join(folder, "docker"),
      "STATE_login-id": valueOf(state, "login-id") ?? "",
    };
    const post = await run("post", {}, saved);
    expect(post.exitCode).toBe(0);
    expect(readFileSync("docker/config.json", "utf8")).toBe('{"auths":{}, "detachKeys": "ctrl-x"}');
  });

  it.each([
    ["a file", "registries.yaml", "write-failed", "1"],
    ["what only a shell knows", "~/docker", "bad-usage", "0"],
  ])("fails where the folder to log in to is %s, and says so", async (_, folder, code, failed) => {
    const { exitCode, log, told } = await run(
      "main",
      { command: "login", "docker-config": folder },
      { HUB: "hunter2" },
    );
    expect(exitCode).toBe(1);
    expect(log).toContain(`::error title=regcred%3A ${code}`);
    expect(valueOf(told("output"), "failed")).toBe(failed);
    expect(existsSync("~")).toBe(false);
  });

  it("does nothing but judge where the ref is not trusted, and says so", async () => {
    const { exitCode, log, told } = await run("main", { command: "check" }, { GITHUB_REF: "refs/heads/x" });
    expect(exitCode).toBe(0);
    expect(log).toMatch(/^::warning title=regcred%3A untrusted-ref::check did not run/m);
    expect(valueOf(told("output"), "mode")).toBe("validate-only");
  });

  it("refuses wrong inputs, with a stack trace for those who debug alone", async () => {
    const [plain, debug] = [
      await run("main", { adopt: "x" }),
      await run("main", { adopt: "x" }, { RUNNER_DEBUG: "1" }),
    ];
    expect(plain).toMatchObject({ exitCode: 1, log: expect.not.stringContaining("::debug::") });
    expect(debug).toMatchObject({ exitCode: 1, log: expect.stringMatching(/^::debug::RegcredError: .+%0A +at /) });
  });

  it("fails by fail-on alone with an error that says so", async () => {
    writeFileSync("registries.yaml", VALID.replace("localhost:1", "HTTPS://localhost:1/"));
    const { exitCode, log } = await run("main", { command: "validate", "fail-on": "warning" });
    expect(exitCode).toBe(1);
    expect(log).toContain("::error title=regcred%3A fail-on::there are warnings, and `fail-on: warning` makes that");
  });

  it("tells in the log, where nothing else can be told", async () => {
    const { exitCode, log } = await run("main", { command: "validate" }, { GITHUB_OUTPUT: join(folder, "no/file") });
    expect(exitCode).toBe(1);
    expect(log).toMatch(/::error title=regcred%3A write-failed::.+cannot be written/);
  });
});

describe("the post step", () => {
  it("has nothing to do where the main step did not log in", async () => {
    expect(await run("post", { command: "apply" })).toMatchObject({ exitCode: 0, log: "" });
  });

  it("is content where everything is gone already", async () => {
    const saved = { "STATE_docker-config": join(folder, "gone"), "STATE_login-id": "0123456789abcdef" };
    expect(await run("post", {}, saved)).toMatchObject({ exitCode: 0 });
  });

  it("fails where it cannot tell what to put back", async () => {
    mkdirSync("docker");
    writeFileSync("docker/regcred-login.json", "nonsense");
    const saved = { "STATE_docker-config": join(folder, "docker"), "STATE_login-id": "0123456789abcdef" };
    const { exitCode, log } = await run("post", {}, saved);
    expect(exitCode).toBe(1);
    expect(log).toContain("::error title=regcred%3A bad-docker-config::");
  });
});
