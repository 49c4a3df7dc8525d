import { execFile, execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recipient, startRegistries } from "../e2e/scene.ts";
import type { Registries } from "../e2e/scene.ts";
import { SECRET } from "../e2e/assertions.ts";
import { startGitHub } from "../github/github.ts";
import type { GitHub } from "../github/github.ts";

// `act` runs the example workflows on this machine as a runner would, with the Action of this checkout.

const ROOT = join(import.meta.dirname, "../..");
const KEY = "ab".repeat(32);

let folder: string;
let action: string;
let registries: Registries;
let github: GitHub;

beforeAll(async () => {
  [registries, github] = await Promise.all([startRegistries(), startGitHub()]);
  folder = mkdtempSync(join(tmpdir(), "regcred-act-"));
  // act copies the whole folder of a local action.
  action = join(folder, "action");
  for (const part of ["action.yml", "dist"]) cpSync(join(ROOT, part), join(action, part), { recursive: true });
});

afterAll(async () => {
  await Promise.all([registries.stop(), github.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

/** A repository with one of the example workflows, as a user has it after copying it. */
function repository(example: string, config: string): string {
  const path = mkdtempSync(join(folder, "repository-"));
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), text);
  };
  write("registries.yaml", config);
  write(".github/workflows/example.yml", readFileSync(join(ROOT, "examples", example), "utf8"));
  const git = (...words: string[]) => execFileSync("git", ["-C", path, ...words]);
  git("init", "--quiet", "--initial-branch", "main");
  git("remote", "add", "origin", "https://github.com/acme/gitops.git");
  git("add", ".");
  git("-c", "user.name=jane", "-c", "user.email=jane@example.com", "commit", "--quiet", "--message", "Start");
  return path;
}

async function act(path: string, event: string): Promise<{ log: string; failed: boolean }> {
  const payload = join(path, "event.json");
  const head = execFileSync("git", ["-C", path, "rev-parse", "HEAD"], { encoding: "utf8" }).trim();
  writeFileSync(payload, JSON.stringify({ repository: { default_branch: "main" }, after: head }));
  const pinned = /regcred\/regcred@([0-9a-f]{40})/.exec(
    readFileSync(join(path, ".github/workflows/example.yml"), "utf8"),
  );
  const words = [
    ...[event, "--eventpath", payload, "--defaultbranch", "main", "--platform", "ubuntu-latest=-self-hosted"],
    ...["--local-repository", `regcred/regcred@${pinned?.[1] ?? ""}=${action}`],
    ...["--env", `GITHUB_API_URL=${github.url}`, "--secret", `GITHUB_TOKEN=${github.token}`],
    ...["--secret", `DOCKERHUB_TOKEN=${SECRET}`, "--secret", `REGCRED_FINGERPRINT_KEY=${KEY}`],
  ];
  const home = join(folder, "home");
  const env = {
    PATH: process.env["PATH"],
    HOME: home,
    XDG_CACHE_HOME: join(home, "cache"),
    DOCKER_CONFIG: join(path, "docker"),
  };
  try {
    const { stdout, stderr } = await promisify(execFile)("act", words, { cwd: path, env });
    return { log: stdout + stderr, failed: false };
  } catch (error) {
    return { log: Object.values(error ?? {}).join("\n"), failed: true };
  }
}

const configured = (more = "") => `version: 1
name: platform
defaults: { registry: hub }
registries:
  hub:
    type: generic
    host: ${registries.hub.host}
    tls: { plainHttp: true }
    auth: { basic: { username: ci, password: { env: DOCKERHUB_TOKEN } } }
    canary: acme/api:latest
clusters:
  prod: { namespaces: [apps], encrypt: { sops: { age: [${recipient}] } } }
${more}`;

describe("examples/workflow-apply.yml", () => {
  it("opens a pull request on a push to the default branch, and shows no secret", async () => {
    const { log, failed } = await act(repository("workflow-apply.yml", configured("gitops: {}\n")), "push");
    expect(log).not.toContain(SECRET);
    expect(log).not.toContain(KEY);
    expect({ failed, log }).toMatchObject({ failed: false });
    const [pull] = await github.pulls();
    expect(pull).toMatchObject({ number: 1, state: "open", head: { ref: "regcred/platform/all" } });
    expect(Object.keys(await github.files("regcred/platform/all"))).toContain(
      "pull-secrets/prod/apps/regcred.sops.yaml",
    );
    expect(log).toContain("pull-request-operation=created");
  });

  it("only validates on a pull request", async () => {
    const { log, failed } = await act(repository("workflow-apply.yml", configured("gitops: {}\n")), "pull_request");
    expect({ failed, log }).toMatchObject({ failed: false });
    expect(log).toContain("the configuration is valid");
  });
});

describe("examples/workflow-login.yml", () => {
  it("logs in for the steps that follow, and out again", async () => {
    const path = repository("workflow-login.yml", configured());
    const workflow = join(path, ".github/workflows/example.yml");
    // There is no docker engine here: the step shows what docker would read.
    const text = readFileSync(workflow, "utf8").replace(/docker build .*/, 'cat "$DOCKER_CONFIG/config.json"');
    writeFileSync(workflow, text);
    const { log, failed } = await act(path, "push");
    expect({ failed, log }).toMatchObject({ failed: false });
    expect(log).toContain(`default-registry=${registries.hub.host}`);
    expect(log).toMatch(new RegExp(`"${registries.hub.host}"`));
    expect(log).not.toContain(SECRET);
    expect(() => readFileSync(join(path, "docker/config.json"))).toThrow("ENOENT");
  });
});
