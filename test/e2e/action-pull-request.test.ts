import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startGitHub } from "../github/github.ts";
import type { GitHub } from "../github/github.ts";
import { expectCivil, expectNoSecret } from "./assertions.ts";
import { configuration, makeFolder, startRegistries, VARIABLES } from "./scene.ts";
import type { Folder, Registries } from "./scene.ts";
import { openJob, shownOf } from "./step.ts";
import type { Job } from "./step.ts";

let registries: Registries;
let github: GitHub;
let folder: Folder;
let job: Job;

beforeAll(async () => {
  [registries, github] = await Promise.all([startRegistries(), startGitHub({ prefix: "/api/v3" })]);
  const text = configuration(registries).replace("name: platform\n", "name: platform\ngitops: {}\n");
  folder = makeFolder({ "registries.yaml": text });
  job = openJob(folder, { variables: { ...VARIABLES, GITHUB_API_URL: github.url } });
});
afterAll(async () => {
  folder.remove();
  job.remove();
  await Promise.all([registries.stop(), github.stop()]);
});

describe("the Action, with a gitops section and a token,", () => {
  it("says on a dry run what a pull request would change, and makes none", async () => {
    const step = await job.run("main", { token: github.token, "dry-run": "true" });
    expect(step).toMatchObject({ exitCode: 0, outputs: { changed: "true", "pull-request-operation": "" } });
    expect(await github.pulls()).toEqual([]);
  });

  it("opens one, and tells its number, address and operation", async () => {
    const step = await job.run("main", { token: github.token });
    expectCivil({ ...step, stdout: shownOf(step) });
    const [pull] = await github.pulls();
    expect(pull).toMatchObject({ number: 1, state: "open" });
    expect(step).toMatchObject({
      exitCode: 0,
      outputs: {
        changed: "true",
        "pull-request-number": "1",
        "pull-request-url": expect.stringMatching(/\/pull\/1$/),
        "pull-request-operation": "created",
      },
    });
    expect(step.summary).toContain("Pull request");
    expectNoSecret(JSON.stringify(await github.files("regcred/platform/all")));
    // The checkout stays as it is.
    expect([...folder.tree().keys()]).toEqual(["registries.yaml"]);
  });

  it("leaves it alone when there is nothing to do", async () => {
    const step = await job.run("main", { token: github.token });
    expect(step).toMatchObject({
      exitCode: 0,
      outputs: { changed: "false", "pull-request-number": "1", "pull-request-operation": "unchanged" },
    });
  });

  it("says what GitHub does not have, and fails", async () => {
    const step = await job.run("main", { token: github.token, base: "nowhere" });
    expect(step.exitCode).toBe(1);
    expect(step.stdout).toMatch(/^::error title=regcred%3A base-missing/m);
  });

  it("masks the token, and prints it nowhere", async () => {
    const step = await job.run("main", { token: github.token });
    expect(step.stdout).toContain(`::add-mask::${github.token}\n`);
    expect(step.stdout.replaceAll(/^::add-mask::.*$/gm, "")).not.toContain(github.token);
    expect(step.summary).not.toContain(github.token);
  });
});
