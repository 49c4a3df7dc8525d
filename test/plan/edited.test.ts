import { describe, expect, it } from "vitest";
import type { ExistingCluster } from "../../src/model.ts";
import { entry, holding, plan, rows, wanted } from "./builders.ts";

describe("a file that was edited", () => {
  const apps = wanted("apps", [entry("hub")]);
  const edited: ExistingCluster = {
    ...holding(apps),
    files: new Map(holding(apps).files).set(apps.path, { blob: "of a run whose lock was lost", managed: true }),
  };

  it("is not replaced by less than it might hold", () => {
    const more = wanted("apps", [entry("hub"), entry("quay", { state: "unresolved", fingerprint: null })]);
    const result = plan([more], edited);
    expect(rows(result)).toEqual(["hold registry-failed apps/regcred.sops.yaml"]);
    expect(result.changes[0]?.registries).toEqual(["quay"]);
    expect(Object.keys(result.stays)).toContain(apps.path);
  });

  it("is restored for what is unchanged, be its registry away", () => {
    const away = wanted("apps", [entry("hub", { state: "failed" })]);
    expect(rows(plan([away], edited))).toEqual(["update edited-by-hand apps/regcred.sops.yaml"]);
  });
});
