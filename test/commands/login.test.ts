import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { undoLogin } from "../../src/commands/logout.ts";
import { pushImage } from "../../src/demo/push.ts";
import { startRegistry } from "../../src/demo/registry.ts";
import { RegcredError } from "../../src/errors.ts";
import { authOf, entry, HUB, openLoginScene } from "./login-scene.ts";
import type { LoginScene } from "./login-scene.ts";

const HUB_KEY = "https://index.docker.io/v1/";
const THERE =
  '{\n    "auths": {\n        "quay.example.com:8443": { "auth": "bWU6bWluZQ==" }\n    },\n    "x": 1.0\n}\n';

const DONE = { status: "done", reason: null } as const;

let scene: LoginScene;
let config: string;

beforeEach(() => {
  scene = openLoginScene();
  config = join(scene.docker, "config.json");
});
afterEach(() => scene.close());

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

function auths(path = config): unknown {
  return JSON.parse(readFileSync(path, "utf8")).auths;
}

/** A `config.json` that is there already. */
function given(text: string, mode = 0o640): void {
  mkdirSync(scene.docker, { recursive: true });
  writeFileSync(config, text);
  chmodSync(config, mode);
}

describe("regcred login", () => {
  it("writes every registry in one step, for the user alone, and logout leaves nothing", async () => {
    const { report, exitCode, loginId, folder } = await scene.login();
    expect({ exitCode, folder, errors: report.errors }).toEqual({ exitCode: 0, folder: scene.docker, errors: [] });
    expect(loginId).toMatch(/^[0-9a-f]{16}$/);
    expect(auths()).toEqual({
      [HUB_KEY]: authOf("hub-ci", "hub-secret-1"),
      "quay.example.com:8443": authOf("quay-ci", "quay:secret-ü"),
    });
    expect(report.logins).toEqual([
      { registry: "hub", keys: [HUB_KEY], ...DONE },
      { registry: "quay", keys: ["quay.example.com:8443"], ...DONE },
    ]);
    expect(report.checks).toBeUndefined();
    expect([modeOf(config), modeOf(scene.docker)]).toEqual(["600", "700"]);
    expect(scene.names()).toEqual(["config.json", "regcred-login.json"]);
    expect(modeOf(join(scene.docker, "regcred-login.json"))).toBe("600");
    expect(await scene.logout()).toMatchObject({ exitCode: 0, report: { ok: true, logins: report.logins } });
    expect(scene.names(scene.home)).toEqual([]);
  });

  it("keeps what is there, and logout brings back every byte and the permissions", async () => {
    given(THERE);
    await scene.login();
    expect(JSON.parse(readFileSync(config, "utf8"))).toMatchObject({ x: 1 });
    expect(readFileSync(config, "utf8")).toContain('\n    "x": 1.0\n}\n');
    expect(modeOf(config)).toBe("600");
    await scene.logout();
    expect(readFileSync(config, "utf8")).toBe(THERE);
    expect(modeOf(config)).toBe("640");
    expect(scene.names()).toEqual(["config.json"]);
  });

  it("leaves permissions alone that somebody else has set since", async () => {
    given(THERE);
    await scene.login();
    chmodSync(config, 0o644);
    await scene.logout();
    expect(modeOf(config)).toBe("644");
  });

  it.each([true, false])("follows a link as docker does, and undoes behind it (there before: %s)", async (there) => {
    const real = join(scene.home, "dotfiles", "docker.json");
    mkdirSync(join(scene.home, "dotfiles"));
    mkdirSync(scene.docker);
    if (there) writeFileSync(real, THERE);
    symlinkSync("../dotfiles/docker.json", config);
    await scene.login();
    expect(auths(real)).toHaveProperty([HUB_KEY]);
    expect(scene.names(join(scene.home, "dotfiles"))).toEqual(["docker.json"]);
    await scene.logout();
    expect(existsSync(real) ? readFileSync(real, "utf8") : null).toBe(there ? THERE : null);
    expect(scene.names()).toEqual(["config.json"]);
  });

  it("takes the folder of --docker-config, else of DOCKER_CONFIG, and makes and unmakes it", async () => {
    scene.variables.set("DOCKER_CONFIG", join(scene.home, "from/env"));
    await scene.login();
    expect(scene.names(join(scene.home, "from/env"))).toContain("config.json");
    const named = join(scene.home, "a/b/c");
    expect(await scene.login([], { dockerConfig: named })).toMatchObject({ folder: named, exitCode: 0 });
    await scene.logout(named);
    await scene.logout();
    expect(scene.names(scene.home)).toEqual([]);
    scene.variables.set("DOCKER_CONFIG", "").delete("HOME");
    expect(await scene.login()).toMatchObject({ exitCode: 2, folder: "", report: { errors: [{ code: "bad-usage" }] } });
  });

  it("writes the named registries alone, and refuses a name that is not there", async () => {
    await scene.login(["quay"]);
    expect(auths()).toEqual({ "quay.example.com:8443": authOf("quay-ci", "quay:secret-ü") });
    expect(await scene.login(["quay", "nobody"])).toMatchObject({
      exitCode: 2,
      loginId: null,
      report: { command: "login", errors: [{ code: "unknown-name" }] },
    });
  });

  it("wants a name where two registries have one key, and writes and reads nothing before", async () => {
    scene.configure(entry("quay", "r.example.com") + entry("other", "r.example.com"));
    const environment = {
      get: (name: string) => {
        if (name === "QUAY") throw new Error("read");
        return scene.variables.get(name);
      },
    };
    const { report, exitCode } = await scene.login([], {}, { environment });
    expect({ exitCode, codes: report.errors.map(({ code }) => code) }).toEqual({
      exitCode: 2,
      codes: ["same-host-twice"],
    });
    expect(scene.names(scene.home)).toEqual([]);
    expect((await scene.login(["quay"])).exitCode).toBe(0);
  });

  it("writes a path beside its host, for those who know only one of the two", async () => {
    scene.configure(entry("quay", "r.example.com/team"));
    const { report } = await scene.login();
    expect(report.logins).toMatchObject([{ keys: ["r.example.com/team", "r.example.com"] }]);
    expect(Object.keys(Object(auths()))).toEqual(["r.example.com/team", "r.example.com"]);
  });

  it("leaves out what needs no login, without an error", async () => {
    const open = "  open: { type: generic, host: o.example.com, auth: { anonymous: {} } }\n";
    scene.configure(open);
    expect(await scene.login()).toMatchObject({ exitCode: 0, loginId: null, report: { logins: [] } });
    expect(scene.names(scene.home)).toEqual([]);
    scene.configure(open + HUB);
    expect((await scene.login()).report.logins).toMatchObject([{ registry: "hub" }]);
  });

  it("goes on without what cannot be resolved, and writes nothing when that is all", async () => {
    scene.variables.delete("QUAY");
    const { report, exitCode } = await scene.login();
    expect({ exitCode, codes: report.errors.map(({ code }) => code) }).toEqual({
      exitCode: 1,
      codes: ["variable-missing"],
    });
    expect(report.logins).toEqual([
      { registry: "hub", keys: [HUB_KEY], ...DONE },
      { registry: "quay", keys: [], status: "failed", reason: "unresolved" },
    ]);
    expect(Object.keys(Object(auths()))).toEqual([HUB_KEY]);
    await scene.logout();
    expect(await scene.login(["quay"])).toMatchObject({ exitCode: 1, loginId: null });
    expect(scene.names(scene.home)).toEqual([]);
  });

  it("also takes a token that dies with the job, since no cluster gets it", async () => {
    scene.variables.set("HUB", `ghs_${"a".repeat(36)}`);
    expect((await scene.login(["hub"])).exitCode).toBe(0);
  });

  it("with --check writes only what passed", async () => {
    const users = { "quay-ci": { password: "quay:secret-ü", right: "push" }, "other-ci": { password: "p" } } as const;
    const registry = await startRegistry({ auth: "bearer", users });
    try {
      await pushImage(registry.host, "acme/api", { username: "quay-ci", password: "quay:secret-ü" });
      const more = ", tls: { plainHttp: true }, canary: acme/api:latest";
      scene.variables.set("OTHER", "wrong");
      scene.configure(entry("quay", registry.host, more) + entry("other", `${registry.host}/team`, more));
      const { report, exitCode } = await scene.login([], { check: true });
      expect(exitCode).toBe(1);
      expect(report.checks?.map(({ status }) => status)).toEqual(["ok", "unauthorized"]);
      expect(report.logins).toEqual([
        { registry: "quay", keys: [registry.host], ...DONE },
        { registry: "other", keys: [], status: "failed", reason: "unauthorized" },
      ]);
      expect(Object.keys(Object(auths()))).toEqual([registry.host]);
      expect(JSON.stringify(report)).not.toMatch(/secret-ü|c2VjcmV0/);
    } finally {
      await registry.stop();
    }
  });

  it("with --check has nothing against a right to push, since no cluster gets it", async () => {
    const access = [{ type: "repository", name: "acme/api", actions: ["pull", "push"] }];
    const token = ["{}", JSON.stringify({ access }), ""]
      .map((part) => Buffer.from(part).toString("base64url"))
      .join(".");
    const server = createServer(({ url = "", headers }, response) => {
      const challenge = `Bearer realm="http://${headers.host ?? ""}/token"`;
      if (url.startsWith("/token")) response.end(JSON.stringify({ token }));
      else if (headers.authorization === undefined) response.writeHead(401, { "www-authenticate": challenge }).end();
      else response.end("{}");
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    scene.configure(
      entry("quay", `127.0.0.1:${Object(server.address()).port}`, ", tls: { plainHttp: true }, canary: acme/api"),
    );
    const { report, exitCode } = await scene.login([], { check: true });
    server.close();
    expect({ exitCode, warnings: report.warnings }).toEqual({ exitCode: 0, warnings: [] });
    expect(report.checks).toMatchObject([{ canPush: true }]);
  });

  it("warns where a credential helper answers, and docker would not see the login", async () => {
    given('{"credsStore":"desktop","credHelpers":{"quay.example.com:8443":"","docker.io":""}}');
    const { report, exitCode } = await scene.login();
    expect(exitCode).toBe(0);
    expect(report.warnings).toMatchObject([
      {
        code: "credential-helper",
        message: expect.stringMatching(/^hub: .+ desktop .+docker\.io/),
        location: { line: 3 },
      },
    ]);
    await scene.logout();
    given('{"credHelpers":{"docker.io":"pass","index.docker.io":"pass"}}');
    expect((await scene.login()).report.warnings).toEqual([]);
  });
});

describe("a docker config that cannot be used", () => {
  it.each(["{", '{"auths":[]}'])("is refused before any secret is read, and stays: %s", async (text) => {
    given(text);
    const { report, exitCode } = await scene.login();
    expect(exitCode).toBe(2);
    expect(report.errors).toMatchObject([{ code: "bad-docker-config" }]);
    expect(readFileSync(config, "utf8")).toBe(text);
    expect(scene.names()).toEqual(["config.json"]);
  });

  it("is told of beside the checks when it cannot be written", async () => {
    for (const dockerConfig of ["/proc/regcred", join(scene.world.folder, "registries.yaml")]) {
      const { report, exitCode, loginId } = await scene.login([], { dockerConfig });
      expect({ exitCode, loginId, codes: report.errors.map(({ code }) => code) }).toEqual({
        ...{ exitCode: 1, loginId: null, codes: ["write-failed"] },
      });
      const failed = { keys: [], status: "failed", reason: "not-written" };
      expect(report.logins).toEqual([
        { registry: "hub", ...failed },
        { registry: "quay", ...failed },
      ]);
    }
  });

  it.each([
    ["", "it is empty"],
    ["~", "begins with `~`"],
    ["~/docker", "begins with `~`"],
  ])("is not what somebody meant by --docker-config=%j, of login or logout", async (dockerConfig, words) => {
    const refused = {
      exitCode: 2,
      report: { errors: [{ code: "bad-usage", message: expect.stringContaining(words) }] },
    };
    expect(await scene.login([], { dockerConfig })).toMatchObject(refused);
    expect(await scene.logout(dockerConfig)).toMatchObject(refused);
    expect([scene.names(scene.home), scene.names(scene.world.folder)]).toEqual([[], ["registries.yaml"]]);
  });

  it("lies behind a link into no folder: that is told before any secret is read", async () => {
    mkdirSync(scene.docker);
    symlinkSync("../none/docker.json", config);
    const { report, exitCode } = await scene.login();
    expect({ exitCode, logins: report.logins }).toEqual({ exitCode: 2, logins: undefined });
    expect(report.errors).toMatchObject([{ code: "bad-docker-config", message: /\/none, which is not there$/ }]);
    expect(scene.names(scene.home)).toEqual([".docker"]);
  });

  it("has a record that is not ours: nothing is undone, and nothing lost", async () => {
    given(THERE);
    writeFileSync(join(scene.docker, "regcred-login.json"), "{}");
    expect(await scene.login()).toMatchObject({ exitCode: 2, report: { errors: [{ code: "bad-docker-config" }] } });
    expect(await scene.logout()).toMatchObject({ exitCode: 2, report: { command: "logout" } });
    expect(readFileSync(config, "utf8")).toBe(THERE);
  });
});

describe("undoing", () => {
  it("of one login leaves the others, in whatever order", async () => {
    given(THERE);
    const first = await scene.login(["hub"]);
    const second = await scene.login();
    const undone = async () => await undoLogin(scene.docker, first.loginId ?? "", scene.world);
    expect(await undone()).toEqual({
      report: {
        ...{ version: 1, command: "logout", ok: true, errors: [], warnings: [], dockerConfig: scene.docker },
        logins: [{ registry: "hub", keys: [HUB_KEY], ...DONE }],
      },
      exitCode: 0,
    });
    expect(auths()).toEqual({
      [HUB_KEY]: authOf("hub-ci", "hub-secret-1"),
      "quay.example.com:8443": authOf("quay-ci", "quay:secret-ü"),
    });
    expect(await undone()).toMatchObject({ report: { logins: [] }, exitCode: 0 });
    await undoLogin(scene.docker, second.loginId ?? "", scene.world);
    expect(readFileSync(config, "utf8")).toBe(THERE);
  });

  it("touches nothing that somebody else changed, and says so", async () => {
    given(THERE);
    await scene.login();
    const changed = readFileSync(config, "utf8").replace(authOf("hub-ci", "hub-secret-1").auth, "Zm9vOmJhcg==");
    writeFileSync(config, changed);
    const { report } = await scene.logout();
    expect(report.logins).toMatchObject([
      { registry: "hub", keys: [], status: "changed", reason: null },
      { registry: "quay", keys: ["quay.example.com:8443"], ...DONE },
    ]);
    expect(auths()).toEqual({ "quay.example.com:8443": { auth: "bWU6bWluZQ==" }, [HUB_KEY]: { auth: "Zm9vOmJhcg==" } });
  });

  it("with nothing recorded does nothing, and makes no folder", async () => {
    expect(await scene.logout()).toMatchObject({ exitCode: 0, report: { ok: true, logins: [] } });
    expect(scene.names(scene.home)).toEqual([]);
    scene.variables.delete("HOME");
    expect(await scene.logout()).toMatchObject({ exitCode: 2, report: { errors: [{ code: "bad-usage" }] } });
  });

  it("takes away what those left who were killed while they waited", async () => {
    const waiting = join(scene.docker, "regcred-login.lock-999999999-0badc0de-1");
    mkdirSync(waiting, { recursive: true });
    utimesSync(waiting, 0, 0);
    expect(await scene.logout()).toMatchObject({ exitCode: 0, report: { logins: [] } });
    expect(scene.names()).toEqual([]);
  });

  it("can be prepared before anything is written, and an interruption comes in time", async () => {
    const announced: string[] = [];
    const announce = ({ folder, loginId }: { folder: string; loginId: string }): void => {
      announced.push(loginId);
      expect([folder, scene.names(scene.home)]).toEqual([scene.docker, []]);
    };
    const { loginId } = await scene.login([], { announce });
    expect(announced).toEqual([loginId]);
    await scene.logout();
    const check = (): never => {
      throw new RegcredError({ code: "interrupted", message: "stopped" }, { exitCode: 130 });
    };
    const interruption = { ...scene.world.interruption, check };
    expect(await scene.login([], {}, { interruption })).toMatchObject({ exitCode: 130, loginId: null });
    expect(scene.names(scene.home)).toEqual([]);
  });
});
