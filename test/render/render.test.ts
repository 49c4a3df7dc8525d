import { describe, expect, it } from "vitest";
import { frameDigest, frameOf, renderKustomization, renderManifest } from "../../src/render/index.ts";
import { Secret } from "../../src/secret.ts";
import { cluster, entry, wanted } from "../plan/builders.ts";

const pullSecret = wanted("apps", [entry("hub")]);
const frame = frameOf(cluster, "apps");

/** What kubelet reads: the docker config inside the manifest. */
function auths(...entries: readonly (readonly [server: string, username: string, password: string])[]): unknown {
  const list = entries.map(([server, username, password]) => ({ server, username, password: new Secret(password) }));
  const { dockerConfigJson } = renderManifest(pullSecret, frame, list);
  return JSON.parse(Buffer.from(dockerConfigJson.reveal(), "base64").toString("utf8"));
}

describe("a docker config", () => {
  it("holds username, password and auth of each registry, as `kubectl create secret docker-registry` writes it", () => {
    expect(auths(["https://index.docker.io/v1/", "acme", "s3cret"])).toEqual({
      auths: { "https://index.docker.io/v1/": { username: "acme", password: "s3cret", auth: btoa("acme:s3cret") } },
    });
  });

  it.each(["with:colon", 'quo"te', "new\nline", "ünïcödé 🔑", "$HOME", "\\"])(
    "survives the password %j",
    (password) => {
      const { auths: found } = Object(auths(["ghcr.io", "robot$acme+ci", password]));
      const auth = Buffer.from(found["ghcr.io"].auth, "base64").toString("utf8");
      expect(auth).toBe(`robot$acme+ci:${password}`);
      expect(found["ghcr.io"].password).toBe(password);
    },
  );

  it("has padded standard base64 in auth, which kubelet takes before username and password", () => {
    const { auths: found } = Object(auths(["ghcr.io", "a", "ü??>>"]));
    expect(found["ghcr.io"].auth).toMatch(/^[A-Za-z0-9+/]+={0,2}$/);
    expect(found["ghcr.io"].auth.length % 4).toBe(0);
  });

  it("has the same bytes whatever the order of its entries", () => {
    const one = ["a.io", "u", "p"] as const;
    const two = ["b.io", "u", "p"] as const;
    expect(JSON.stringify(auths(one, two))).toBe(JSON.stringify(auths(two, one)));
  });

  it("is never empty", () => {
    expect(() => auths()).toThrow(/an empty auths is never written/);
  });

  it("is refused when Kubernetes would refuse it", () => {
    expect(() => auths(["a.io", "u", "p".repeat(800_000)])).toThrow(/over 1 MiB/);
  });
});

describe("a frame", () => {
  it("carries the label that says whose it is, which nobody can override", () => {
    const labelled = { ...cluster, labels: { team: "a", "app.kubernetes.io/managed-by": "me" } };
    expect(frameOf(labelled, "apps").labels).toEqual({ team: "a", "app.kubernetes.io/managed-by": "regcred" });
  });

  it("has one digest for one meaning", () => {
    const one = { ...frame, labels: { a: "1", b: "2" } };
    const two = { ...frame, labels: { b: "2", a: "1" } };
    expect(frameDigest(one)).toBe(frameDigest(two));
  });

  it.each([{ name: "x" }, { namespace: "x" }, { labels: { a: "1" } }, { annotations: { a: "1" } }])(
    "has another digest with %j",
    (change) => {
      expect(frameDigest({ ...frame, ...change })).not.toBe(frameDigest(frame));
    },
  );
});

describe("a kustomization", () => {
  it("lists exactly the files", () => {
    expect(renderKustomization(["apps/regcred.sops.yaml"])).toBe(
      "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n  - apps/regcred.sops.yaml\n",
    );
  });

  it("says so when there is none", () => {
    expect(renderKustomization([])).toMatch(/\nresources: \[\]\n$/);
  });
});
