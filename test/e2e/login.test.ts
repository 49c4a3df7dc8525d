import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { documentOf, errorsOf, expectCivil, SECRET } from "./assertions.ts";
import { configuration, makeFolder, startRegistries, VARIABLES } from "./scene.ts";
import type { Folder, Registries } from "./scene.ts";

const THERE = '{\n\t"auths": {\n\t\t"ghcr.io": {\n\t\t\t"auth": "eDp5"\n\t\t}\n\t},\n\t"currentContext": "x"\n}';
const AUTH = Buffer.from(`ci:${SECRET}`).toString("base64");
const folders: Folder[] = [];
let registries: Registries;

beforeAll(async () => {
  registries = await startRegistries();
});
afterAll(async () => {
  for (const folder of folders) folder.remove();
  await registries.stop();
});

/** A folder with the configuration of the suite, which is also the home of the user. */
function scene(): Folder & { readonly env: Readonly<Record<string, string>>; readonly config: string } {
  const folder = makeFolder({ "registries.yaml": configuration(registries) });
  folders.push(folder);
  return { ...folder, env: { ...VARIABLES, HOME: folder.path }, config: join(folder.path, ".docker/config.json") };
}

function auths(config: string): unknown {
  return JSON.parse(readFileSync(config, "utf8")).auths;
}

describe("regcred login", () => {
  it("logs in to all registries, proves them first when asked to, and logout leaves nothing behind", async () => {
    const folder = scene();
    const { env, config, path } = folder;
    const login = await folder.run("login --check", { env });
    expectCivil(login);
    expect(login).toMatchObject({ exitCode: 0, stderr: "" });
    expect(login.stdout).toContain("2 of 2 registries may pull; logged in to 2 registries");
    expect(auths(config)).toEqual({ [registries.hub.host]: { auth: AUTH }, [registries.quay.host]: { auth: AUTH } });
    const logout = await folder.run("logout", { env });
    expectCivil(logout);
    expect(logout.stdout).toContain("✔ logged out of 2 registries\n");
    expect(existsSync(join(path, ".docker"))).toBe(false);
    expect((await folder.run("logout", { env })).stdout).toBe("✔ no login is recorded: nothing to undo\n");
  });

  it("keeps what is there, and logout brings back every byte", async () => {
    const folder = scene();
    const { env, config, path } = folder;
    mkdirSync(join(path, ".docker"));
    writeFileSync(config, THERE);
    const document = documentOf("login", await folder.run("login hub -o json", { env }));
    const done = { status: "done", reason: null };
    expect(document.logins).toEqual([{ registry: "hub", keys: [registries.hub.host], ...done }]);
    expect(document.dockerConfig).toBe(join(path, ".docker"));
    expect(readFileSync(config, "utf8")).toContain('"ghcr.io": {\n\t\t\t"auth": "eDp5"\n\t\t}');
    expect(documentOf("logout", await folder.run("logout -o json", { env })).logins).toEqual(document.logins);
    expect(readFileSync(config, "utf8")).toBe(THERE);
  });

  it("writes only what passed its check, goes on with the others, and exits 1", async () => {
    const folder = scene();
    const { env, config } = folder;
    const ended = await folder.run("login --check -o json", { env: { ...env, QUAY: `not-${SECRET}` } });
    expect(ended.exitCode).toBe(1);
    const document = documentOf("login", ended);
    expect(errorsOf(document)).toEqual([expect.stringMatching(/^check-failed /)]);
    expect(document.checks.map(({ status }) => status)).toEqual(["ok", "unauthorized"]);
    expect(auths(config)).toEqual({ [registries.hub.host]: { auth: AUTH } });
  });

  it.each([
    ["login nobody", "unknown-name"],
    ["login --check --cluster prod", "bad-usage"],
  ])("%s is refused with exit 2, and nothing is written", async (args, code) => {
    const folder = scene();
    const { env, path } = folder;
    const ended = await folder.run(`${args} -o json`, { env });
    expect(ended.exitCode).toBe(2);
    expect(documentOf("login", ended).errors.map((error) => error.code)).toEqual([code]);
    expect(existsSync(join(path, ".docker"))).toBe(false);
  });

  it("takes a config.json that is broken for what it is, and leaves it", async () => {
    const folder = scene();
    const { env } = folder;
    folder.write("d/config.json", "{ oops");
    const ended = await folder.run("login --docker-config d", { env });
    expectCivil(ended);
    expect(ended.exitCode).toBe(2);
    expect(ended.stdout.replaceAll(/\s+/g, " ")).toMatch(
      /d\/config\.json is no JSON mapping, .+\[bad-docker-config\] hint: /,
    );
    expect(folder.read("d/config.json")).toBe("{ oops");
  });

  it("loses nothing where two processes log in to one folder at the same time, twenty times", async () => {
    const folder = scene();
    const { env, config, path } = folder;
    for (let round = 0; round < 20; round++) {
      const both = await Promise.all([folder.run("login hub", { env }), folder.run("login quay", { env })]);
      expect(both.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
      expect(Object.keys(Object(auths(config))).sort()).toEqual([registries.hub.host, registries.quay.host].sort());
      expect((await folder.run("logout", { env })).exitCode).toBe(0);
      expect(existsSync(join(path, ".docker"))).toBe(false);
    }
  });
});
