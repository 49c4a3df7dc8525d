import { describe, expect, it } from "vitest";
import type { RegistryLogin } from "../../src/model.ts";
import { renderJson } from "../../src/report/index.ts";
import { at, check, report, text } from "./sample.ts";

const DONE = { status: "done", reason: null } as const;
const HUB: RegistryLogin = { registry: "docker-hub", keys: ["https://index.docker.io/v1/"], ...DONE };
const TEAM: RegistryLogin = { registry: "team", keys: ["r.example.com/team", "r.example.com"], ...DONE };

describe("the text of a login", () => {
  it("has one line for each registry, with what was written or why not", () => {
    const refused: RegistryLogin = { registry: "quay", keys: [], status: "failed", reason: "unauthorized" };
    const stuck: RegistryLogin = { registry: "lake", keys: [], status: "failed", reason: "not-written" };
    const logins = [HUB, TEAM, refused, stuck];
    expect(text(report({ command: "login", ok: false, logins, dockerConfig: "/d" }))).toBe(`\
✔  docker-hub  https://index.docker.io/v1/
✔  team        r.example.com/team, r.example.com
✖  quay        not written: unauthorized
✖  lake        not written

✖ wrote the credentials of 2 of 4 registries to /d/config.json, unchecked
`);
  });

  it("stands below the checks, where there are some", () => {
    const checks = [check({ name: "docker-hub" })];
    const shown = text(report({ command: "login", logins: [HUB], checks, dockerConfig: "/d" }));
    expect(shown).toMatch(/status +registry[\s\S]+✔ ok +docker-hub[\s\S]+\n✔ {2}docker-hub +https:/);
    expect(shown).toContain("1 of 1 registry may pull; logged in to 1 registry: /d/config.json\n");
  });

  it("says when there was nothing to do", () => {
    expect(text(report({ command: "login", logins: [] }))).toBe("✔ no registry needs a login\n");
    expect(text(report({ command: "logout", logins: [] }))).toBe("✔ no login is recorded: nothing to undo\n");
  });

  it("puts the warnings and errors below", () => {
    const warnings = [{ code: "credential-helper", message: "docker does not see it", location: at(5) }] as const;
    expect(text(report({ command: "login", logins: [HUB], warnings }))).toMatch(/v1\/\n\nwarning: .+docker does not/);
  });
});

describe("the text of a logout", () => {
  it("says what is as before, and what somebody else has changed", () => {
    const logins: readonly RegistryLogin[] = [
      HUB,
      { registry: "quay", keys: [], status: "changed", reason: null },
      { ...TEAM, status: "changed", keys: ["r.example.com"] },
    ];
    expect(text(report({ command: "logout", logins }))).toBe(`\
✔  docker-hub  https://index.docker.io/v1/
▲  quay        changed by somebody else since, and left as it is
▲  team        r.example.com; the rest changed by somebody else since, and left as it is

✔ logged out of 2 registries
`);
  });
});

describe("the document of a login", () => {
  it("has the checks only where there were some", () => {
    const bare = JSON.parse(renderJson(report({ command: "login", logins: [HUB], dockerConfig: "/d" })));
    expect(bare).toMatchObject({ logins: [{ registry: "docker-hub", keys: HUB.keys }], dockerConfig: "/d" });
    expect(bare).not.toHaveProperty("checks");
    expect(JSON.parse(renderJson(report({ command: "login", checks: [] })))).toMatchObject({
      checks: [],
      dockerConfig: null,
    });
  });

  it("tells why nothing was written, and for a logout what was left as somebody else changed it", () => {
    const rows = (command: "login" | "logout", row: RegistryLogin): unknown =>
      JSON.parse(renderJson(report({ command, logins: [row] }))).logins;
    const refused: RegistryLogin = { registry: "quay", keys: [], status: "failed", reason: "unauthorized" };
    expect(rows("login", refused)).toEqual([refused]);
    const changed: RegistryLogin = { registry: "quay", keys: [], status: "changed", reason: null };
    expect(rows("logout", changed)).toEqual([changed]);
  });
});
