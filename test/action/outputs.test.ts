import { describe, expect, it } from "vitest";
import { documentsOf, outputsOf } from "../../src/action/outputs.ts";
import type { Report } from "../../src/model.ts";
import { change, check, report } from "../report/sample.ts";

/** The outputs of a run in full that came to this report. */
function outputs(differs: Partial<Report>, defaultRegistry: string | null = null) {
  const outcome = { report: report(differs), exitCode: 0, defaultRegistry } as const;
  return outputsOf({ outcome, mode: "full" });
}

describe("the outputs", () => {
  it("are all there, and empty, where a command came to nothing", () => {
    expect(outputs({})).toEqual({
      ...{ changed: "false", mode: "full", created: "0", updated: "0", removed: "0", held: "0", failed: "0" },
      ...{ "default-registry": "", matrix: "", "new-images": "" },
      ...{ "pull-request-number": "", "pull-request-url": "", "pull-request-operation": "" },
    });
  });

  it("count the files by what is done with them", () => {
    const actions = ["create", "create", "create", "update", "update", "remove", "hold", "keep"] as const;
    const changes = actions.map((action) => change({ action }));
    expect(outputs({ changed: true, changes })).toMatchObject({
      ...{ changed: "true", created: "3", updated: "2", removed: "1", held: "1" },
    });
  });

  it("count each registry once that failed, by either of its checks", () => {
    const checks = [
      check({ name: "a" }),
      check({ name: "b", status: "skipped" }),
      check({ name: "c", status: "denied" }),
      check({ name: "c", status: "unauthorized", credential: "pullSecret" }),
      check({ name: "d", status: "unresolved" }),
    ];
    expect(outputs({ checks })["failed"]).toBe("2");
  });

  it("count the registries that were not logged in to", () => {
    const logins = [
      { registry: "a", keys: ["a.io"], status: "done", reason: null },
      { registry: "b", keys: [], status: "failed", reason: "unresolved" },
    ] as const;
    expect(outputs({ command: "login", logins })["failed"]).toBe("1");
    expect(outputs({ command: "login", logins, checks: [check({ name: "b", status: "unresolved" })] })["failed"]).toBe(
      "1",
    );
  });

  it("count the registries that passed, and could not be written", () => {
    const logins = [{ registry: "a", keys: [], status: "failed", reason: "not-written" }] as const;
    expect(outputs({ command: "login", logins, checks: [check({ name: "a" })] })["failed"]).toBe("1");
    const changed = [{ registry: "a", keys: [], status: "changed", reason: null }] as const;
    expect(outputs({ command: "logout", logins: changed })["failed"]).toBe("0");
  });

  it("tell the default registry", () => {
    expect(outputs({}, "ghcr.io")["default-registry"]).toBe("ghcr.io");
  });

  it("tell the pull request, also that there is none", () => {
    const published = { kind: "pull-request", branch: "regcred/platform/all" } as const;
    const url = "https://github.com/acme/gitops/pull/7";
    expect(outputs({ published: { ...published, number: 7, url, operation: "updated" } })).toMatchObject({
      ...{ "pull-request-number": "7", "pull-request-url": url, "pull-request-operation": "updated" },
    });
    expect(outputs({ published: { ...published, number: null, url: null, operation: "unchanged" } })).toMatchObject({
      ...{ "pull-request-number": "", "pull-request-url": "", "pull-request-operation": "unchanged" },
    });
    expect(outputs({ published: { kind: "directory", path: "." } })["pull-request-operation"]).toBe("");
  });
});

describe("the documents", () => {
  const names = (differs: Partial<Report>) => [...documentsOf(report(differs)).keys()];

  it("are those that the command has something for", () => {
    expect(names({ command: "validate" })).toEqual([]);
    expect(names({ command: "check", checks: [check()] })).toEqual(["checks-file"]);
    expect(names({ command: "plan", checks: [check()], changes: [] })).toEqual(["plan-file", "checks-file"]);
  });

  it("are of the command, and of check", () => {
    const [plan, checks] = [...documentsOf(report({ checks: [check()], changes: [change()] })).values()];
    expect(JSON.parse(plan?.text ?? "")).toMatchObject({ command: "apply", checks: [{}], changes: [{}] });
    const document = JSON.parse(checks?.text ?? "");
    expect(document).toMatchObject({ command: "check", checks: [{ name: "docker-hub" }] });
    expect(document).not.toHaveProperty("changes");
  });
});
