import { describe, expect, it } from "vitest";
import type { Problem } from "../../src/errors.ts";
import type { Report } from "../../src/model.ts";
import { renderSummary } from "../../src/report/index.ts";
import { at, change, check, NOW, report } from "./sample.ts";

const HARBOR = check({
  ...{ name: "harbor", type: "generic", host: "harbor.internal:8443", status: "unauthorized", stage: "token" },
  ...{ proved: "nothing", location: at(11), hint: "most likely the robot was renewed: look at HARBOR_PASSWORD" },
  message: "harbor.internal:8443 refused the login of robot$acme+ci, with 401",
});
const HARBOR_FAILED: Problem = { code: "check-failed", message: "harbor failed", location: at(11) };
const UNSET: Problem = {
  ...{ code: "variable-missing", message: "the variable GAR_KEY is not set", location: at(17, 20) },
  hint: "set it, or name another source under `auth`",
};

function summary(of: Report, limit?: number): string {
  return renderSummary(of, { now: NOW, limit });
}

describe("the job summary", () => {
  it("tells how it ended, the errors, the checks with failures first, what is held, the files by cluster, the warnings", () => {
    const all = report({
      ok: false,
      errors: [HARBOR_FAILED, UNSET],
      warnings: [{ code: "no-fingerprint-key", message: "nothing can be compared" }],
      checks: [
        check({ expiresAt: "2026-12-03T12:30:00Z" }),
        check({ name: "quay", credential: "pullSecret", proved: "login" }),
        check({ name: "gar", status: "skipped", proved: "nothing" }),
        HARBOR,
      ],
      changes: [
        change({ expiresAt: "2027-03-01T00:00:00Z" }),
        change({ namespace: "payments", action: "update", reason: "credential-changed" }),
        change({ namespace: "checkout", action: "hold", reason: "registry-failed", registries: ["harbor", "gar"] }),
        change({ namespace: "a", action: "keep", reason: "unchanged" }),
        change({ namespace: null, action: "update", reason: "content-changed", registries: [] }),
        change({ cluster: "edge", namespace: "till", action: "hold", reason: "no-longer-wanted" }),
        change({ cluster: "stage", action: "keep", reason: "unchanged" }),
      ],
    });
    expect(summary(all)).toMatchInlineSnapshot(`
      "## regcred apply

      ✖ 1 of 4 registries may pull, 1 without proof of pull, 1 skipped; 1 file to create, 2 to update, 2 unchanged; 2 held; 1 error, 1 warning

      ### Errors

      - \`registries.yaml:17:20\` the variable \`GAR_KEY\` is not set (\`variable-missing\`)<br>Hint: set it, or name another source under \`auth\`

      ### Registries

      | status | registry | host | proved | expires | what happened, what to do |
      | --- | --- | --- | --- | --- | --- |
      | ✖ unauthorized | \`harbor\` | \`harbor.internal:8443\` | nothing |  | \`harbor.internal:8443\` refused the login of \`robot$acme+ci\`, with 401 (\`registries.yaml:11:3\`)<br>Hint: most likely the robot was renewed: look at \`HARBOR_PASSWORD\` |
      | ✔ ok | \`docker-hub\` | \`docker.io\` | pull | 2026-12-03 12:30 UTC (in 12 days) |  |
      | ✔ ok | \`quay\` (pull secret) | \`docker.io\` | login only |  |  |
      | – skipped | \`gar\` | \`docker.io\` | – |  |  |

      ### Held: these files keep what they had

      | cluster | file | why | held by |
      | --- | --- | --- | --- |
      | \`prod-eu\` | \`pull-secrets/prod-eu/checkout/regcred.sops.yaml\` | the credential is missing or failed its check | \`harbor\` (unauthorized), \`gar\` |
      | \`edge\` | \`pull-secrets/edge/till/regcred.sops.yaml\` | no longer wanted, but not to be removed yet |  |

      ### Cluster \`prod-eu\`

      in \`pull-secrets/prod-eu/\`; 1 unchanged

      | change | file | why | registries | expires |
      | --- | --- | --- | --- | --- |
      | + create | \`apps/regcred.sops.yaml\` | new | \`docker-hub\` | 2027-03-01 (in 99 days) |
      | ~ update | \`payments/regcred.sops.yaml\` | the credential changed | \`docker-hub\` |  |
      | ~ update | \`kustomization.yaml\` | it lists other files |  |  |

      Cluster \`stage\`: 1 file unchanged.

      ### Warnings

      - nothing can be compared (\`no-fingerprint-key\`)
      "
    `);
  });

  it("names a symbol for a failure that is only a warning", () => {
    const all = report({ command: "check", checks: [HARBOR], warnings: [HARBOR_FAILED] });
    expect(summary(all)).toContain("| ▲ unauthorized | `harbor` |");
    expect(summary(all)).not.toContain("### Warnings");
  });

  it("leaves it to the error to say why a credential could not be resolved", () => {
    const { message } = UNSET;
    const checks = [check({ status: "unresolved", proved: "nothing", message })];
    expect(summary(report({ ok: false, checks, errors: [UNSET] })).split("is not set")).toHaveLength(2);
    expect(summary(report({ ok: false, checks })).split("is not set")).toHaveLength(2);
  });

  it("of a run without a word to say is its outcome", () => {
    expect(summary(report({ command: "validate" }))).toBe("## regcred validate\n\n✔ the configuration is valid\n");
    const keeps = [change({ action: "keep", reason: "unchanged" })];
    expect(summary(report({ command: "plan", changes: keeps }))).toBe("## regcred plan\n\n✔ 1 file unchanged\n");
  });

  it("names the first few registries of a file, and all clusters in which nothing changes by their number", () => {
    const registries = ["one", "two", "three", "four", "five", "six", "seven"];
    const kept = ["dev", "stage"].map((cluster) => change({ cluster, action: "keep", reason: "unchanged" }));
    const printed = summary(report({ changes: [change({ registries }), ...kept] }));
    expect(printed).toContain("| `one`, `two`, `three`, `four` and 3 more |");
    expect(printed).toContain("\n2 other clusters: 2 files unchanged.\n");
  });

  it("shows whole paths where the files of a cluster share no folder", () => {
    const apart = [change({ path: "one/apps/regcred.sops.yaml" }), change({ path: "two/apps/regcred.sops.yaml" })];
    expect(summary(report({ changes: apart }))).toContain("### Cluster `prod-eu`\n\n| change | file |");
  });

  it.each([
    ["2027-03-01", "2027-03-01 (in 99 days)"],
    ["2026-11-21T09:30:00+02:00", "2026-11-21 07:30 UTC (4 hours ago)"],
    ["soon", "`soon`"],
    ["+012027-03-01T00:00:00Z", "`+012027-03-01T00:00:00Z`"],
  ])("tells when %s is", (expiresAt, words) => {
    expect(summary(report({ checks: [check({ expiresAt })] }))).toContain(`| ${words} |`);
  });

  it("says where the files went", () => {
    const where = (published: Report["published"]) => summary(report({ published })).split("\n")[4];
    const request = { kind: "pull-request", operation: "updated", branch: "regcred/platform/all" } as const;
    expect(where({ kind: "directory", path: "deploy" })).toBe("Written below `deploy`.");
    expect(where({ ...request, number: 7, url: "https://github.com/acme/gitops/pull/7" })).toBe(
      "[Pull request 7](https://github.com/acme/gitops/pull/7): updated (branch `regcred/platform/all`).",
    );
    expect(where({ ...request, number: 7, url: "https://x.example/)![](y" })).toContain(
      "7 (`https://x.example/)![](y`)",
    );
    expect(where({ ...request, number: 7, url: null })).toContain("Pull request 7: updated");
    expect(
      summary(report({ published: { ...request, number: 7, url: "https://x.example/7" } })).split("/7"),
    ).toHaveLength(2);
    expect(where({ ...request, number: null, url: null, operation: "unchanged" })).toContain(
      "There is no pull request",
    );
  });
});

describe("a job summary that is too long", () => {
  const many = (number: number) => Array.from({ length: number }, (_, index) => index);
  const all = report({
    ok: false,
    errors: many(40).map((index) => ({ ...UNSET, location: at(index + 100) })),
    warnings: many(40).map((index) => ({ code: "can-push", message: "it may push", location: at(index + 100) })),
    checks: [...many(40).map((index) => check({ name: `ok-${index}` })), { ...HARBOR, name: "größe" }],
    changes: [
      ...many(1500).map((index) => change({ namespace: `apps-${index}` })),
      ...many(30).map((index) => change({ namespace: `held-${index}`, action: "hold", reason: "registry-failed" })),
      ...many(30).map((index) => change({ cluster: `edge-${index}` })),
    ],
  });
  const whole = new Set(summary(all).split("\n"));

  it("loses whole rows and says how many", () => {
    const printed = summary(all, 30_000);
    const shown = printed.split("\n").filter((line) => line.includes("`apps-")).length;
    expect(shown).toBeGreaterThan(10);
    expect(printed).toContain(`\n\n… and ${(1500 - shown).toLocaleString("en-US")} more\n\n`);
    expect(1500 - shown).toBeGreaterThan(1000);
  });

  it("keeps what failed longest, and a block only with at least one row", () => {
    const printed = summary(all, 4000);
    expect(printed).toContain("- `registries.yaml:100:3` the variable");
    expect(printed).toContain("| ✖ unauthorized | `größe` |");
    expect(printed).not.toContain("edge-29");
    expect(printed).toMatch(/\n\n… and [\d,]+ more rows that found no room here\.\n$/u);
    expect(printed).not.toMatch(/--- \|\n\n/u);
  });

  it("keeps to any limit in bytes, and never cuts a line", () => {
    for (let limit = 0; limit < 150_000; limit = Math.ceil(limit * 1.2) + 37) {
      const printed = summary(all, limit);
      expect(Buffer.byteLength(printed)).toBeLessThanOrEqual(limit);
      for (const line of printed.split("\n")) expect(line.startsWith("… and ") || whole.has(line)).toBe(true);
    }
  });

  it("uses the room that it has", () => {
    const size = Buffer.byteLength(summary(all));
    expect(summary(all, size)).toBe(summary(all));
    expect(summary(all, size - 1)).not.toBe(summary(all));
    expect(Buffer.byteLength(summary(all, 50_000))).toBeGreaterThan(48_000);
  });

  it("stays below what the runner takes, unless told otherwise", () => {
    const changes = many(20_000).map((index) => change({ namespace: `apps-${index}` }));
    const size = Buffer.byteLength(summary(report({ changes })));
    expect(size).toBeLessThanOrEqual(1_048_576);
    expect(size).toBeGreaterThan(1_040_000);
  });
});
