import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openLoginScene } from "./login-scene.ts";
import type { LoginScene } from "./login-scene.ts";
import type { Order } from "./login-process.ts";

const THERE = '{\n  "auths": { "quay.example.com": {"auth":"bWU6bWluZQ=="} }, "x": 1.0 }\n';
const HUB_KEY = "https://index.docker.io/v1/";
const CONFIGURATION = `version: 1
registries:
  hub: { type: docker-hub, auth: { basic: { username: hub-ci, password: { env: HUB } } } }
  quay: { type: generic, host: quay.example.com, auth: { basic: { username: quay-ci, password: { env: HUB } } } }
clusters: {}
`;
const folder = mkdtempSync(join(tmpdir(), "regcred-killed-"));
const program = join(folder, "login.mjs");
let scene: LoginScene;

// In one file, so that each of the many processes starts in no time.
beforeAll(async () => {
  const banner = { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' };
  const entryPoints = [join(import.meta.dirname, "login-process.ts")];
  await build({
    entryPoints,
    outfile: program,
    banner,
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "error",
  });
  scene = openLoginScene();
});
afterAll(() => {
  scene.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A home with a configuration in it, and a docker config unless told. */
function makeHome(there = true): string {
  const home = mkdtempSync(join(folder, "home-"));
  writeFileSync(join(home, "registries.yaml"), CONFIGURATION);
  if (there) {
    mkdirSync(join(home, ".docker"));
    writeFileSync(join(home, ".docker/config.json"), THERE);
  }
  return home;
}

/** The signal that ended a process, or its exit code. */
function ending(order: Order): Promise<string | number | null> {
  const child = spawn(process.execPath, [program, JSON.stringify(order)], { stdio: ["ignore", "ignore", "inherit"] });
  return new Promise((resolve) => child.on("close", (code, signal) => resolve(signal ?? code)));
}

function login(home: string, names: readonly string[]): Promise<unknown> {
  return scene.login(names, { dockerConfig: join(home, ".docker") }, { folder: home });
}

function logout(home: string): Promise<unknown> {
  return scene.logout(join(home, ".docker"));
}

function auths(home: string): readonly string[] {
  return Object.keys(JSON.parse(readFileSync(join(home, ".docker/config.json"), "utf8")).auths);
}

/** Everything is as it was before the first login. */
function expectUntouched(home: string, there: boolean): void {
  expect(readdirSync(home).sort()).toEqual(there ? [".docker", "registries.yaml"] : ["registries.yaml"]);
  if (!there) return;
  expect(readdirSync(join(home, ".docker"))).toEqual(["config.json"]);
  expect(readFileSync(join(home, ".docker/config.json"), "utf8")).toBe(THERE);
}

const MOMENTS = [1, 2, 3].flatMap((write) =>
  (["before", "within", "after"] as const).flatMap((moment) => [
    [moment, write, true] as const,
    [moment, write, false] as const,
  ]),
);

describe.concurrent("a login that is killed", () => {
  it.each(MOMENTS)(
    "%s write %i leaves what logout and the next login mend (a config there before: %s)",
    async (moment, write, there) => {
      const home = makeHome(there);
      expect(await ending({ kind: "killed", command: "login", home, write, moment })).toBe("SIGKILL");
      const copy = `${home}-copy`;
      cpSync(home, copy, { recursive: true });
      await logout(home);
      expectUntouched(home, there);
      await login(copy, ["hub"]);
      // The last write ends it: that login stands.
      const stands = write === 3 && moment === "after";
      expect(auths(copy).toSorted()).toEqual([HUB_KEY, ...(there || stands ? ["quay.example.com"] : [])]);
      await logout(copy);
      // The copy of a folder lies elsewhere, and nothing tells that it was made.
      if (there) expectUntouched(copy, there);
    },
    30_000,
  );
});

describe.concurrent("a logout that is killed", () => {
  it.each(MOMENTS)(
    "%s write %i leaves what the next one ends (a config there before: %s)",
    async (moment, write, there) => {
      const home = makeHome(there);
      await login(home, ["hub"]);
      await login(home, ["hub", "quay"]);
      expect(await ending({ kind: "killed", command: "logout", home, write, moment })).toBe("SIGKILL");
      await login(home, ["quay"]);
      await logout(home);
      expectUntouched(home, there);
    },
    30_000,
  );
});

describe("logins at the same time", () => {
  it("of two processes lose nothing of each other, though the folder comes and goes", async () => {
    const home = makeHome(false);
    const rounds = (name: string, key: string) => ending({ kind: "rounds", home, name, key, rounds: 20 });
    expect(await Promise.all([rounds("hub", HUB_KEY), rounds("quay", "quay.example.com")])).toEqual([0, 0]);
    expect(auths(home)).toHaveLength(2);
    await logout(home);
    expectUntouched(home, false);
  }, 60_000);
});
