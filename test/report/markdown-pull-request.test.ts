import { describe, expect, it } from "vitest";
import type { Change, Report } from "../../src/model.ts";
import { commitMessage, renderPullRequest } from "../../src/report/index.ts";
import { at, change, check, report } from "./sample.ts";

const many = (number: number) => Array.from({ length: number }, (_, index) => index);
const CONFIGURATION = { configuration: "platform" };

function changing(...changes: readonly Partial<Change>[]): Report {
  return report({ changes: changes.map(change) });
}

function body(of: Report): string {
  return renderPullRequest(of, CONFIGURATION).body;
}

describe("the body of a pull request", () => {
  const all = report({
    ok: false,
    errors: [{ code: "foreign-file", message: "pull-secrets/edge/x.yaml is not ours", location: at(40) }],
    warnings: [
      { code: "can-push", message: "quay: this credential may also push", hint: "make one that may only pull" },
    ],
    checks: [
      check({ expiresAt: "2027-03-01T00:00:00Z" }),
      check({
        name: "harbor",
        status: "denied",
        proved: "login",
        message: "no right to pull acme/api",
        location: at(11),
      }),
    ],
    changes: [
      change({ namespace: "payments", action: "update", reason: "credential-changed", expiresAt: "2027-03-01" }),
      change({ namespace: "checkout", action: "hold", reason: "registry-failed", registries: ["harbor"] }),
      change({ namespace: null, action: "update", reason: "content-changed", registries: [] }),
      change({ cluster: "edge", action: "update", reason: "recipients-changed", registries: ["docker-hub", "quay"] }),
      change({ cluster: "edge", namespace: "shop", action: "keep", reason: "unchanged" }),
    ],
  });

  it("has all that a reviewer judges by", () => {
    expect(body(all)).toMatchInlineSnapshot(`
      "Made by regcred from the configuration \`platform\`.

      - 3 files
      - clusters: \`prod-eu\`, \`edge\`
      - namespaces: \`payments\`, \`apps\`
      - registries: \`docker-hub\`, \`quay\`

      > **After the merge:** an old credential stays readable in Git's history for whoever can decrypt it: revoke it at the registry.
      >
      > **Recipients changed:** whoever could decrypt before still reads the old versions. If a recipient was taken away, make new credentials at the registries.

      ### Cluster \`prod-eu\`

      in \`pull-secrets/prod-eu/\`

      | change | file | why | registries | expires |
      | --- | --- | --- | --- | --- |
      | ~ update | \`payments/regcred.sops.yaml\` | the credential changed | \`docker-hub\` | 2027-03-01 |
      | ~ update | \`kustomization.yaml\` | it lists other files |  |  |

      ### Cluster \`edge\`

      in \`pull-secrets/edge/\`; 1 unchanged

      | change | file | why | registries |
      | --- | --- | --- | --- |
      | ~ update | \`apps/regcred.sops.yaml\` | who can decrypt it changed | \`docker-hub\`, \`quay\` |

      ### Registries

      | status | registry | host | proved | expires | what happened, what to do |
      | --- | --- | --- | --- | --- | --- |
      | ✖ denied | \`harbor\` | \`docker.io\` | login only |  | no right to pull \`acme/api\` (\`registries.yaml:11:3\`) |
      | ✔ ok | \`docker-hub\` | \`docker.io\` | pull | 2027-03-01 |  |

      ### Held: these files keep what they had

      | cluster | file | why | held by |
      | --- | --- | --- | --- |
      | \`prod-eu\` | \`pull-secrets/prod-eu/checkout/regcred.sops.yaml\` | the credential is missing or failed its check | \`harbor\` (denied) |

      ### Errors

      - \`registries.yaml:40:3\` \`pull-secrets/edge/x.yaml\` is not ours (\`foreign-file\`)

      ### Warnings

      - quay: this credential may also push (\`can-push\`)<br>Hint: make one that may only pull

      ### What the diff does not show

      The pull secrets are encrypted for their clusters. The diff shows which files change and for whom they are encrypted, not the user names and passwords in them; the tables here say what was proved of each credential before it was encrypted.
      "
    `);
  });

  it("is the same whenever and however long the same was found", () => {
    const rateLimit = { limit: 200, remaining: 3, windowSeconds: 21_600 };
    const checks = all.checks?.map((row) => ({ ...row, milliseconds: 9999.9, requests: 8, rateLimit }));
    const published = { kind: "pull-request", number: 7, url: "https://x.example", branch: "b" } as const;
    expect(body({ ...all, checks, published: { ...published, operation: "created" } })).toBe(body(all));
  });

  it("asks to revoke what was replaced or removed, and what may have been", () => {
    const revoke =
      "an old credential stays readable in Git's history for whoever can decrypt it: revoke it at the registry";
    expect(body(changing({ action: "update", reason: "credential-changed" }))).toContain(revoke);
    expect(body(changing({ action: "remove", reason: "no-longer-wanted" }))).toContain(revoke);
    expect(body(changing({ action: "update", reason: "edited-by-hand" }))).toContain("where a credential changed too");
    for (const harmless of [
      change(),
      change({ action: "update", reason: "fingerprint-key-changed" }),
      change({ namespace: null, action: "update", reason: "content-changed" }),
      change({ action: "hold", reason: "no-longer-wanted" }),
    ])
      expect(body(report({ changes: [harmless] }))).not.toContain("history");
  });

  it("says so when only the locks change", () => {
    expect(body(report({ changed: true }))).toContain("the configuration `platform`: only the locks change");
  });

  it("names the first clusters and namespaces of many", () => {
    const opened = body(report({ changes: many(30).map((index) => change({ cluster: `c${index}` })) })).split("\n");
    expect(opened[3]).toBe("- clusters: `c0`, `c1`, `c2`, `c3`, `c4`, `c5`, `c6`, `c7`, `c8` and 21 more");
  });

  it("stays below what GitHub takes, with something of everything and the notes whole", () => {
    const words = "größer ".repeat(70);
    const huge = body({
      ...all,
      errors: many(200).map((index) => ({ code: "foreign-file", message: `${words}${index}`, hint: words })),
      warnings: many(200).map((index) => ({ code: "can-push", message: `${words}${index}` })),
      checks: many(500).map((index) => check({ name: `r${index}`, status: "denied", message: words, hint: words })),
      changes: many(3000).map((index) => change({ ...all.changes?.[index % 4], namespace: `apps-${index}` })),
    });
    expect(Buffer.byteLength(huge)).toBeLessThanOrEqual(65_536);
    expect(Buffer.byteLength(huge)).toBeGreaterThan(60_000);
    for (const part of ["### Cluster", "### Registries", "### Held", "### Errors", "### Warnings", "revoke it at"])
      expect(huge).toContain(part);
    expect(huge).toContain("### What the diff does not show");
  });
});

describe("the title of a pull request", () => {
  const title = (of: Report, configuration = "default") => renderPullRequest(of, { configuration }).title;
  const update = { action: "update", reason: "credential-changed" } as const;

  it("says what happens to how many pull secrets, and where", () => {
    const three = [update, { ...update, namespace: "b" }, { ...update, namespace: "c" }];
    expect(title(changing(...three, { namespace: null, ...update }))).toBe("regcred: update 3 pull secrets of prod-eu");
    expect(title(changing(update))).toBe("regcred: update 1 pull secret of prod-eu");
    const mixed = changing({ cluster: "a" }, update, { cluster: "b", action: "remove", reason: "no-longer-wanted" });
    expect(title(mixed)).toBe("regcred: create 1, update 1 and remove 1 pull secrets of a, prod-eu and b");
  });

  it("names the configuration unless it is the default one", () => {
    expect(title(changing(update), "platform")).toBe("regcred(platform): update 1 pull secret of prod-eu");
  });

  it("says what changes besides pull secrets", () => {
    expect(title(changing({ ...update, namespace: null }))).toBe("regcred: update kustomization.yaml of prod-eu");
    expect(title(report({ changed: true }))).toBe("regcred: update regcred.lock");
  });

  it("names clusters while they fit", () => {
    const clusters = many(40).map((index) => ({ ...update, cluster: `cluster-${index}-${"x".repeat(20)}` }));
    const long = title(changing(...clusters));
    expect(long).toMatch(/^regcred: update 40 pull secrets of cluster-0-x+, .* and \d+ more$/u);
    expect(long.length).toBeLessThanOrEqual(256);
    expect(long.length).toBeGreaterThan(200);
    expect(title(changing({ ...update, cluster: "x".repeat(300) }))).toBe("regcred: update 1 pull secret of 1 cluster");
  });

  it("leaves a name as Kubernetes has it, unless GitHub would take a part of it for a commit", () => {
    const named = (cluster: string) => title(changing({ cluster }));
    expect(named("feedback-2026.eu_west")).toMatch(/ of feedback-2026\.eu_west$/u);
    expect(named("team-deadbeef")).toMatch(/ of team-deadbe_ef$/u);
  });
});

describe("the message of a commit", () => {
  it("has a subject of at most 72 characters, and a line for each file", () => {
    const changes = [
      change({ action: "update", reason: "credential-changed" }),
      change({ cluster: "edge", action: "remove", reason: "no-longer-wanted" }),
      change({ action: "keep", reason: "unchanged" }),
      change({ namespace: "b", action: "hold", reason: "registry-failed" }),
    ];
    expect(commitMessage(report({ changes }), CONFIGURATION)).toEqual({
      subject: "regcred(platform): update 1 and remove 1 pull secrets of 2 clusters",
      body: [
        "update pull-secrets/prod-eu/apps/regcred.sops.yaml: the credential changed",
        "remove pull-secrets/edge/apps/regcred.sops.yaml: no longer wanted",
        "held, so not touched: 1 file",
      ].join("\n"),
    });
  });

  it("names the first fifty files of many", () => {
    const { body } = commitMessage(report({ changes: many(1254).map(() => change()) }), CONFIGURATION);
    expect(body.split("\n")).toHaveLength(51);
    expect(body).toMatch(/\nand 1,204 more$/u);
  });

  it("keeps its subject short when there is much to say", () => {
    const changes = many(30_000).map((index) =>
      change({
        cluster: `cluster-${index % 1000}`,
        action: (["create", "update", "remove"] as const)[index % 3] ?? "keep",
      }),
    );
    const { subject } = commitMessage(report({ changes }), { configuration: "x".repeat(100) });
    expect(subject).toBe("regcred: change 30,000 files");
  });
});
