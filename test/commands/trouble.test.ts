import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RegcredError } from "../../src/errors.ts";
import { changesOf, openScene, QUAY_USER } from "./scene.ts";
import type { Scene } from "./scene.ts";

const VECTORS = join(import.meta.dirname, "../vectors/sops");
const APPS = "pull-secrets/prod/apps/regcred.sops.yaml";
const SHOP = "pull-secrets/edge/shop/regcred.sops.yaml";

let scene: Scene;

beforeEach(async () => {
  scene = await openScene();
});
afterEach(() => scene.close());

describe("a cluster that cannot be written", () => {
  it("does not stop the others, and costs nothing of the report", async () => {
    mkdirSync(join(scene.folder, APPS), { recursive: true });
    const { report, exitCode } = await scene.run("apply");
    expect({ exitCode, ok: report.ok, changed: report.changed }).toEqual({ exitCode: 1, ok: false, changed: true });
    expect(report.errors.map(({ code }) => code)).toEqual(["write-failed"]);
    expect(report.checks?.map(({ status }) => status)).toEqual(["ok", "ok"]);
    expect(scene.tree().has(SHOP)).toBe(true);
  });

  it("is said to have changed nothing when it was the only one", async () => {
    mkdirSync(join(scene.folder, APPS), { recursive: true });
    const { report } = await scene.run("apply", { scope: { clusters: ["prod"], registries: [] } });
    expect(report.changed).toBe(false);
  });
});

describe("a cluster that cannot be read", () => {
  it("is held, and the others go on", async () => {
    scene.write("pull-secrets/prod/regcred.lock", "x".repeat(17 * 1024 * 1024));
    const outcome = await scene.run("apply");
    expect(outcome.exitCode).toBe(1);
    expect(outcome.report.errors.map(({ code }) => code)).toEqual(["file-too-large"]);
    expect(changesOf(outcome)).toContain("hold unknown prod/apps/regcred.sops.yaml");
    expect(scene.tree().has(SHOP)).toBe(true);
  });
});

describe("a cluster that the file no longer has", () => {
  it("is warned about while its directory is there, and not by a narrowed run", async () => {
    await scene.run("apply");
    const age = `encrypt: { sops: { age: [${scene.recipient}] } }`;
    scene.configure({ clusters: `  prod: { namespaces: [apps, payments], ${age} }` });
    const { report, exitCode } = await scene.run("plan");
    expect(exitCode).toBe(0);
    expect(report.warnings).toMatchObject([
      { code: "orphaned-directory", message: /pull-secrets\/edge belongs to cluster edge/ },
    ]);
    const narrowed = await scene.run("plan", { scope: { clusters: ["prod"], registries: [] } });
    expect(narrowed.report.warnings).toEqual([]);
  });

  it("of another configuration is nobody's business here", async () => {
    await scene.run("apply");
    scene.write(
      "registries.yaml",
      scene
        .config()
        .replace("name: platform", "name: other")
        .replace(/ {2}prod:/, "  prod2:"),
    );
    const { report } = await scene.run("plan", { scope: { clusters: [], registries: [] } });
    expect(report.warnings.map(({ code }) => code)).not.toContain("orphaned-directory");
  });
});

describe("an interruption", () => {
  it.each([1, 3, 6])("before write %i ends with 130, and the next run mends what it left", async (stop) => {
    let writes = 0;
    const check = () => {
      writes += 1;
      if (writes === stop) throw new RegcredError({ code: "interrupted", message: "stopped" }, { exitCode: 130 });
    };
    const interruption = { guard: <T>(work: () => Promise<T>) => work(), check };
    const stopped = await scene.run("apply", {}, { interruption });
    expect(stopped.exitCode).toBe(130);
    expect(stopped.report.errors.map(({ code }) => code)).toEqual(["interrupted"]);
    const { report, exitCode } = await scene.run("apply");
    expect({ exitCode, errors: report.errors }).toEqual({ exitCode: 0, errors: [] });
    expect((await scene.run("apply")).report.changed).toBe(false);
    expect(Object.keys(await scene.auths(APPS))).toHaveLength(2);
  });
});

describe("what can be refused without a registry", () => {
  it.each([
    ["a bad fingerprint key", () => scene.variables.set("REGCRED_FINGERPRINT_KEY", "short"), "bad-fingerprint-key"],
    [
      "a pull request without a token",
      () => scene.configure({ top: "gitops: { repository: acme/gitops }" }),
      "github-token-missing",
    ],
    ["a pull request nowhere", () => scene.configure({ top: "gitops: {}" }), "repository-missing"],
  ])("is refused before anything is sent: %s", async (_, spoil, code) => {
    spoil();
    const before = scene.hub.requests.length;
    const { report, exitCode } = await scene.run("apply");
    expect(exitCode).toBe(2);
    expect(report.errors.map((problem) => problem.code)).toEqual([code]);
    expect(scene.hub.requests.length).toBe(before);
  });
});

describe("a password in a SOPS file", () => {
  const only = "    deliverTo: { clusters: all }";

  beforeEach(() => {
    copyFileSync(join(VECTORS, "default.sops.yaml"), join(scene.folder, "secrets.sops.yaml"));
    scene.quay.setPassword(QUAY_USER, "s3cret");
    scene.configure({ quay: only });
    scene.write(
      "registries.yaml",
      scene.config().replace("{ env: QUAY }", "{ sops: { file: secrets.sops.yaml, key: harbor.password } }"),
    );
  });

  it("is read with the identity of the environment, and delivered", async () => {
    scene.variables.set("SOPS_AGE_KEY_FILE", join(VECTORS, "keys.txt"));
    const { report } = await scene.run("apply");
    expect(report.errors).toEqual([]);
    expect((await scene.auths(APPS))[scene.quay.host]?.password).toBe("s3cret");
  });

  it("leaves its registry unresolved without the identity", async () => {
    const { report, exitCode } = await scene.run("check");
    expect(exitCode).toBe(1);
    expect(report.checks?.map(({ status }) => status)).toEqual(["ok", "unresolved"]);
    expect(report.errors).toMatchObject([{ code: "sops-no-identity", location: { file: "registries.yaml" } }]);
  });
});

describe("a registry that sends back what it got", () => {
  it("does not get the password into the report", async () => {
    const { createServer } = await import("node:http");
    const server = createServer((request, response) => {
      const given = Buffer.from((request.headers.authorization ?? "").slice(6), "base64")
        .toString()
        .split(":")[1];
      if (given === undefined) response.writeHead(401, { "www-authenticate": "Basic realm=x" }).end();
      else response.writeHead(302, { location: `http://${given}.example.com/` }).end();
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const port = Object(server.address()).port;
    scene.write("registries.yaml", scene.config().replace(scene.hub.host, `127.0.0.1:${port}`));
    const { report } = await scene.run("check");
    server.close();
    expect(report.checks?.[0]?.status).toBe("refused-realm");
    expect(JSON.stringify(report)).not.toContain("hub-1");
  });
});
