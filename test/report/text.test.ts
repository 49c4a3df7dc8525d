import pc from "picocolors";
import { describe, expect, it } from "vitest";
import type { Problem } from "../../src/errors.ts";
import { at, change, check, report, text } from "./sample.ts";

const HARBOR = check({
  ...{ name: "harbor", type: "generic", host: "harbor.internal:8443", status: "unauthorized", stage: "token" },
  ...{ proved: "nothing", milliseconds: 1204, requests: 4, location: at(11) },
  message:
    "harbor.internal:8443 refused the login of robot$acme+ci, with 401 from https://harbor.internal:8443/service/token",
  hint: "most likely the robot was renewed: look at HARBOR_PASSWORD",
});

describe("the check table", () => {
  it("has a row for each credential, and below one that failed what happened and what to do", () => {
    const quay = { name: "quay", host: "quay.io", credential: "pullSecret", proved: "login", requests: 1 } as const;
    const checks = [
      check({ expiresAt: "2027-03-01T00:00:00Z" }),
      HARBOR,
      check({ ...quay, milliseconds: 220, expiresAt: "2026-11-20T00:00:00Z" }),
      check({ name: "gar", host: "europe-docker.pkg.dev", status: "skipped", proved: "nothing", requests: 0 }),
    ];
    const errors: Problem[] = [{ code: "check-failed", message: "harbor failed", location: at(11) }];
    expect(text(report({ command: "check", ok: false, checks, errors }))).toMatchInlineSnapshot(`
      "  status        registry            host                   proved     time  requests  expires
      ✔ ok            docker-hub          docker.io              pull      41 ms         3  in 99 days
      ✖ unauthorized  harbor              harbor.internal:8443   nothing   1.2 s         4
          harbor.internal:8443 refused the login of robot$acme+ci, with 401 from
          https://harbor.internal:8443/service/token
          hint: most likely the robot was renewed: look at HARBOR_PASSWORD
      ✔ ok            quay (pull secret)  quay.io                login    220 ms         1  1 day ago
      – skipped       gar                 europe-docker.pkg.dev  –             –         –

      ✖ 1 of 4 registries may pull, 1 without proof of pull, 1 skipped
      "
    `);
  });

  it("leaves out a column that is blank in every row", () => {
    expect(text(report({ command: "check", checks: [check()] }))).toMatchInlineSnapshot(`
      "  status  registry    host       proved   time  requests
      ✔ ok      docker-hub  docker.io  pull    41 ms         3

      ✔ 1 of 1 registry may pull
      "
    `);
  });

  it("gives way in the host, then in the name, when the terminal is narrow", () => {
    const long = check({ name: "a-registry-with-a-long-name", host: "123456789012.dkr.ecr.eu-west-1.amazonaws.com" });
    expect(text(report({ command: "check", checks: [long] }), { width: 80 })).toMatchInlineSnapshot(`
      "  status  registry               host                    proved   time  requests
      ✔ ok      a-registry…-long-name  1234567890…azonaws.com  pull    41 ms         3

      ✔ 1 of 1 registry may pull
      "
    `);
  });

  it("marks a failure that is only a warning, and does not say it again", () => {
    const warnings: Problem[] = [{ code: "check-failed", message: "harbor failed", location: at(11) }];
    expect(text(report({ command: "check", checks: [HARBOR], warnings }))).toMatchInlineSnapshot(`
      "  status        registry  host                  proved    time  requests
      ▲ unauthorized  harbor    harbor.internal:8443  nothing  1.2 s         4
          harbor.internal:8443 refused the login of robot$acme+ci, with 401 from
          https://harbor.internal:8443/service/token
          hint: most likely the robot was renewed: look at HARBOR_PASSWORD

      ✔ 0 of 1 registry may pull
      "
    `);
  });

  it("leaves it to the error to say why a credential could not be resolved", () => {
    const message = "the variable DOCKERHUB_TOKEN is not set";
    const unresolved = check({ status: "unresolved", stage: "resolve", proved: "nothing", requests: 0, message });
    const errors: Problem[] = [{ code: "variable-missing", message, location: at(9, 20) }];
    const printed = text(report({ command: "check", ok: false, checks: [unresolved], errors }));
    expect(printed.split(message)).toHaveLength(2);
    expect(printed).toContain(
      "\n\nerror: registries.yaml:9:20 the variable DOCKERHUB_TOKEN is not set [variable-missing]\n",
    );
    expect(text(report({ command: "check", ok: false, checks: [unresolved] }))).toContain(`\n    ${message}\n`);
  });

  it("tells more of each check when asked to", () => {
    const rateLimit = { limit: 200, remaining: 187, windowSeconds: 21_600 };
    const checks = [check({ rateLimit, message: "an anonymous token" }), { ...HARBOR, message: "refused", hint: "" }];
    expect(text(report({ command: "check", ok: false, checks }), { verbose: true })).toMatchInlineSnapshot(`
      "  status        registry    host                  proved    time  requests
      ✔ ok            docker-hub  docker.io             pull     41 ms         3
          an anonymous token
          reached stage pull, 187 of 200 pulls left in 6 hours
      ✖ unauthorized  harbor      harbor.internal:8443  nothing  1.2 s         4
          refused
          reached stage token

      ✖ 1 of 2 registries may pull
      "
    `);
  });
});

describe("the plan table", () => {
  const changes = [
    change(),
    change({
      ...{ namespace: "payments", action: "update", reason: "credential-changed" },
      registries: ["docker-hub", "quay", "gar", "github"],
    }),
    change({ namespace: "checkout", action: "hold", reason: "registry-failed", registries: ["harbor"] }),
    change({ namespace: "a", action: "keep", reason: "unchanged" }),
    change({ namespace: null, action: "update", reason: "content-changed", registries: [] }),
    change({ cluster: "edge", namespace: "shop", action: "remove", reason: "no-longer-wanted" }),
    change({ cluster: "edge", namespace: "till", action: "hold", reason: "no-longer-wanted" }),
    change({ cluster: "edge", namespace: "tools", action: "hold", reason: "unknown", registries: [] }),
    change({ cluster: "stage", action: "keep", reason: "unchanged" }),
    change({ cluster: "dev", action: "keep", reason: "unchanged" }),
    change({ cluster: "dev", namespace: null, action: "keep", reason: "unchanged" }),
  ];

  it("tells by cluster what happens to each file and why, and only counts what stays", () => {
    expect(text(report({ ok: false, changes, published: { kind: "directory", path: "." } }))).toMatchInlineSnapshot(`
      "prod-eu  pull-secrets/prod-eu/
        + create  apps/regcred.sops.yaml      new                 docker-hub
        ~ update  payments/regcred.sops.yaml  credential changed  docker-hub, quay and 2 more
        ! hold    checkout/regcred.sops.yaml  blocked by          harbor
        ~ update  kustomization.yaml          content changed
        = 1 unchanged

      edge  pull-secrets/edge/
        - remove  shop/regcred.sops.yaml      no longer wanted    docker-hub
        ! hold    till/regcred.sops.yaml      removal refused     docker-hub
        ! hold    tools/regcred.sops.yaml     not known as ours

      2 clusters  = 3 files unchanged

      ✖ 1 file created, 2 updated, 1 removed, 4 unchanged; 3 held
      "
    `);
  });

  it("names every registry that holds a file, with what its check found, however narrow the terminal", () => {
    const registries = ["harbor", "quay", "artifact-registry-of-production"];
    const held = change({ action: "hold", reason: "registry-failed", registries });
    const checks = [HARBOR, check({ name: "quay", status: "denied", message: "no right to pull" })];
    expect(text(report({ command: "plan", ok: false, changes: [held], checks }), { width: 72 })).toMatchInlineSnapshot(`
      "  status        registry  host                  proved    time  requests
      ✖ unauthorized  harbor    harbor.internal:8443  nothing  1.2 s         4
          harbor.internal:8443 refused the login of robot$acme+ci, with 401
          from https://harbor.internal:8443/service/token
          hint: most likely the robot was renewed: look at HARBOR_PASSWORD
      ✖ denied        quay      docker.io             pull     41 ms         3
          no right to pull

      prod-eu  pull-secrets/prod-eu/
        ! hold  apps/regcred.sops.yaml  blocked by  harbor (unauthorized),
                                                    quay (denied),
                                                    artifact-registry-of-production

      ✖ 0 of 2 registries may pull; 1 held
      "
    `);
  });

  it("lists what stays when asked to", () => {
    expect(text(report({ command: "plan", changes: changes.slice(8) }), { verbose: true })).toMatchInlineSnapshot(`
      "stage  pull-secrets/stage/
        = keep  apps/regcred.sops.yaml  unchanged  docker-hub

      dev  pull-secrets/dev/
        = keep  apps/regcred.sops.yaml  unchanged  docker-hub
        = keep  kustomization.yaml      unchanged  docker-hub

      ✔ 3 files unchanged
      "
    `);
  });

  it("folds a cluster in which nothing changes to one line", () => {
    const quiet = [change(), ...changes.slice(8, 9)];
    expect(text(report({ command: "plan", changes: quiet }))).toContain("\n\nstage  = 1 file unchanged\n\n");
  });

  it("leaves all to the summary when nothing changes anywhere", () => {
    expect(text(report({ changes: changes.slice(8) }))).toBe("✔ 3 files unchanged\n");
  });

  it("shows whole paths where the files of a cluster share no folder", () => {
    const apart = [change({ path: "one/apps/regcred.sops.yaml" }), change({ path: "two/apps/regcred.sops.yaml" })];
    expect(text(report({ command: "plan", changes: apart }))).toMatchInlineSnapshot(`
      "prod-eu
        + create  one/apps/regcred.sops.yaml  new  docker-hub
        + create  two/apps/regcred.sops.yaml  new  docker-hub

      ✔ 2 files to create
      "
    `);
  });
});

describe("the problems", () => {
  it("come with code, place, hint and line, warnings before errors", () => {
    const errors: Problem[] = [
      { code: "bad-value", message: "`harbr` is no type", hint: "did you mean `harbor`?", location: at(3, 11) },
      { code: "file-missing", message: "ca.crt is not there", location: { file: "other.yaml", line: 1, column: 1 } },
    ];
    const warnings: Problem[] = [{ code: "no-fingerprint-key", message: "nothing can be compared" }];
    const sources = new Map([["registries.yaml", "registries:\n  harbor:\n    type: harbr\n"]]);
    const all = report({ command: "validate", ok: false, errors, warnings });
    expect(text(all, { sources })).toMatchInlineSnapshot(`
      "warning: nothing can be compared [no-fingerprint-key]

      error: registries.yaml:3:11 \`harbr\` is no type [bad-value]
        hint: did you mean \`harbor\`?
        3 │     type: harbr
          │           ^

      error: other.yaml:1:1 ca.crt is not there [file-missing]

      ✖ 2 errors, 1 warning
      "
    `);
  });

  it("wrap at words, and leave a word whole that is too long", () => {
    const path = `pull-secrets/${"x".repeat(60)}`;
    const errors: Problem[] = [
      { code: "write-failed", message: `cannot write to ${path} now`, hint: `look at ${path}` },
    ];
    expect(text(report({ ok: false, errors }), { width: 40 })).toMatchInlineSnapshot(`
      "error: cannot write to
        pull-secrets/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
        now [write-failed]
        hint: look at
          pull-secrets/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx

      ✖ 1 error
      "
    `);
  });

  it("cannot speak to a workflow's runner, nor to the terminal", () => {
    const errors: Problem[] = [{ code: "check-failed", message: "x ::error::y ##[error]\u001b[31m", hint: "::stop" }];
    const printed = text(report({ ok: false, errors }), { width: 12 });
    expect(printed).not.toMatch(/^\s*::|##\[|\u001b/mu);
  });
});

describe("the summary", () => {
  it("says that a configuration is valid", () => {
    expect(text(report({ command: "validate" }))).toBe("✔ the configuration is valid\n");
  });

  it("says that there is nothing to do", () => {
    expect(text(report({ command: "plan" }))).toBe("✔ nothing to do\n");
  });

  it("counts a registry as able to pull only when each of its credentials proved it", () => {
    const checks = [check(), check({ credential: "pullSecret", proved: "login" })];
    expect(
      text(report({ command: "check", checks }))
        .split("\n")
        .at(-2),
    ).toBe("✔ 0 of 1 registry may pull, 1 without proof of pull");
  });
});

describe("the text", () => {
  const expiring = check({ expiresAt: "2026-12-03T12:00:00Z" });
  const all = report({
    ok: false,
    errors: [{ code: "held", message: "1 file is held", hint: "mend harbor" }],
    warnings: [{ code: "expiring", message: "docker-hub expires in 12 days", location: expiring.location }],
    checks: [expiring, HARBOR],
    changes: [
      change(),
      change({ path: "regcred.sops.yaml", namespace: null }),
      change({ cluster: "edge", action: "keep" }),
    ],
  });

  it("has colours only when they are asked for, in the same words", () => {
    const coloured = text(all, { colors: pc.createColors(true) });
    expect(coloured).toContain("\u001b[33min 12 days\u001b[39m");
    expect(coloured).toContain("\u001b[31m✖ unauthorized\u001b[39m");
    expect(coloured.replace(/\u001b\[\d+m/gu, "")).toBe(text(all));
  });

  it.each([40, 80, 120, Infinity])("has no trailing blanks at a width of %d, and ends with one newline", (width) => {
    expect(text(all, { width })).not.toMatch(/[ \t]$/mu);
    expect(text(all, { width })).toMatch(/[^\n]\n$/u);
  });

  it("cuts and wraps nothing at an endless width", () => {
    expect(text(all, { width: Infinity })).toContain(HARBOR.message);
  });
});
