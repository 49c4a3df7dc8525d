import { createServer } from "node:http";
import { once } from "node:events";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { documentOf, expectCivil, expectNoSecret, SECRET } from "./assertions.ts";
import { configuration, entry, makeFolder, startRegistries, VARIABLES } from "./scene.ts";
import type { Folder, Registries } from "./scene.ts";
import { commandsIn, openJob, shownOf } from "./step.ts";
import type { Job, Setting, Step } from "./step.ts";

const folders: Folder[] = [];
const jobs: Job[] = [];
let registries: Registries;

beforeAll(async () => {
  registries = await startRegistries();
});
afterAll(async () => {
  for (const folder of folders) folder.remove();
  for (const job of jobs) job.remove();
  await registries.stop();
});

/** A checkout with a configuration, and a job in it that has the secrets. */
function prepare(setting: Setting = {}, text = configuration(registries)): { folder: Folder; job: Job } {
  const folder = makeFolder({ "registries.yaml": text });
  const job = openJob(folder, { ...setting, variables: { ...VARIABLES, ...setting.variables } });
  folders.push(folder);
  jobs.push(job);
  return { folder, job };
}

/** What the runner shows at the lines of files, `level title file:line:col`. */
function annotationsIn(step: Step): readonly string[] {
  return commandsIn(step)
    .filter(({ name }) => name === "error" || name === "warning")
    .map(({ name, properties }) => `${name} ${properties}`);
}

const written = (folder: Folder) => [...folder.tree().keys()].filter((path) => path.startsWith("pull-secrets/"));

describe.concurrent("the Action, on the default branch,", () => {
  it("applies: writes the files, and tells the steps that follow", async () => {
    const { folder, job } = prepare();
    const step = await job.run("main");
    expectCivil({ ...step, stdout: shownOf(step) });
    expect(step).toMatchObject({ exitCode: 0, stderr: "" });
    expect(written(folder)).toContain("pull-secrets/prod/apps/regcred.sops.yaml");
    expect(step.outputs).toEqual({
      changed: "true",
      mode: "full",
      created: expect.stringMatching(/^[1-9]/),
      updated: "0",
      removed: "0",
      held: "0",
      failed: "0",
      "default-registry": "",
      "plan-file": expect.stringMatching(/plan\.json$/),
      "checks-file": expect.stringMatching(/checks\.json$/),
      "pull-request-number": "",
      "pull-request-url": "",
      "pull-request-operation": "",
      matrix: "",
      "new-images": "",
    });
    expect(step.summary).toContain("## regcred apply");
    expectNoSecret(step.summary);
    const again = await job.run("main");
    expect(again.outputs).toMatchObject({ changed: "false", created: "0", updated: "0" });
  });

  it("keeps its documents in files for the job's user alone, as --output json prints them", async () => {
    const { job } = prepare();
    const step = await job.run("main", { command: "plan" });
    for (const [name, command] of [["plan-file", "plan"] as const, ["checks-file", "check"] as const]) {
      const path = step.outputs[name] ?? "";
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
      const document = documentOf(command, { ...step, stdout: readFileSync(path, "utf8"), stderr: "" });
      expect(document.checks.map(({ status }) => status)).toEqual(["ok", "ok"]);
    }
  });

  it("on a dry run writes nothing, and says what would change", async () => {
    const { folder, job } = prepare();
    const step = await job.run("main", { "dry-run": "true" });
    expect(step.exitCode).toBe(0);
    expect(step.outputs).toMatchObject({ changed: "true", mode: "full", "pull-request-operation": "" });
    expect(written(folder)).toEqual([]);
  });

  it("hides each secret before it prints anything else of the registries, and prints none", async () => {
    const { job } = prepare();
    const step = await job.run("main", { command: "check" });
    const commands = commandsIn(step).map(({ name, message }) => `${name} ${message}`);
    expect(commands).toContain(`add-mask ${SECRET}`);
    const basic = Buffer.from(`ci:${SECRET}`).toString("base64");
    expect(commands).toContain(`add-mask ${basic}`);
    expectNoSecret(shownOf(step));
    expect(new Set(commands.filter((line) => line.startsWith("add-mask"))).size).toBe(
      commands.filter((line) => line.startsWith("add-mask")).length,
    );
  });

  it("folds its log by stages, and unfolds it before the report", async () => {
    const { job } = prepare();
    const step = await job.run("main", { command: "check" });
    const names = commandsIn(step).map(({ name }) => name);
    const folds = names.filter((name) => name === "group" || name === "endgroup");
    expect(folds.length).toBeGreaterThan(2);
    expect(folds).toEqual(folds.map((_, index) => (index % 2 === 0 ? "group" : "endgroup")));
    expect(step.stdout.split("::endgroup::").at(-1)).toContain("registries");
  });

  it("shows colours, unless it is told not to", async () => {
    const { job } = prepare();
    const plain = prepare({ variables: { NO_COLOR: "1" } });
    const [colored, uncolored] = await Promise.all([
      job.run("main", { command: "validate" }),
      plain.job.run("main", { command: "validate" }),
    ]);
    expect(colored.stdout).toContain("\u001b[");
    expect(uncolored.stdout).not.toContain("\u001b[");
  });

  it("works where the runner takes no summary and no outputs", async () => {
    const none = { GITHUB_OUTPUT: undefined, GITHUB_STEP_SUMMARY: undefined, GITHUB_STATE: undefined };
    const { job } = prepare({ variables: none });
    expect(await job.run("main", { command: "validate" })).toMatchObject({ exitCode: 0, stderr: "" });
  });

  it("fails, and says why, where the outputs cannot be written", async () => {
    const { job } = prepare({ variables: { GITHUB_OUTPUT: "/nowhere/output" } });
    const step = await job.run("main", { command: "validate" });
    expect(step.exitCode).toBe(1);
    expect(annotationsIn(step)).toEqual(["error title=regcred%3A write-failed"]);
  });
});

describe.concurrent("the Action, when something is wrong,", () => {
  it("points at the line of the configuration, sets its outputs all the same, and fails", async () => {
    const { job } = prepare({}, "version: 1\nregistries:\n  hub:\n    typ: generic\n");
    const step = await job.run("main");
    expectCivil(step);
    expect(step.exitCode).toBe(1);
    expect(annotationsIn(step)).toContainEqual(
      expect.stringMatching(/^error title=regcred%3A unknown-key,file=registries\.yaml,line=4,col=\d+$/),
    );
    expect(step.outputs).toMatchObject({ changed: "false", mode: "full", failed: "0", "plan-file": "" });
    expect(step.summary).toContain("registries.yaml:4:");
  });

  it("counts the registries that fail, and holds their files", async () => {
    const { job } = prepare({ variables: { HUB: "wrong" } });
    const step = await job.run("main");
    expect(step.exitCode).toBe(1);
    expect(step.outputs).toMatchObject({ failed: "1", mode: "full" });
    expect(annotationsIn(step)).toContainEqual(expect.stringMatching(/^error title=regcred%3A check-failed,file=/));
    const document = readFileSync(step.outputs["checks-file"] ?? "", "utf8");
    expect(JSON.parse(document)).toMatchObject({ command: "check", ok: false });
  });

  it("refuses wrong inputs, all at once, and repeats none", async () => {
    const { job } = prepare();
    const step = await job.run("main", { timeout: SECRET, adopt: SECRET, policy: "x" });
    expectCivil(step);
    expect(step.exitCode).toBe(1);
    expect(annotationsIn(step)).toHaveLength(3);
    expect(step.outputs).toMatchObject({ changed: "false", mode: "" });
  });

  it("warns of an input that there is not, with the nearest", async () => {
    const { job } = prepare();
    const step = await job.run("main", { command: "validate", registry: "hub" });
    expect(step.exitCode).toBe(0);
    expect(annotationsIn(step)).toEqual(["warning title=regcred%3A unknown-input"]);
    expect(step.stdout).toContain("did you mean registries?");
  });

  it("says why it fails where only fail-on makes it", async () => {
    const { job } = prepare();
    const step = await job.run("main", { command: "plan", "fail-on": "changes" });
    expect(step.exitCode).toBe(1);
    expect(annotationsIn(step)).toEqual(["error title=regcred%3A fail-on"]);
  });

  it("lets no registry give the runner a command", async () => {
    const evil = "x\n::error::evil\r\n::add-mask::a\n::stop-commands::b ##[error]evil ##[group]evil";
    const server = createServer((_, response) => {
      const realm = `Bearer realm="http://127.0.0.2/${encodeURIComponent(evil)}##[error]evil",service="::warning::evil"`;
      response.writeHead(401, { "www-authenticate": realm }).end(JSON.stringify({ errors: [{ message: evil }] }));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port.toString() : "";
    const { job } = prepare(
      { variables: { RUNNER_DEBUG: "1" } },
      `version: 1\nregistries:\n${entry("hub", `127.0.0.1:${port}`)}`,
    );
    const step = await job.run("main", { command: "check" });
    server.close();
    expect(step.exitCode).toBe(1);
    const ours = new Set(["add-mask", "group", "endgroup", "debug", "error", "warning"]);
    for (const { name, message } of commandsIn(step)) {
      expect(ours).toContain(name);
      expect(message).not.toMatch(/^(?:evil|a|b)$/);
    }
    expect(commandsIn(step).filter(({ name }) => name === "error")).toHaveLength(1);
  });
});

describe.concurrent("where the code is not trusted", () => {
  const pull = (head: string) => ({
    event: "pull_request",
    ref: "refs/pull/7/merge",
    payload: { pull_request: { head: { repo: { full_name: head } } } },
  });

  it.each<[string, Setting]>([
    ["another branch", { ref: "refs/heads/feature" }],
    ["a pull request of the same repository", pull("acme/gitops")],
    ["a fork's pull request", pull("mallory/gitops")],
    ["pull_request_target", { event: "pull_request_target" }],
    ["a workflow_run with another checkout", { event: "workflow_run", commit: "1".repeat(40) }],
    ["no event at all", { event: "", ref: "" }],
  ])("as on %s, the configuration is judged and nothing else happens", async (_, setting) => {
    // Without its secrets, and with a registry that nobody answers for: neither is needed.
    const text = configuration({ hub: { host: "127.0.0.1:1" }, quay: { host: "127.0.0.1:2" } });
    const { folder, job } = prepare({ ...setting, variables: { HUB: undefined, QUAY: undefined } }, text);
    const before = folder.tree();
    const step = await job.run("main");
    expectCivil(step);
    expect(step.exitCode).toBe(0);
    expect(step.outputs).toMatchObject({ mode: "validate-only", changed: "false", failed: "0", "plan-file": "" });
    expect(annotationsIn(step)).toEqual(["warning title=regcred%3A untrusted-ref"]);
    expect(step.summary).toContain("validate-only");
    expect(folder.tree()).toEqual(before);
    expect(commandsIn(step).filter(({ name }) => name === "add-mask")).toEqual([]);
  });

  it("a configuration that is wrong fails even so", async () => {
    const { job } = prepare({ ref: "refs/heads/feature" }, "version: 2\n");
    const step = await job.run("main");
    expect(step).toMatchObject({ exitCode: 1, outputs: { mode: "validate-only" } });
  });

  it("a listed ref is, and a workflow_run on the default branch's own commit", async () => {
    const listed = prepare({ ref: "refs/tags/v1" });
    const run = prepare({ event: "workflow_run" });
    const steps = await Promise.all([
      listed.job.run("main", { "trusted-refs": "release/*, refs/tags/v*" }),
      run.job.run("main"),
    ]);
    for (const step of steps) expect(step).toMatchObject({ exitCode: 0, outputs: { mode: "full", changed: "true" } });
  });

  it("login runs for the repository's own pull request, and not for a fork's", async () => {
    const [own, fork] = [prepare(pull("acme/gitops")), prepare(pull("mallory/gitops"))];
    const inputs = { command: "login", "docker-config": "docker" };
    const [step, refused] = await Promise.all([own.job.run("main", inputs), fork.job.run("main", inputs)]);
    expect(step).toMatchObject({ exitCode: 0, outputs: { mode: "full" } });
    expect(existsSync(`${own.folder.path}/docker/config.json`)).toBe(true);
    expect(refused).toMatchObject({ exitCode: 0, outputs: { mode: "validate-only" } });
    expect(existsSync(`${fork.folder.path}/docker`)).toBe(false);
  });
});
