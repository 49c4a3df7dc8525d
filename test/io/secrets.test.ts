import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RegcredError } from "../../src/errors.ts";
import { createClock } from "../../src/io/clock.ts";
import { createEnvironment } from "../../src/io/environment.ts";
import { createFiles } from "../../src/io/files.ts";
import { createSecretReader } from "../../src/io/secrets.ts";
import { Secret } from "../../src/secret.ts";
import { authority } from "./authority.ts";

const location = { file: "registries.yaml", line: 7, column: 3 };
let root = "";
let folder = "";
let decrypted = 0;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "regcred-secrets-"));
  folder = join(root, "repository", "config");
  await mkdir(folder, { recursive: true });
  decrypted = 0;
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

function reader(variables: Readonly<Record<string, string>> = {}, allowFiles: readonly string[] = []) {
  return createSecretReader({
    environment: { get: (name) => variables[name] },
    files: createFiles(),
    folder,
    root: join(root, "repository"),
    allowFiles,
    onRead: () => undefined,
    decrypt: (bytes, file) => {
      decrypted++;
      const text = Buffer.from(bytes).toString();
      if (text !== "sops")
        throw new RegcredError({ code: "sops-malformed", message: file, location: { file, line: 1, column: 1 } });
      return Promise.resolve({ get: (key) => new Secret(`${key}!\n`) });
    },
  });
}

describe("a secret", () => {
  it("is read from a variable, a file, or a SOPS file that is decrypted once", async () => {
    await writeFile(join(folder, "token"), "from file");
    await writeFile(join(folder, "s.yaml"), "sops");
    const secrets = reader({ TOKEN: "from variable" });
    expect((await secrets.secret({ from: "env", name: "TOKEN", location })).reveal()).toBe("from variable");
    expect((await secrets.secret({ from: "file", path: "./token", location })).reveal()).toBe("from file");
    const sops = { from: "sops", path: "s.yaml", location } as const;
    const both = await Promise.all([secrets.secret({ ...sops, key: "a" }), secrets.secret({ ...sops, key: "b" })]);
    expect(both.map((secret) => secret.reveal())).toEqual(["a!", "b!"]);
    expect(decrypted).toBe(1);
  });

  it("loses the line feeds at its end, which is said once, and nothing else", async () => {
    const secrets = reader({ UNIX: " a\nb \n", DOS: "c\r\n\r\n", BARE: "d" });
    const read = async (name: string, line: number) =>
      (await secrets.secret({ from: "env", name, location: { ...location, line } })).reveal();
    expect([await read("UNIX", 1), await read("UNIX", 1), await read("DOS", 2), await read("BARE", 3)]).toEqual([
      " a\nb ",
      " a\nb ",
      "c",
      "d",
    ]);
    expect(secrets.notes()).toMatchObject([
      { code: "trimmed", location: { line: 1 } },
      { code: "trimmed", location: { line: 2 } },
    ]);
  });

  it.each(["", "\n", " \t\r\n"])("that is %j is an error: nobody means it", async (value) => {
    const reading = reader({ TOKEN: value }).secret({ from: "env", name: "TOKEN", location });
    await expect(reading).rejects.toMatchObject({ code: "empty-secret", problems: [{ location }] });
    await writeFile(join(folder, "token"), value);
    await expect(reader().secret({ from: "file", path: "token", location })).rejects.toMatchObject({
      code: "empty-secret",
    });
  });

  it("that no variable holds names what a workflow has to say", async () => {
    await expect(reader().secret({ from: "env", name: "TOKEN", location })).rejects.toMatchObject({
      code: "variable-missing",
      problems: [{ location, hint: expect.stringContaining("`TOKEN: ${{ secrets.TOKEN }}` to the step under `env:`") }],
    });
  });

  it("that is no text is refused, and not shown", async () => {
    await writeFile(join(folder, "token"), Uint8Array.of(0x73, 0x33, 0xff));
    await expect(reader().secret({ from: "file", path: "token", location })).rejects.toMatchObject({
      code: "bad-secret",
    });
  });

  it("is nowhere in what an error shows", async () => {
    await writeFile(join(folder, "s.yaml"), "hunter2");
    const error: unknown = await reader()
      .secret({ from: "sops", path: "s.yaml", key: "a", location })
      .catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: "sops-malformed", problems: [{ location }] });
    expect(inspect(error, { depth: 10 })).not.toContain("hunter2");
  });

  it("hands on what is no error of ours", async () => {
    const broken = createSecretReader({
      environment: {
        get: () => {
          throw new TypeError("broken");
        },
      },
      files: createFiles(),
      folder,
      root,
      allowFiles: [],
      onRead: () => undefined,
      decrypt: () => Promise.reject(new Error("never")),
    });
    await expect(broken.secret({ from: "env", name: "A", location })).rejects.toThrow(TypeError);
  });
});

describe("a file of the configuration", () => {
  it("must not lie outside the repository, neither by its path nor by a symbolic link", async () => {
    await writeFile(join(root, "outside"), "x");
    await symlink(join(root, "outside"), join(folder, "link"));
    for (const path of ["../../outside", "link", join(root, "outside")])
      await expect(reader().secret({ from: "file", path, location })).rejects.toMatchObject({
        code: "path-escapes",
        problems: [{ location }],
      });
  });

  it("may lie elsewhere in the repository, or where it is allowed by name", async () => {
    await writeFile(join(root, "repository", "..data"), "inside");
    await writeFile(join(root, "outside"), "allowed");
    await symlink(join(root, "outside"), join(root, "alias"));
    expect((await reader().secret({ from: "file", path: "../..data", location })).reveal()).toBe("inside");
    const allowed = reader({}, [join(root, "alias"), join(root, "none")]);
    expect((await allowed.secret({ from: "file", path: "../../outside", location })).reveal()).toBe("allowed");
  });

  it.each([".git", ".GIT"])("must not lie under %s", async (name) => {
    await mkdir(join(root, "repository", name));
    await writeFile(join(root, "repository", name, "config"), "x");
    await symlink(join(root, "repository", name, "config"), join(folder, "link"));
    for (const path of [`../${name}/config`, "link"])
      await expect(reader().secret({ from: "file", path, location })).rejects.toMatchObject({ code: "forbidden-path" });
  });

  it("must be there, and be a regular file", async () => {
    await expect(reader().secret({ from: "file", path: "none", location })).rejects.toMatchObject({
      code: "file-missing",
      message: "none is not there",
    });
    const directory = { from: "file", path: ".", location } as const;
    await expect(reader().secret(directory)).rejects.toMatchObject({
      code: "file-not-regular",
      problems: [{ location }],
    });
  });
});

describe("a certificate", () => {
  const certificate = authority.good.cert.trim();
  const pem = `${authority.good.key}${certificate}\n`;

  it("is read from a file, a variable, or as it stands, without the key beside it", async () => {
    await writeFile(join(folder, "ca.pem"), `# ours\n${pem}${certificate}\n`);
    const secrets = reader({ CA: certificate });
    const two = `${certificate}\n${certificate}\n`;
    expect(pem).toContain("PRIVATE KEY");
    expect(await secrets.certificate({ from: "file", path: "ca.pem", location })).toBe(two);
    expect(await secrets.certificate({ from: "env", name: "CA", location })).toBe(`${certificate}\n`);
    expect(await secrets.certificate({ from: "pem", pem: two, location })).toBe(two);
  });

  it.each([
    ["nothing", ""],
    ["a key only", pem.replace(certificate, "")],
    ["a certificate that does not parse", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"],
    [
      "a second one that does not parse",
      `${certificate}\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----`,
    ],
  ])("is refused when there is %s", async (_, text) => {
    for (const source of [
      { from: "env", name: "CA" },
      { from: "pem", pem: text },
    ] as const)
      await expect(reader({ CA: text }).certificate({ ...source, location })).rejects.toMatchObject({
        code: "bad-certificate",
        problems: [{ location }],
      });
  });
});

describe("the ports of this process", () => {
  it("read its environment and its clocks", () => {
    process.env["REGCRED_TEST_VARIABLE"] = "set";
    expect(createEnvironment().get("REGCRED_TEST_VARIABLE")).toBe("set");
    expect(createEnvironment().get("REGCRED_TEST_NONE")).toBeUndefined();
    const clock = createClock();
    const before = clock.elapsed();
    expect(clock.elapsed()).toBeGreaterThanOrEqual(before);
    expect(Math.abs(clock.now().getTime() - Date.now())).toBeLessThan(1000);
  });
});
