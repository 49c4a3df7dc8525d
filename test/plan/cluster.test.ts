import { describe, expect, it } from "vitest";
import type { ExistingCluster, WantedSecret } from "../../src/model.ts";
import { empty, entry, holding, plan, rows, wanted } from "./builders.ts";

const apps = wanted("apps", [entry("hub"), entry("quay")]);
const shop = wanted("shop", [entry("hub")]);

/** What is in the file of `apps` by its docker config's servers. */
const FOUND = [
  ["hub.example.com", "print-of-hub"],
  ["quay.example.com", "print-of-quay"],
] as const;

describe("a cluster without anything yet", () => {
  it("gets each pull secret and a kustomization that lists them", () => {
    const result = plan([apps, shop], empty);
    expect(rows(result)).toEqual([
      "create new apps/regcred.sops.yaml",
      "create new shop/regcred.sops.yaml",
      "create new kustomization.yaml",
    ]);
    expect(result.kustomization).toContain("resources:\n  - apps/regcred.sops.yaml\n  - shop/regcred.sops.yaml\n");
  });

  it("gets a file made from what passed when another registry failed", () => {
    const result = plan([wanted("apps", [entry("hub"), entry("quay", { state: "failed" })])], empty);
    expect(result.writes[0]?.entries.map(({ registry }) => registry)).toEqual(["hub"]);
  });

  it("gets nothing at all when nothing passed: an empty auths is never written", () => {
    const result = plan([wanted("apps", [entry("hub", { state: "unresolved" })])], empty);
    expect(rows(result)).toEqual(["hold registry-failed apps/regcred.sops.yaml"]);
    expect(result).toMatchObject({ writes: [], kustomization: null, lockChanged: false });
  });
});

describe("a second run", () => {
  it("changes nothing", () => {
    const result = plan([apps, shop], holding(apps, shop));
    expect(rows(result)).toEqual(["keep unchanged apps/regcred.sops.yaml", "keep unchanged shop/regcred.sops.yaml"]);
    expect(result).toMatchObject({ writes: [], removes: [], kustomization: null, lockChanged: false, problems: [] });
  });

  it("changes nothing when the configuration only names things in another order", () => {
    const change = { recipients: ["age1b", "age1a"] };
    const before = holding(wanted("apps", [...apps.entries].reverse(), { recipients: ["age1a", "age1b"] }));
    expect(plan([wanted("apps", apps.entries, change)], before)).toMatchObject({ writes: [], lockChanged: false });
  });

  it("rewrites exactly the files that hold a rotated credential", () => {
    const rotated = entry("quay", { fingerprint: "another" });
    expect(rows(plan([wanted("apps", [entry("hub"), rotated]), shop], holding(apps, shop)))).toEqual([
      "update credential-changed apps/regcred.sops.yaml",
      "keep unchanged shop/regcred.sops.yaml",
    ]);
  });

  it.each([
    ["recipients-changed", { recipients: ["age1a", "age1b"] }, apps.entries],
    ["content-changed", { frame: "another" }, apps.entries],
    ["content-changed", {}, [entry("hub")]],
    ["content-changed", {}, [...apps.entries, entry("ghcr")]],
    ["fingerprint-key-changed", { key: "key2" }, apps.entries],
    ["unknown", { key: null }, apps.entries.map((item) => ({ ...item, fingerprints: {} }))],
  ] as const)("says why it rewrites: %s %j", (reason, change, entries) => {
    expect(rows(plan([wanted("apps", entries, change)], holding(apps)))[0]).toBe(
      `update ${reason} apps/regcred.sops.yaml`,
    );
  });

  it("keeps what is unchanged under the previous key, and writes the lock anew under the run's", () => {
    const fingerprints = { key1: "print-of-hub", key2: "another-print-of-hub" };
    const next = wanted("shop", [{ ...entry("hub"), fingerprints }], { key: "key2", keys: ["key2", "key1"] });
    const result = plan([next], holding(shop), { key: "key2" });
    expect(rows(result)).toEqual(["keep unchanged shop/regcred.sops.yaml"]);
    expect(result).toMatchObject({ writes: [], lockChanged: true });
    expect(result.stays[shop.path]?.secret).toMatchObject({ key: "key2", registries: { hub: "another-print-of-hub" } });
  });

  it("writes a lock anew that another key vouches for, although it names no pull secret", () => {
    expect(plan([], holding(), { key: "key2" })).toMatchObject({ changes: [], lockChanged: true });
    expect(plan([], holding(), { key: null })).toMatchObject({ changes: [], lockChanged: false });
  });

  it("rewrites what holds an entry of which the lock knows nothing", () => {
    const half = wanted("apps", [entry("hub"), entry("quay", { fingerprint: null })]);
    expect(rows(plan([apps], holding(half)))[0]).toBe("update unknown apps/regcred.sops.yaml");
  });

  it("rewrites what was written without a key, since nobody knows what is in it", () => {
    const before = { ...apps, key: null, entries: apps.entries.map((item) => ({ ...item, fingerprints: {} })) };
    expect(rows(plan([apps], holding(before)))[0]).toBe("update unknown apps/regcred.sops.yaml");
  });

  it.each([
    ["unchanged", {}],
    ["content-changed", { fingerprints: new Map([...FOUND, ["elsewhere.example.com", "print"]]) }],
    ["content-changed", { fingerprints: new Map([["hub.example.com", "print-of-hub"]]) }],
    ["content-changed", { frame: null }],
    ["credential-changed", { fingerprints: new Map([...FOUND, ["quay.example.com", "another"]]) }],
    ["recipients-changed", { recipients: ["age1b"] }],
  ] as const)("tells by what is found in a file that was opened: %s %j", (reason, change) => {
    const before = holding({ ...apps, key: null });
    const found = { recipients: ["age1a"], frame: "frame", key: "key1", fingerprints: new Map(FOUND), ...change };
    const files = new Map(before.files).set(apps.path, { blob: `blob-of-${apps.path}`, managed: true, opened: found });
    expect(rows(plan([apps], { ...before, files }))[0]).toContain(`${reason} ${apps.path}`);
  });

  it("takes nothing from what is found in a file that was edited", () => {
    const before = holding(apps);
    const opened = { recipients: ["age1a"], frame: "frame", key: "key1", fingerprints: new Map(FOUND) };
    const files = new Map(before.files).set(apps.path, { blob: "edited", managed: true, opened });
    const unresolved = entry("quay", { state: "unresolved", fingerprint: null });
    const failing = wanted("apps", [entry("hub", { fingerprint: "another" }), unresolved]);
    expect(rows(plan([failing], { ...before, files }))[0]).toBe(`hold registry-failed ${apps.path}`);
    expect(rows(plan([apps], { ...before, files }))[0]).toBe(`update edited-by-hand ${apps.path}`);
  });

  it("is not content with recipients that a file names and its lock does not", () => {
    const before = holding({ ...apps, key: null, recipients: ["age1b"] });
    const opened = { recipients: ["age1a"], frame: "frame", key: "key1", fingerprints: new Map(FOUND) };
    const files = new Map(before.files).set(apps.path, { blob: `blob-of-${apps.path}`, managed: true, opened });
    expect(rows(plan([apps], { ...before, files }))[0]).toBe(`update recipients-changed ${apps.path}`);
  });

  it("restores a file that was edited by hand, and one that is missing", () => {
    const existing = holding(apps, shop);
    const files = new Map(existing.files).set(apps.path, { blob: "edited", managed: true });
    files.delete(shop.path);
    expect(rows(plan([apps, shop], { ...existing, files }))).toEqual([
      "update edited-by-hand apps/regcred.sops.yaml",
      "create missing shop/regcred.sops.yaml",
    ]);
  });

  it("makes a missing file from all that was in it, an unchanged credential that fails now included", () => {
    const existing = holding(apps);
    const files = new Map(existing.files);
    files.delete(apps.path);
    const failing = wanted("apps", [entry("hub"), entry("quay", { state: "failed" })]);
    const result = plan([failing], { ...existing, files });
    expect(result.writes[0]?.entries.map(({ registry }) => registry)).toEqual(["hub", "quay"]);
  });

  it("restores a kustomization that was edited or deleted", () => {
    const existing = holding(apps);
    const edited = new Map(existing.files).set("kustomization.yaml", { blob: "edited", managed: false });
    expect(rows(plan([apps], { ...existing, files: edited }))[1]).toBe("update edited-by-hand kustomization.yaml");
    const deleted = new Map(existing.files);
    deleted.delete("kustomization.yaml");
    expect(rows(plan([apps], { ...existing, files: deleted }))[1]).toBe("create missing kustomization.yaml");
  });

  it("writes the lock alone when only a declared expiry changed", () => {
    const expiring = wanted("apps", [entry("hub", { expiresAt: "2027-03-01T00:00:00.000Z" }), entry("quay")]);
    const result = plan([expiring], holding(apps));
    expect(rows(result)).toEqual(["keep unchanged apps/regcred.sops.yaml"]);
    expect(result.lockChanged).toBe(true);
    expect(result.changes[0]?.expiresAt).toBe("2027-03-01T00:00:00.000Z");
  });
});

describe("a registry that fails", () => {
  it.each(["unresolved", "failed"] as const)("holds the files that hold a changed one: %s", (state) => {
    const broken = entry("quay", { state, fingerprint: state === "failed" ? "another" : null });
    const result = plan([wanted("apps", [entry("hub"), broken]), shop], holding(apps, shop));
    expect(rows(result)).toEqual([
      "hold registry-failed apps/regcred.sops.yaml",
      "keep unchanged shop/regcred.sops.yaml",
    ]);
    expect(result.changes[0]?.registries).toEqual(["quay"]);
    expect(Object.keys(result.stays)).toContain(apps.path);
  });

  it("does not hold a file whose credential is unchanged", () => {
    const failing = entry("quay", { state: "failed" });
    expect(rows(plan([wanted("apps", [entry("hub"), failing])], holding(apps)))).toEqual([
      "keep unchanged apps/regcred.sops.yaml",
    ]);
  });

  it("stays in a file that is rewritten for another's sake, while unchanged", () => {
    const entries = [entry("hub", { fingerprint: "another" }), entry("quay", { state: "failed" })];
    const result = plan([wanted("apps", entries)], holding(apps));
    expect(result.writes[0]?.entries.map(({ registry }) => registry)).toEqual(["hub", "quay"]);
  });

  it("does not hold a file that it was never in", () => {
    const entries = [
      entry("hub", { fingerprint: "another" }),
      entry("quay", { state: "unresolved", fingerprint: null }),
    ];
    const result = plan([wanted("shop", entries)], holding(shop));
    expect(rows(result)).toEqual(["update credential-changed shop/regcred.sops.yaml"]);
    expect(result.writes[0]?.entries.map(({ registry }) => registry)).toEqual(["hub"]);
  });

  it("never empties a file: with nothing left that passed, it is held", () => {
    const entries = [entry("quay", { state: "failed" })];
    const result = plan([wanted("shop", entries)], holding(shop));
    expect(rows(result)).toEqual(["hold registry-failed shop/regcred.sops.yaml"]);
    expect(Object.keys(result.stays)).toContain(shop.path);
  });

  it("holds where there is no key, so that nobody knows whether it changed", () => {
    const keyless = (state: "passed" | "failed") => ({ ...entry("quay", { state, fingerprint: null }) });
    const before = wanted("shop", [keyless("passed")], { key: null });
    const after = wanted("shop", [keyless("failed")], { key: null });
    expect(rows(plan([after], holding(before)))).toEqual(["hold registry-failed shop/regcred.sops.yaml"]);
  });

  it("holds when nobody knows what is in the file", () => {
    const before = { ...apps, key: null, entries: apps.entries.map((item) => ({ ...item, fingerprints: {} })) };
    const entries = [entry("hub"), entry("quay", { state: "failed" })];
    expect(rows(plan([wanted("apps", entries)], holding(before)))).toEqual([
      "hold registry-failed apps/regcred.sops.yaml",
    ]);
  });
});

describe("a registry that goes by another name", () => {
  it("does not drop its working entry while the new one has not passed", () => {
    const renamed = entry("quay2", { state: "unresolved", fingerprint: null });
    const result = plan([wanted("apps", [entry("hub"), renamed])], holding(apps));
    expect(rows(result)).toEqual(["hold registry-failed apps/regcred.sops.yaml"]);
    expect(result.changes[0]?.registries).toEqual(["quay2"]);
  });

  it("is not mistaken for what every object has", () => {
    const odd = entry("constructor", { state: "unresolved", fingerprint: null });
    const result = plan([wanted("apps", [...apps.entries, odd])], holding(apps));
    expect(rows(result)).toEqual(["keep unchanged apps/regcred.sops.yaml"]);
  });
});

describe("a pull secret under a new name", () => {
  const renamed = (entries: WantedSecret["entries"]) =>
    wanted("apps", entries, { name: "pull", path: "apps/pull.sops.yaml" });

  it.each([
    ["cannot be made", [entry("hub", { state: "failed" })]],
    ["holds less", [entry("hub"), entry("quay", { state: "unresolved", fingerprint: null })]],
  ])("does not cost the old one while it %s", (_, entries) => {
    const result = plan([renamed(entries)], holding(apps), { allowRemovals: true });
    expect(result.removes).toEqual([]);
    expect(result.stays).toHaveProperty([apps.path]);
  });

  it("takes the place of the old one once it is whole", () => {
    const result = plan([renamed(apps.entries)], holding(apps), { allowRemovals: true });
    expect(result.removes).toEqual([apps.path]);
  });
});

describe("a narrowed run", () => {
  it("does nothing in a cluster where it has nothing to look at", () => {
    const strange = { ...empty, files: new Map([["kustomization.yaml", { blob: "x", managed: false }]]) };
    const result = plan([], strange, { narrowed: true, adopt: true });
    expect(result).toMatchObject({ changes: [], problems: [], kustomization: null, lockChanged: false });
  });

  it("does not adopt an index of which no lock says what it lists", () => {
    const strange = { lock: { kind: "none" }, files: holding(apps, shop).files } as const;
    const result = plan([apps], strange, { narrowed: true, adopt: true });
    expect(rows(result)).toEqual(["hold unknown apps/regcred.sops.yaml"]);
    expect(result.problems.map(({ code }) => code)).toEqual(["foreign-file"]);
  });
});

describe("what is no longer wanted", () => {
  const many = Array.from({ length: 6 }, (_, index) => wanted(`team-${index}`, [entry("hub")]));

  it("is removed, and the kustomization no longer lists it", () => {
    const result = plan([apps], holding(apps, shop));
    expect(rows(result)).toEqual([
      "keep unchanged apps/regcred.sops.yaml",
      "remove no-longer-wanted shop/regcred.sops.yaml",
      "update content-changed kustomization.yaml",
    ]);
    expect(result.removes).toEqual([shop.path]);
    expect(result.kustomization).not.toContain("shop");
  });

  it("is never removed by a narrowed run", () => {
    const result = plan([apps], holding(apps, shop), { narrowed: true });
    expect(rows(result)).toEqual(["keep unchanged apps/regcred.sops.yaml"]);
    expect(result).toMatchObject({ kustomization: null, lockChanged: false });
  });

  it.each([
    ["a cluster's last file", [], holding(apps)],
    ["more than a fifth of more than five", many.slice(2), holding(...many)],
  ])("stays without --allow-removals when it is %s", (_, left, existing) => {
    const refused = plan(left, existing);
    expect(refused.removes).toEqual([]);
    expect(refused.problems.map(({ code }) => code)).toEqual(["removals-refused"]);
    expect(rows(refused).filter((row) => row.startsWith("hold no-longer-wanted"))).not.toEqual([]);
    expect(plan(left, existing, { allowRemovals: true }).removes).not.toEqual([]);
  });

  it("leaves `resources: []` behind the last one, so that the controller prunes it", () => {
    const result = plan([], holding(apps), { allowRemovals: true });
    expect(result.kustomization).toMatch(/^resources: \[\]$/m);
  });

  it("goes unasked when it is exactly a fifth", () => {
    const ten = Array.from({ length: 10 }, (_, index) => wanted(`team-${index}`, [entry("hub")]));
    expect(plan(ten.slice(2), holding(...ten)).removes).toHaveLength(2);
  });

  it("goes unasked when it is one of six", () => {
    expect(plan(many.slice(1), holding(...many)).removes).toEqual(["team-0/regcred.sops.yaml"]);
  });

  it("stays when the file lost our label", () => {
    const existing = holding(apps, shop);
    const files = new Map(existing.files).set(shop.path, { blob: "x", managed: false });
    const result = plan([apps], { ...existing, files });
    expect(rows(result)).toContain("hold no-longer-wanted shop/regcred.sops.yaml");
    expect(result.removes).toEqual([]);
    expect(result.problems.map(({ code }) => code)).toEqual(["foreign-file"]);
  });

  it("stays when it does not lie where our naming puts it", () => {
    const astray = { ...shop, path: "shop/other.sops.yaml" };
    expect(plan([apps], holding(apps, astray)).removes).toEqual([]);
  });

  it("is forgotten when somebody deleted it already", () => {
    const existing = holding(apps, shop);
    const files = new Map(existing.files);
    files.delete(shop.path);
    const result = plan([apps], { ...existing, files });
    expect(rows(result)).toEqual([
      "keep unchanged apps/regcred.sops.yaml",
      "update content-changed kustomization.yaml",
    ]);
    expect(result.lockChanged).toBe(true);
  });
});

describe("a file that we did not write", () => {
  const foreign: ExistingCluster = {
    lock: { kind: "none" },
    files: new Map([[apps.path, { blob: "x", managed: true }]]),
  };

  it("is left alone, and the others go on", () => {
    const result = plan([apps, shop], foreign);
    expect(rows(result).slice(0, 2)).toEqual([
      "hold unknown apps/regcred.sops.yaml",
      "create new shop/regcred.sops.yaml",
    ]);
    expect(result.problems.map(({ code }) => code)).toEqual(["foreign-file"]);
  });

  it("stays listed while it carries our label, so that no working pull secret leaves the cluster", () => {
    expect(plan([apps, shop], foreign).kustomization).toContain("apps/regcred.sops.yaml");
    const unlabelled = new Map([[apps.path, { blob: "x", managed: false }]]);
    expect(plan([apps, shop], { ...foreign, files: unlabelled }).kustomization).not.toContain("apps/");
  });

  it("stays listed when a merge lost it from the lock", () => {
    const both = holding(apps, shop);
    const merged = { lock: holding(shop).lock, files: both.files };
    const result = plan([apps, shop], merged);
    expect(rows(result)).toEqual(["hold unknown apps/regcred.sops.yaml", "keep unchanged shop/regcred.sops.yaml"]);
    expect(result.kustomization).toBeNull();
  });

  it("is replaced with --adopt", () => {
    expect(rows(plan([apps], foreign, { adopt: true }))[0]).toBe("update unknown apps/regcred.sops.yaml");
  });

  it("is not replaced by less than it should hold, and stays listed", () => {
    const entries = [entry("hub"), entry("quay", { state: "failed" })];
    const result = plan([wanted("apps", entries), shop], foreign, { adopt: true });
    expect(rows(result)[0]).toBe("hold registry-failed apps/regcred.sops.yaml");
    expect(result.kustomization).toContain("apps/regcred.sops.yaml");
    expect(result.stays[apps.path]?.secret?.registries).toEqual({ hub: null, quay: null });
  });

  it("stops its cluster when it is the kustomization", () => {
    const existing = { ...empty, files: new Map([["kustomization.yaml", { blob: "x", managed: false }]]) };
    const result = plan([apps], existing);
    expect(rows(result)).toEqual(["hold unknown apps/regcred.sops.yaml"]);
    expect(result.problems.map(({ code }) => code)).toEqual(["foreign-file"]);
    expect(rows(plan([apps], existing, { adopt: true }))[0]).toBe("create new apps/regcred.sops.yaml");
  });
});
