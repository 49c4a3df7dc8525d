import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { entry, openLoginScene } from "../commands/login-scene.ts";
import type { LoginScene } from "../commands/login-scene.ts";
import { startDistribution } from "./distribution.ts";
import type { Distribution } from "./distribution.ts";

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "regcred-conformance-login-"));
const PASSWORD = 'p:a$s"w ö';
let distribution: Distribution;
let scene: LoginScene;

/** How each tool reads `acme/api:latest`, or the chart `acme/charts/demo`, with what it finds in `~/.docker`. */
const TOOLS = {
  crane: () => ["crane", "manifest", `${distribution.host}/acme/api:latest`],
  skopeo: () => ["skopeo", "inspect", "--raw", `docker://${distribution.host}/acme/api:latest`],
  regctl: () => ["regctl", "manifest", "get", `${distribution.host}/acme/api:latest`],
  helm: () => ["helm", "show", "chart", `oci://${distribution.host}/acme/charts/demo`, "--ca-file", distribution.ca],
} as const;
const NAMES = ["crane", "skopeo", "regctl", "helm"] as const;

async function call([command = "", ...args]: readonly string[], home: string): Promise<void> {
  const env = { PATH: process.env["PATH"], HOME: home, SSL_CERT_FILE: distribution.ca, XDG_RUNTIME_DIR: home };
  await run(command, args, { env, cwd: folder });
}

/** Which of the tools may pull. */
async function pullers(): Promise<readonly string[]> {
  const tries = NAMES.map(async (name) => {
    try {
      await call(TOOLS[name](), scene.home);
      return [name];
    } catch (error) {
      // A tool that is not there is a failure, never a refusal.
      if (error instanceof Error && "code" in error && error.code === "ENOENT") throw error;
      return [];
    }
  });
  return (await Promise.all(tries)).flat();
}

/** The entry of the registry, or of a path in it, with the right password or another. */
function at(name: string, path: string, password = PASSWORD): string {
  scene.variables.set(name.toUpperCase(), password);
  return entry(name, `${distribution.host}${path}`).replace(`${name}-ci`, "robot$acme");
}

beforeAll(async () => {
  distribution = await startDistribution(folder, "robot$acme", PASSWORD);
  scene = openLoginScene();
  scene.configure(at("all", ""));
  await scene.login();
  writeFileSync(join(folder, "layer.tar"), Buffer.alloc(1024));
  const image = `${distribution.host}/acme/api:latest`;
  await call(["crane", "append", "--new_layer", join(folder, "layer.tar"), "--new_tag", image], scene.home);
  mkdirSync(join(folder, "demo"));
  writeFileSync(join(folder, "demo/Chart.yaml"), "apiVersion: v2\nname: demo\nversion: 1.0.0\n");
  await call(["helm", "package", "demo"], scene.home);
  const charts = `oci://${distribution.host}/acme/charts`;
  await call(["helm", "push", "demo-1.0.0.tgz", charts, "--ca-file", distribution.ca], scene.home);
  scene.close();
}, 60_000);
afterAll(() => {
  distribution.stop();
  rmSync(folder, { recursive: true });
});

beforeEach(() => {
  scene = openLoginScene();
});
afterEach(() => scene.close());

describe("what login writes", () => {
  it("is what crane, skopeo, regctl and helm pull with, and no longer once it is undone", async () => {
    expect(await pullers()).toEqual([]);
    scene.configure(at("all", ""));
    expect((await scene.login()).exitCode).toBe(0);
    expect(await pullers()).toEqual(NAMES);
    await scene.logout();
    expect(await pullers()).toEqual([]);
  });

  it("lets nobody pull with a wrong password", async () => {
    scene.configure(at("all", "", "wrong"));
    await scene.login();
    expect(await pullers()).toEqual([]);
  });

  it("serves all of them too where the credential is for a path", async () => {
    scene.configure(at("team", "/acme"));
    await scene.login();
    expect(await pullers()).toEqual(NAMES);
  });

  it("is found by skopeo alone, as the warning says, where another registry has the host", async () => {
    scene.configure(at("all", "", "wrong") + at("team", "/acme"));
    const { report } = await scene.login();
    expect(report.warnings.map(({ code }) => code)).toEqual(["path-login"]);
    expect(await pullers()).toEqual(["skopeo"]);
  });
});
