import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pushImage } from "../../src/demo/push.ts";
import { startRegistry } from "../../src/demo/registry.ts";
import { createClock } from "../../src/io/clock.ts";
import { http } from "../../src/io/http.ts";
import type { CheckResult, Registry } from "../../src/model.ts";
import { providerOf } from "../../src/providers/index.ts";
import { checkRegistry } from "../../src/registry/index.ts";
import { Secret } from "../../src/secret.ts";
import { authority } from "../io/authority.ts";
import { registry } from "../plan/builders.ts";
import { startDistribution } from "./distribution.ts";
import type { Distribution } from "./distribution.ts";

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "regcred-conformance-"));
const PASSWORD = 'p:a$s"w ö';
let host: string;
let distribution: Distribution;

async function check(
  change: Partial<Registry>,
  password: string,
  ca: string | undefined = authority.ca,
): Promise<CheckResult> {
  const entry = registry("real", { host, timeout: 5000, ...change });
  const endpoint = providerOf("generic").endpoint(entry);
  const connection = http.connect({ origin: endpoint.url, insecure: entry.tls.insecure, ca });
  const login = { kind: "basic", username: "robot$acme", password: new Secret(password) } as const;
  try {
    return await checkRegistry(
      { registry: entry, endpoint, credential: { login, expiresAt: null } },
      connection,
      createClock(),
    );
  } finally {
    await connection.close();
  }
}

/** Whether crane may read the manifest with this password. */
async function craneReads(image: string, password: string, ...flags: string[]): Promise<boolean> {
  const home = mkdtempSync(join(folder, "crane-"));
  const server = image.split("/")[0] ?? "";
  const auth = Buffer.from(`robot$acme:${password}`).toString("base64");
  writeFileSync(join(home, "config.json"), JSON.stringify({ auths: { [server]: { auth } } }));
  const env = { PATH: process.env["PATH"], HOME: home, DOCKER_CONFIG: home, SSL_CERT_FILE: join(folder, "ca.pem") };
  try {
    await run("crane", ["manifest", ...flags, image], { env });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") throw error;
    return false;
  }
}

beforeAll(async () => {
  distribution = await startDistribution(folder, "robot$acme", PASSWORD);
  host = distribution.host;
  const image = join(folder, "layer.tar");
  writeFileSync(image, Buffer.alloc(1024));
  const home = mkdtempSync(join(folder, "push-"));
  const auth = Buffer.from(`robot$acme:${PASSWORD}`).toString("base64");
  writeFileSync(join(home, "config.json"), JSON.stringify({ auths: { [host]: { auth } } }));
  const env = { PATH: process.env["PATH"], HOME: home, DOCKER_CONFIG: home, SSL_CERT_FILE: join(folder, "ca.pem") };
  await run("crane", ["append", "--new_layer", image, "--new_tag", `${host}/acme/api:latest`], { env });
}, 60_000);
afterAll(() => {
  distribution.stop();
  rmSync(folder, { recursive: true });
});

const CANARY = { repository: "acme/api", reference: "latest" };

describe("Debian's docker-registry, with htpasswd over TLS,", () => {
  it("lets the right password pull, and crane agrees", async () => {
    expect(await check({ canary: CANARY }, PASSWORD)).toMatchObject({ status: "ok", stage: "pull", proved: "pull" });
    expect(await craneReads(`${host}/acme/api:latest`, PASSWORD)).toBe(true);
  });

  it("refuses a wrong one, and crane agrees", async () => {
    expect(await check({ canary: CANARY }, "wrong")).toMatchObject({ status: "unauthorized", proved: "nothing" });
    expect(await craneReads(`${host}/acme/api:latest`, "wrong")).toBe(false);
  });

  it("has no such tag, and crane agrees", async () => {
    const canary = { ...CANARY, reference: "absent" };
    expect(await check({ canary }, PASSWORD)).toMatchObject({ status: "not-found", stage: "pull" });
    expect(await craneReads(`${host}/acme/api:absent`, PASSWORD)).toBe(false);
  });

  it("proves the login alone without a canary", async () => {
    expect(await check({}, PASSWORD)).toMatchObject({ status: "ok", proved: "login" });
  });

  it("is not trusted without its authority, unless told not to look", async () => {
    expect(await check({}, PASSWORD, "")).toMatchObject({ status: "tls", stage: "connect" });
    const insecure = { tls: { insecure: true, plainHttp: false } };
    expect(await check(insecure, PASSWORD, "")).toMatchObject({ status: "ok" });
  });
});

describe("the embedded registry", () => {
  it.each(["basic", "bearer"] as const)(
    "with %s logins is one that crane pulls from, and is refused by",
    async (auth) => {
      const embedded = await startRegistry({ auth, users: { robot$acme: { password: PASSWORD } } });
      try {
        await pushImage(embedded.host, "acme/api", { username: "robot$acme", password: PASSWORD });
        expect(await craneReads(`${embedded.host}/acme/api:latest`, PASSWORD, "--insecure")).toBe(true);
        expect(await craneReads(`${embedded.host}/acme/api:latest`, "wrong", "--insecure")).toBe(false);
        expect(await craneReads(`${embedded.host}/acme/api:absent`, PASSWORD, "--insecure")).toBe(false);
      } finally {
        await embedded.stop();
      }
    },
  );
});
