import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SECRET } from "../e2e/assertions.ts";
import { entry, identity, makeFolder, recipient } from "../e2e/scene.ts";

// What kustomize-controller (1.9) does with a directory that it is given: it builds it, turns each resource that
// carries `sops.mac` into JSON, and decrypts that by the JSON store of sops.
const folder = makeFolder();
afterAll(() => folder.remove());

/** Runs a real tool; one that is missing, or that fails, throws. */
function run(tool: string, ...args: readonly string[]): string {
  const env = { PATH: process.env["PATH"], HOME: folder.path, SOPS_AGE_KEY: identity };
  return execFileSync(tool, args, { cwd: folder.path, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

function configure(clusters: string): void {
  const hub = entry("hub", "r.example.com", `    check: skip\n    deliverTo: { clusters: ${clusters} }\n`);
  const age = `encrypt: { sops: { age: [${recipient}] } }`;
  const labels = 'labels: { team: "0o7" }, annotations: { note: "yes" }';
  folder.write(
    "registries.yaml",
    `version: 1
registries:
${hub}
clusters:
  prod: { namespaces: [apps, payments], ${labels}, ${age} }
  edge: { namespaces: [shop], ${age} }
`,
  );
}

/** The resources of a cluster's directory, each as a file of JSON. */
function build(cluster: string): readonly string[] {
  const built = run("kustomize", "build", join("pull-secrets", cluster));
  return parseAllDocuments(built).map((document, index) => {
    const file = `${cluster}-${index.toString()}.json`;
    folder.write(file, JSON.stringify(document.toJS()));
    return file;
  });
}

const DECRYPT = ["-d", "--input-type", "json", "--output-type", "json"] as const;

beforeAll(async () => {
  configure("all");
  expect((await folder.run("apply")).exitCode).toBe(0);
});

describe("the way of kustomize-controller", () => {
  it("ends in pull secrets that kubelet can read", () => {
    const resources = build("prod");
    const labels = { "app.kubernetes.io/managed-by": "regcred", team: "0o7" };
    const found = resources.map((file) => JSON.parse(run("sops", ...DECRYPT, "--ignore-mac", file)));
    for (const [index, namespace] of ["apps", "payments"].entries()) {
      const { data, ...rest } = found[index];
      expect(rest).toEqual({
        apiVersion: "v1",
        kind: "Secret",
        type: "kubernetes.io/dockerconfigjson",
        metadata: { name: "regcred", namespace, labels, annotations: { note: "yes" } },
      });
      expect(Object.keys(data)).toEqual([".dockerconfigjson"]);
      const auth = Buffer.from(`ci:${SECRET}`).toString("base64");
      expect(JSON.parse(Buffer.from(data[".dockerconfigjson"], "base64").toString("utf8"))).toEqual({
        auths: { "r.example.com": { username: "ci", password: SECRET, auth } },
      });
    }
    expect(found).toHaveLength(2);
  });

  it("passes over the MAC, as it must: kustomize orders the keys anew, and the MAC is over values in order", () => {
    const [file = ""] = build("prod");
    expect(() => run("sops", ...DECRYPT, file)).toThrow(/MAC mismatch/);
    expect(run("sops", "-d", "pull-secrets/prod/apps/regcred.sops.yaml")).toContain("kind: Secret");
  });

  it("builds a directory from which the last pull secret is gone, so that the controller prunes it", async () => {
    configure("[prod]");
    expect((await folder.run("apply --allow-removals")).exitCode).toBe(0);
    expect(folder.read("pull-secrets/edge/kustomization.yaml")).toContain("resources: []");
    expect(run("kustomize", "build", "pull-secrets/edge")).toBe("");
  });
});
