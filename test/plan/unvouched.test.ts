import { describe, expect, it } from "vitest";
import type { ExistingCluster } from "../../src/model.ts";
import { entry, holding, plan, rows, wanted } from "./builders.ts";

const team = (index: number) => wanted(`team-${index}`, [entry("hub")]);

describe("a lock that cannot be trusted", () => {
  const shop = wanted("shop", [entry("hub")]);
  const untrusted = (existing: ReturnType<typeof holding>): ExistingCluster => ({
    ...existing,
    lock: { kind: "unvouched", lock: existing.lock.lock },
  });

  it("does not make a stranger's file ours by naming it: it is neither kept nor listed", () => {
    const existing = untrusted(holding(team(0), shop));
    const files = new Map(existing.files).set(shop.path, { blob: `blob-of-${shop.path}`, managed: false });
    const result = plan([team(0)], { ...existing, files });
    expect(rows(result)).toEqual([
      "update unknown team-0/regcred.sops.yaml",
      "update content-changed kustomization.yaml",
    ]);
    expect(result.problems.map(({ code }) => code)).toEqual(["foreign-file"]);
    expect({ owned: result.owned[shop.path], stays: result.stays[shop.path] }).toEqual({});
    expect(result.kustomization).not.toContain("shop");
  });

  it("vouches for no fingerprint later on", () => {
    const held = plan([team(0)], untrusted(holding(team(0), shop))).stays[shop.path];
    expect(held?.secret).toMatchObject({ key: null, registries: { hub: null } });
  });
});
