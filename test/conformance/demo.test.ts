import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { afterAll, describe, expect, it } from "vitest";

// dist/ alone, far from node_modules/ and from everything else of the project.
const folder = mkdtempSync(join(tmpdir(), "regcred-demo-on-20-"));
cpSync(join(import.meta.dirname, "../../dist"), join(folder, "dist"), { recursive: true });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a real tool; one that is missing, or that fails, throws. */
function run(tool: string, args: readonly string[], variables: Readonly<Record<string, string>> = {}): string {
  const env = { PATH: process.env["PATH"], HOME: folder, ...variables };
  return execFileSync(tool, args, { cwd: folder, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

describe("the demo, on the oldest Node that regcred runs on,", () => {
  it("needs nothing but dist/ and git", () => {
    expect(run("node20", ["--version"])).toMatch(/^v20\./);
    expect(run("node20", ["dist/index.js", "demo"])).toContain("All of it is gone again");
    expect(readdirSync(folder)).toEqual(["dist"]);
  });

  it("keeps sealed files that sops opens with the key of their cluster, and with no other", () => {
    run("node20", ["dist/index.js", "demo", "--keep", "kept"]);
    const at = (path: string) => join(folder, "kept", path);
    const { registries } = parse(readFileSync(at("gitops/registries.yaml"), "utf8"));
    const [inHouse, partner]: readonly string[] = [registries["in-house"].host, registries.partner.host];
    for (const [cluster, other, namespace, hosts] of [
      ["prod-eu", "edge", "apps", [inHouse, partner]],
      ["prod-eu", "edge", "payments", [inHouse]],
      ["edge", "prod-eu", "shop", [inHouse]],
    ] as const) {
      const sealed = at(`gitops/pull-secrets/${cluster}/${namespace}/regcred.sops.yaml`);
      const open = (key: string) => run("sops", ["-d", sealed], { SOPS_AGE_KEY_FILE: at(`keys/${key}.agekey`) });
      const secret = parse(open(cluster));
      expect(secret).toMatchObject({ type: "kubernetes.io/dockerconfigjson", metadata: { namespace } });
      const { auths } = JSON.parse(Buffer.from(secret.data[".dockerconfigjson"], "base64").toString("utf8"));
      expect(Object.keys(auths).sort()).toEqual([...hosts].sort());
      for (const host of hosts) {
        const { username, password, auth } = auths[String(host)];
        expect(password).toMatch(/^[\w-]{16}$/);
        expect(Buffer.from(auth, "base64").toString("utf8")).toBe(`${String(username)}:${String(password)}`);
      }
      expect(() => open(other)).toThrow(/did not match any of the recipients/);
    }
  });
});
