import { execFile } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { documentOf, errorsOf, expectCivil } from "./assertions.ts";
import { start } from "./process.ts";
import type { Ended } from "./process.ts";
import { dockerConfig, entry, makeFolder, recipient, VARIABLES } from "./scene.ts";
import type { Folder } from "./scene.ts";

const NAMES = Array.from({ length: 300 }, (_, index) => `n${index.toString().padStart(3, "0")}`);
const folders: Folder[] = [];
let undisturbed: Folder;

/** A repository with a configuration of 300 namespaces; nothing is asked of its registry. */
async function repository(): Promise<Folder> {
  const cluster = `  prod: { namespaces: [${NAMES.join(", ")}], encrypt: { sops: { age: [${recipient}] } } }`;
  const hub = entry("hub", "r.example.com", "    check: skip\n").replace(/^ +tls: .*\n/m, "");
  const folder = makeFolder({ "registries.yaml": `version: 1\nregistries:\n${hub}clusters:\n${cluster}\n` });
  folders.push(folder);
  await git(folder, "init", "--quiet");
  return folder;
}

async function git({ path }: Folder, ...words: readonly string[]): Promise<string> {
  const who = ["-c", "user.name=a", "-c", "user.email=a@example.invalid"];
  const { stdout } = await promisify(execFile)("git", ["-C", path, ...who, ...words]);
  return stdout;
}

interface Disturbed {
  readonly folder: Folder;
  readonly ended: Ended;
}

/** Ends an `apply` by a signal while it writes. On a busy machine that may come too late, and takes another try. */
async function disturb(signal: NodeJS.Signals, args = "apply"): Promise<Disturbed> {
  for (let tries = 0; tries < 5; tries++) {
    const folder = await repository();
    const isThere = (name: string) => existsSync(join(folder.path, `pull-secrets/prod/${name}/regcred.sops.yaml`));
    const running = start(args.split(" "), { cwd: folder.path, env: VARIABLES });
    const deadline = performance.now() + 10_000;
    while (!isThere("n010") && performance.now() < deadline) await sleep(1);
    running.kill(signal);
    const ended = await running.ended;
    if (isThere("n010") && !isThere("n299")) return { folder, ended };
  }
  throw new Error("no signal came while files were written");
}

function temporaryFiles(folder: Folder): readonly string[] {
  return [...folder.tree().keys()].filter((path) => path.endsWith(".tmp"));
}

/**
 * Every path with what it means: nothing for the lock, whose blob ids differ; of every tenth sealed file its content.
 */
async function meaning(folder: Folder): Promise<ReadonlyMap<string, unknown>> {
  const entries = [...folder.tree()].map(async ([path, text]): Promise<[string, unknown]> => {
    if (path.endsWith("0/regcred.sops.yaml")) return [path, await dockerConfig(text)];
    return [path, /\.(lock|sops\.yaml)$/.test(path) ? "" : text];
  });
  return new Map(await Promise.all(entries));
}

beforeAll(async () => {
  undisturbed = await repository();
  expect((await undisturbed.run("apply")).exitCode).toBe(0);
});
afterAll(() => {
  for (const folder of folders) folder.remove();
});

describe.concurrent("an apply over 300 files", () => {
  it("stops between two of them at SIGINT, and says so", async () => {
    const { folder, ended } = await disturb("SIGINT");
    expectCivil(ended);
    expect(ended.exitCode).toBe(130);
    const words = /interrupted: .+ \[interrupted\] hint: run the same command again/;
    expect(ended.stdout.replaceAll(/\s+/g, " ")).toMatch(words);
    expect(temporaryFiles(folder)).toEqual([]);
    await expectRecovery(folder);
  });

  it("does the same at SIGTERM, here in JSON", async () => {
    const { folder, ended } = await disturb("SIGTERM", "apply --output json");
    expect(ended.exitCode).toBe(130);
    expect(errorsOf(documentOf("apply", ended))).toEqual(["interrupted"]);
    expect(temporaryFiles(folder)).toEqual([]);
    await expectRecovery(folder);
  });

  // Fails about one time in six as of 2026-11-21, for the reason of the next.
  it("may be killed at any moment", async () => {
    const { folder, ended } = await disturb("SIGKILL");
    expect(ended.exitCode).toBeNull();
    await expectRecovery(folder);
  });

  // Fails as of 2026-11-21: nothing clears such a file away.
  it("has the temporary file of a killed run cleared away", async () => {
    const { folder } = await disturb("SIGKILL");
    folder.write("pull-secrets/prod/n200/.regcred-0123456789abcdef.tmp", "apiVersion: v1\n");
    expect((await folder.run("apply")).exitCode).toBe(0);
    expect(temporaryFiles(folder)).toEqual([]);
  });
});

/** The next run, without a flag, makes it as if nothing had been; and the one after that has nothing to do. */
async function expectRecovery(folder: Folder): Promise<void> {
  const again = await folder.run("apply --output json");
  expect(again.exitCode).toBe(0);
  expect(documentOf("apply", again)).toMatchObject({ ok: true, changed: true, errors: [] });
  expect(await meaning(folder)).toEqual(await meaning(undisturbed));
  await git(folder, "add", "--all");
  await git(folder, "commit", "--quiet", "--message", "all");
  const third = await folder.run("apply --output json");
  expect(documentOf("apply", third)).toMatchObject({ ok: true, changed: false });
  expect(await git(folder, "status", "--porcelain")).toBe("");
}

describe.concurrent("a check that waits for its registry", () => {
  async function interrupt(args: string, signal: NodeJS.Signals): Promise<Disturbed & { milliseconds: number }> {
    const server = createServer(() => undefined).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port.toString() : "";
    const text = `version: 1\nregistries:\n${entry("hub", `127.0.0.1:${port}`)}`;
    const folder = makeFolder({ "registries.yaml": text });
    folders.push(folder);
    const asked = once(server, "request");
    const running = start(args.split(" "), { cwd: folder.path, env: VARIABLES });
    await asked;
    const begun = performance.now();
    running.kill(signal);
    const ended = await running.ended;
    server.close().closeAllConnections();
    return { folder, ended, milliseconds: performance.now() - begun };
  }

  it.each(["SIGINT", "SIGTERM"] as const)("ends at once at %s, and writes nothing", async (signal) => {
    const { folder, ended, milliseconds } = await interrupt("check", signal);
    expectCivil(ended);
    expect(ended.exitCode).toBe(130);
    // It would have waited for 15 s.
    expect(milliseconds).toBeLessThan(5_000);
    expect([...folder.tree().keys()]).toEqual(["registries.yaml"]);
  });

  // Fails as of 2026-11-21: stdout stays empty, and "one JSON document, whatever the exit code" is the contract.
  it("prints its one JSON document even so", async () => {
    const { ended } = await interrupt("check --output json", "SIGINT");
    expect(ended.exitCode).toBe(130);
    expect(errorsOf(documentOf("check", ended))).toEqual(["interrupted"]);
  });
});
