import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectCivil, SECRET } from "./assertions.ts";
import { configuration, makeFolder, startRegistries, VARIABLES } from "./scene.ts";
import type { Folder, Registries } from "./scene.ts";
import { openJob, shownOf } from "./step.ts";
import type { Job, Setting } from "./step.ts";

const LOGIN = { command: "login", "docker-config": "docker" };
/** As docker writes it, and then somebody else. */
const ORIGINAL = '{\n\t"auths": {\n\t\t"ghcr.io": { "auth": "eDp5" }\n\t},\n\t"currentContext": "x" }';
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

/** A job in a checkout whose docker config is the original. */
function prepare(setting: Setting = {}): { folder: Folder; job: Job; config: string } {
  const folder = makeFolder({ "registries.yaml": configuration(registries) });
  const job = openJob(folder, { ...setting, variables: { ...VARIABLES, ...setting.variables } });
  folders.push(folder);
  jobs.push(job);
  folder.write("docker/config.json", ORIGINAL);
  return { folder, job, config: join(folder.path, "docker/config.json") };
}

function authsIn(config: string): readonly string[] {
  return Object.keys(JSON.parse(readFileSync(config, "utf8")).auths);
}

describe.concurrent("the Action's login", () => {
  it("adds every registry, and its post step puts back every byte", async () => {
    const { folder, job, config } = prepare();
    const step = await job.run("main", LOGIN);
    expectCivil({ ...step, stdout: shownOf(step) });
    expect(step).toMatchObject({ exitCode: 0, outputs: { mode: "full", failed: "0", changed: "false" } });
    expect(authsIn(config)).toEqual(["ghcr.io", registries.hub.host, registries.quay.host]);
    const post = await job.run("post", LOGIN);
    expectCivil(post);
    expect(post).toMatchObject({ exitCode: 0, stderr: "" });
    expect(readFileSync(config, "utf8")).toBe(ORIGINAL);
    expect(readdirSync(join(folder.path, "docker"))).toEqual(["config.json"]);
  });

  it("saves nothing secret for the post step", async () => {
    const { folder, job } = prepare();
    await job.run("main", LOGIN);
    expect(job.state()).toEqual({
      "docker-config": join(folder.path, "docker"),
      "login-id": expect.stringMatching(/^[0-9a-f]{16}$/),
    });
  });

  it("takes only the registries that are named, and with check only those that may pull", async () => {
    const [named, checked] = [prepare(), prepare({ variables: { HUB: "wrong" } })];
    const [one, other] = await Promise.all([
      named.job.run("main", { ...LOGIN, registries: "quay" }),
      checked.job.run("main", { ...LOGIN, check: "true" }),
    ]);
    expect(one.exitCode).toBe(0);
    expect(authsIn(named.config)).toEqual(["ghcr.io", registries.quay.host]);
    expect(other).toMatchObject({ exitCode: 1, outputs: { failed: "1" } });
    expect(authsIn(checked.config)).toEqual(["ghcr.io", registries.quay.host]);
    expect(await checked.job.run("post", LOGIN)).toMatchObject({ exitCode: 0 });
    expect(readFileSync(checked.config, "utf8")).toBe(ORIGINAL);
  });

  it("leaves what another step has logged in to since, and overlaps with another login", async () => {
    const { folder, job, config } = prepare();
    const second = openJob(folder, { variables: VARIABLES });
    jobs.push(second);
    await job.run("main", { ...LOGIN, registries: "hub" });
    await second.run("main", LOGIN);
    await job.run("post", LOGIN);
    expect(authsIn(config)).toEqual(["ghcr.io", registries.hub.host, registries.quay.host]);
    await second.run("post", LOGIN);
    expect(readFileSync(config, "utf8")).toBe(ORIGINAL);
  });

  it("finds the folder again that DOCKER_CONFIG named, though a later step has changed that", async () => {
    const { folder, job, config } = prepare({ variables: { DOCKER_CONFIG: "docker" } });
    await job.run("main", { command: "login" });
    expect(authsIn(config)).toHaveLength(3);
    const state = Object.entries(job.state()).map(([name, value]) => [`STATE_${name}`, value]);
    const later = openJob(folder, { variables: { DOCKER_CONFIG: "elsewhere", ...Object.fromEntries(state) } });
    jobs.push(later);
    expect(await later.run("post", {})).toMatchObject({ exitCode: 0 });
    expect(readFileSync(config, "utf8")).toBe(ORIGINAL);
  });

  it("is undone where the folder was made for it, and no trace of it is left", async () => {
    const { folder, job } = prepare();
    const inputs = { ...LOGIN, "docker-config": "new/docker" };
    await job.run("main", inputs);
    expect(existsSync(join(folder.path, "new/docker/config.json"))).toBe(true);
    expect(await job.run("post", inputs)).toMatchObject({ exitCode: 0 });
    expect(existsSync(join(folder.path, "new"))).toBe(false);
  });
});

describe.concurrent("the Action's post step", () => {
  it("has nothing to do after any other command", async () => {
    const { job } = prepare();
    await job.run("main", { command: "validate" });
    expect(await job.run("post", { command: "validate" })).toMatchObject({ exitCode: 0, stdout: "", stderr: "" });
  });

  it("is content where the files are gone", async () => {
    const { folder, job } = prepare();
    await job.run("main", LOGIN);
    rmSync(join(folder.path, "docker"), { recursive: true });
    expect(await job.run("post", LOGIN)).toMatchObject({ exitCode: 0, stderr: "" });
    expect(existsSync(join(folder.path, "docker"))).toBe(false);
  });

  it("undoes a login whose main step was killed, at whatever moment", async () => {
    const { job, config } = prepare();
    for (let tries = 0; tries < 8; tries++) {
      const before = job.state()["login-id"];
      const running = job.start("main", LOGIN);
      await saved(job, before);
      await sleep(tries);
      running.kill("SIGKILL");
      await running.ended;
      expect(await job.run("post", LOGIN)).toMatchObject({ exitCode: 0 });
      expect(readFileSync(config, "utf8")).toBe(ORIGINAL);
    }
  });

  it("undoes a login whose main step was killed before it could write, while another held the lock", async () => {
    const { folder, job, config } = prepare();
    const lock = join(folder.path, "docker/regcred-login.lock");
    mkdirSync(lock);
    mkdtempSync(join(lock, "holder-"));
    const running = job.start("main", LOGIN);
    await saved(job, undefined);
    running.kill("SIGKILL");
    await running.ended;
    rmSync(lock, { recursive: true });
    expect(await job.run("post", LOGIN)).toMatchObject({ exitCode: 0 });
    expect(readFileSync(config, "utf8")).toBe(ORIGINAL);
  });

  it("prints no secret of what it undoes", async () => {
    const { job, config } = prepare();
    await job.run("main", LOGIN);
    const mine = Buffer.from(`ci:${SECRET}`).toString("base64");
    expect(readFileSync(config, "utf8")).toContain(mine);
    writeFileSync(config, readFileSync(config, "utf8").replace(mine, "c29tZW9uZTplbHNl"));
    const post = await job.run("post", LOGIN);
    expectCivil(post);
    expect(post.stdout).not.toContain("c29tZW9uZTplbHNl");
    expect(authsIn(config)).toHaveLength(2);
  });
});

/** Waits until a main step has said what to undo, which is not what an earlier one said. */
async function saved(job: Job, before: string | undefined): Promise<void> {
  const deadline = performance.now() + 10_000;
  const isNew = () => ![undefined, before].includes(job.state()["login-id"]);
  while (!isNew() && performance.now() < deadline) await sleep(1);
  expect(isNew()).toBe(true);
}
