import { describe, expect, it } from "vitest";
import type { ExistingCluster, LockState } from "../../src/model.ts";
import { entry, holding, plan, rows, wanted } from "./builders.ts";

function withLock(existing: ExistingCluster, lock: LockState): ExistingCluster {
  return { ...existing, lock };
}

const apps = wanted("apps", [entry("hub"), entry("quay")]);
const shop = wanted("shop", [entry("hub")]);

describe("the lock", () => {
  const forged = (existing: ReturnType<typeof holding>, key = "key1"): ExistingCluster =>
    withLock(existing, { kind: "unvouched", lock: { ...existing.lock.lock, key } });

  it("leads to rewriting and never to removing when it cannot be trusted", () => {
    const result = plan([apps], forged(holding(apps, shop)));
    expect(rows(result)).toEqual([
      "update unknown apps/regcred.sops.yaml",
      "hold no-longer-wanted shop/regcred.sops.yaml",
    ]);
    expect(result.removes).toEqual([]);
    expect(result.problems.map(({ code }) => code)).toEqual(["removals-refused"]);
    expect(result.kustomization).toBeNull();
  });

  it("that could not be trusted still needs --allow-removals once it is written anew", () => {
    const first = plan([apps], forged(holding(apps, shop)));
    const lock = { ...holding(apps).lock.lock, files: { ...holding(apps).lock.lock.files, ...first.stays } };
    const next = { lock: { kind: "ours", lock }, files: holding(apps, shop).files } as const;
    expect(plan([apps], next).removes).toEqual([]);
    expect(plan([apps], next).problems.map(({ code }) => code)).toEqual(["removals-refused"]);
    expect(plan([apps], next, { allowRemovals: true }).removes).toEqual([shop.path]);
  });

  it("that lost every file by forgery leads to rewriting what carries our label", () => {
    const existing = holding(apps);
    const lock = { ...existing.lock.lock, files: {} };
    const result = plan([apps], withLock(existing, { kind: "unvouched", lock }));
    expect(rows(result)[0]).toBe("update unknown apps/regcred.sops.yaml");
  });

  it("of a cluster that was renamed is taken over with --adopt alone", () => {
    const lock = { kind: "foreign", lock: { ...holding(apps).lock.lock, cluster: "before" } } as const;
    const renamed = withLock(holding(apps), lock);
    expect(plan([apps], renamed).problems).toMatchObject([{ code: "foreign-owner", hint: /--adopt/ }]);
    const result = plan([apps], renamed, { adopt: true });
    expect(rows(result)[0]).toBe("update unknown apps/regcred.sops.yaml");
    expect(result.problems).toEqual([]);
  });

  it("that cannot be read stops its cluster, and says why", () => {
    const problem = { code: "file-too-large", message: "too large" } as const;
    const result = plan([apps], withLock(holding(apps), { kind: "unreadable", problem }));
    expect(rows(result)).toEqual(["hold unknown apps/regcred.sops.yaml"]);
    expect(result.problems).toEqual([problem]);
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
    [{ kind: "foreign", lock: { ...holding(apps).lock.lock, owner: "other" } }, "foreign-owner"],
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
      lock: { kind: "ours", lock: { ...before.lock.lock, pending } },
      files: new Map([...before.files, ...holding(apps, shop).files]),
    } as const;
    const result = plan([apps, shop], existing);
    expect(rows(result)).toEqual(["keep unchanged apps/regcred.sops.yaml", "keep unchanged shop/regcred.sops.yaml"]);
    expect(result.lockChanged).toBe(true);
  });

  it("is written anew when an interrupted run left it pending and nothing else is to be done", () => {
    const before = holding(apps);
    const pending = { [apps.path]: { blob: "never-written" } };
    const lock = { kind: "ours", lock: { ...before.lock.lock, pending } } as const;
    const result = plan([apps], { ...before, lock });
    expect(rows(result)).toEqual(["keep unchanged apps/regcred.sops.yaml"]);
    expect(result.lockChanged).toBe(true);
  });

  it("removes what an interrupted run had made and nobody wants any longer", () => {
    const before = holding(shop);
    const pending = holding(apps).lock.lock.files;
    const existing = {
      lock: { kind: "ours", lock: { ...before.lock.lock, pending } },
      files: new Map([...holding(apps).files, ...before.files]),
    } as const;
    expect(plan([shop], existing).removes).toEqual([apps.path]);
  });

  it("that names an index as a pull secret of ours leads to a rewrite, with all that is wanted or not at all", () => {
    const existing = holding(apps);
    const lock = { ...existing.lock.lock, files: { [apps.path]: { blob: `blob-of-${apps.path}` } } };
    const failing = wanted("apps", [entry("hub", { state: "failed" })]);
    expect(rows(plan([failing], withLock(existing, { kind: "ours", lock })))[0]).toBe(
      "hold registry-failed apps/regcred.sops.yaml",
    );
    expect(rows(plan([apps], withLock(existing, { kind: "ours", lock })))[0]).toBe(
      "update unknown apps/regcred.sops.yaml",
    );
  });
});
