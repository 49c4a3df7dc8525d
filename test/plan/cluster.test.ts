import { describe, expect, it } from "vitest";
import type { ClusterPlan, ExistingCluster, LockState, WantedSecret } from "../../src/model.ts";
import { makePlan } from "../../src/plan/index.ts";
import type { PlanRules } from "../../src/plan/index.ts";
import { cluster, empty, entry, holding, rules, wanted } from "./builders.ts";

function plan(
  secrets: readonly WantedSecret[],
  existing: ExistingCluster,
  change: Partial<PlanRules> = {},
): ClusterPlan {
  const [only] = makePlan([{ cluster, wanted: secrets, existing }], { ...rules, ...change });
  if (only === undefined) throw new Error("no plan");
  return only;
}

/** `action reason path` of each change, without the directory. */
function rows({ changes }: ClusterPlan): readonly string[] {
  return changes.map(({ action, reason, path }) => `${action} ${reason} ${path.replace("pull-secrets/prod/", "")}`);
}

function withLock(existing: ExistingCluster, lock: LockState): ExistingCluster {
  return { ...existing, lock };
}

const apps = wanted("apps", [entry("hub"), entry("quay")]);
const shop = wanted("shop", [entry("hub")]);

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
    ["unknown", { key: null }, apps.entries.map((item) => ({ ...item, fingerprint: null }))],
  ] as const)("says why it rewrites: %s %j", (reason, change, entries) => {
    expect(rows(plan([wanted("apps", entries, change)], holding(apps)))[0]).toBe(
      `update ${reason} apps/regcred.sops.yaml`,
    );
  });

  it("rewrites what was written without a key, since nobody knows what is in it", () => {
    const before = { ...apps, key: null, entries: apps.entries.map((item) => ({ ...item, fingerprint: null })) };
    expect(rows(plan([apps], holding(before)))[0]).toBe("update unknown apps/regcred.sops.yaml");
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
    const before = { ...apps, key: null, entries: apps.entries.map((item) => ({ ...item, fingerprint: null })) };
    const entries = [entry("hub"), entry("quay", { state: "failed" })];
    expect(rows(plan([wanted("apps", entries)], holding(before)))).toEqual([
      "hold registry-failed apps/regcred.sops.yaml",
    ]);
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
    expect(result.kustomization).not.toContain("apps/");
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

describe("the lock", () => {
  const forged = (existing: ReturnType<typeof holding>, key = "key1"): ExistingCluster =>
    withLock(existing, { kind: "ours", lock: { ...existing.lock.lock, key }, trusted: false });

  it("leads to rewriting and never to removing when it cannot be trusted", () => {
    const result = plan([apps], forged(holding(apps, shop)));
    expect(rows(result)[0]).toBe("update unknown apps/regcred.sops.yaml");
    expect(result.removes).toEqual([]);
    expect(result.problems.map(({ code }) => code)).toEqual(["foreign-file"]);
  });

  it("says that the key changed when another made it", () => {
    const result = plan([{ ...apps, key: "key2" }], forged(holding(apps)));
    expect(rows(result)[0]).toBe("update fingerprint-key-changed apps/regcred.sops.yaml");
  });

  it("cannot make a stranger's file ours", () => {
    const existing = forged(holding(apps));
    const files = new Map(existing.files).set(apps.path, { blob: "x", managed: false });
    expect(rows(plan([apps], { ...existing, files }))[0]).toBe("hold unknown apps/regcred.sops.yaml");
  });

  it("keeps a held file listed although it cannot be trusted", () => {
    const entries = [entry("hub"), entry("quay", { state: "unresolved", fingerprint: null })];
    const result = plan([wanted("apps", entries), shop], forged(holding(apps, shop)));
    expect(rows(result).slice(0, 2)).toEqual([
      "hold registry-failed apps/regcred.sops.yaml",
      "update unknown shop/regcred.sops.yaml",
    ]);
    expect(Object.keys(result.stays)).toContain(apps.path);
  });

  it("stops a narrowed run when it cannot be trusted", () => {
    const result = plan([apps], forged(holding(apps, shop)), { narrowed: true });
    expect(rows(result)).toEqual(["hold unknown apps/regcred.sops.yaml"]);
    expect(result.problems.map(({ code }) => code)).toEqual(["bad-lock"]);
  });

  it.each([
    [{ kind: "foreign", owner: "other", cluster: "prod" }, "foreign-owner"],
    [{ kind: "newer", version: 2 }, "newer-lock"],
    [{ kind: "malformed" }, "bad-lock"],
  ] as const)("stops its cluster when it is %j", (lock, code) => {
    const result = plan([apps], withLock(holding(apps), lock));
    expect(rows(result)).toEqual(["hold unknown apps/regcred.sops.yaml"]);
    expect(result.problems.map((problem) => problem.code)).toEqual([code]);
    expect(result).toMatchObject({ writes: [], removes: [], kustomization: null, lockChanged: false });
  });

  it("knows what an interrupted run had written, and what it had not", () => {
    const before = holding(shop);
    const pending = { ...holding(apps).lock.lock.files, [shop.path]: { blob: "never-written" } };
    const existing = {
      lock: { kind: "ours", lock: { ...before.lock.lock, pending }, trusted: true },
      files: new Map([...before.files, ...holding(apps, shop).files]),
    } as const;
    const result = plan([apps, shop], existing);
    expect(rows(result)).toEqual(["keep unchanged apps/regcred.sops.yaml", "keep unchanged shop/regcred.sops.yaml"]);
    expect(result.lockChanged).toBe(true);
  });

  it("is written anew when an interrupted run left it pending and nothing else is to be done", () => {
    const before = holding(apps);
    const pending = { [apps.path]: { blob: "never-written" } };
    const lock = { kind: "ours", lock: { ...before.lock.lock, pending }, trusted: true } as const;
    const result = plan([apps], { ...before, lock });
    expect(rows(result)).toEqual(["keep unchanged apps/regcred.sops.yaml"]);
    expect(result.lockChanged).toBe(true);
  });

  it("removes what an interrupted run had made and nobody wants any longer", () => {
    const before = holding(shop);
    const pending = holding(apps).lock.lock.files;
    const existing = {
      lock: { kind: "ours", lock: { ...before.lock.lock, pending }, trusted: true },
      files: new Map([...holding(apps).files, ...before.files]),
    } as const;
    expect(plan([shop], existing).removes).toEqual([apps.path]);
  });

  it("that names an index as a pull secret of ours leads to a rewrite", () => {
    const existing = holding(apps);
    const lock = { ...existing.lock.lock, files: { [apps.path]: { blob: `blob-of-${apps.path}` } } };
    expect(rows(plan([apps], withLock(existing, { kind: "ours", lock, trusted: true })))[0]).toBe(
      "update unknown apps/regcred.sops.yaml",
    );
  });
});
