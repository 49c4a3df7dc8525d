import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { generateHybridIdentity, generateX25519Identity, identityToRecipient } from "age-encryption";
import { parse } from "yaml";
import { afterAll, describe, expect, it } from "vitest";
import { decryptSops, seal } from "../../src/encrypt/index.ts";
import type { Manifest } from "../../src/model.ts";
import { Secret } from "../../src/secret.ts";
import { identitiesOf, manifest } from "../encrypt/fixtures.ts";

const NOW = new Date("2026-11-21T12:34:56Z");
const folder = mkdtempSync(join(tmpdir(), "regcred-sops-"));
const [one, two, hybrid] = [
  await generateX25519Identity(),
  await generateX25519Identity(),
  await generateHybridIdentity(),
];
const [oneRecipient, twoRecipient, hybridRecipient] = await Promise.all([one, two, hybrid].map(identityToRecipient));
const recipients = { one: oneRecipient ?? "", two: twoRecipient ?? "", hybrid: hybridRecipient ?? "" };

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a real tool in the folder of the suite; one that is missing, or that fails, throws. */
function run(tool: string, args: readonly string[], identity = one): string {
  const env = { PATH: process.env["PATH"], HOME: folder, SOPS_AGE_KEY: identity, NO_COLOR: "1" };
  return execFileSync(tool, args, { cwd: folder, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}

async function sealed(name: string, to: readonly string[], changes: Partial<Manifest> = {}): Promise<string> {
  return write(name, (await seal(manifest(to, changes), NOW)).text);
}

function text(name: string): string {
  return readFileSync(join(folder, name), "utf8");
}

/** The lines that a tool changed, without the ciphertext of an age file. */
function changedLines(before: string, after: string): readonly string[] {
  const old = new Set(before.split("\n"));
  return after.split("\n").filter((line) => !old.has(line) && !/^ {12}/.test(line));
}

function parsed(document: string): { metadata: Record<string, unknown>; data: Record<string, string> } {
  const value: unknown = JSON.parse(document);
  if (typeof value !== "object" || value === null || !("metadata" in value) || !("data" in value))
    throw new Error("no Secret");
  return { metadata: { ...Object(value.metadata) }, data: { ...Object(value.data) } };
}

describe("sops, on a file of ours,", () => {
  it.each(["one", "two", "hybrid"] as const)("decrypts it for recipient %s, MAC checked", async (name) => {
    const identity = { one, two, hybrid }[name];
    const file = await sealed("several.yaml", [recipients.one, recipients.two, recipients.hybrid]);
    expect(run("sops", ["-d", "--extract", '["data"][".dockerconfigjson"]', file], identity)).toBe("eyJhdXRocyI6e319");
    expect(parse(run("sops", ["-d", file], identity))).toMatchObject({ kind: "Secret", metadata: { name: "regcred" } });
  });

  it("says that it is encrypted", async () => {
    const file = await sealed("status.yaml", [recipients.one]);
    expect(JSON.parse(run("sops", ["filestatus", file]))).toEqual({ encrypted: true });
  });

  it("refuses it once something in it was edited, so that the MAC does check", async () => {
    const file = await sealed("edited.yaml", [recipients.one]);
    write(file, text(file).replace("kind: Secret", "kind: Secrets"));
    expect(() => run("sops", ["-d", file])).toThrow(/MAC mismatch/);
  });

  it("updates its keys, and changes nothing but the recipients", async () => {
    const file = await sealed("updatekeys.yaml", [recipients.one]);
    const before = text(file);
    write(".sops.yaml", `creation_rules:\n  - age: ${recipients.one},${recipients.two}\n`);
    run("sops", ["updatekeys", "--yes", file]);
    rmSync(join(folder, ".sops.yaml"));
    expect(changedLines(before, text(file))).toEqual([`          recipient: ${recipients.two}`]);
    expect(run("sops", ["-d", file], two)).toContain("eyJhdXRocyI6e319");
  });

  it("rotates its data key, and changes nothing but ciphertext and time", async () => {
    const annotations = { number: "1_000", yes: "y", long: "word ".repeat(40) + "end", lines: "a\nb\n", bell: "\x07" };
    const file = await sealed("rotate.yaml", [recipients.one], { annotations });
    const before = text(file);
    run("sops", ["rotate", "-i", file]);
    expect(changedLines(before, text(file)).map((line) => line.trim().split(":")[0])).toEqual([
      ".dockerconfigjson",
      "lastmodified",
      "mac",
    ]);
    const document = await decryptSops(Buffer.from(text(file)), file, await identitiesOf({ SOPS_AGE_KEY: one }));
    expect(document.get("metadata.annotations.lines").reveal()).toBe("a\nb\n");
  });

  it("sets a value, and leaves every other line", async () => {
    const file = await sealed("set.yaml", [recipients.one]);
    const before = text(file);
    run("sops", ["set", file, '["data"][".dockerconfigjson"]', '"bmV3"']);
    expect(changedLines(before, text(file)).map((line) => line.trim().split(":")[0])).toEqual([
      ".dockerconfigjson",
      "lastmodified",
      "mac",
    ]);
    const document = await decryptSops(Buffer.from(text(file)), file, await identitiesOf({ SOPS_AGE_KEY: one }));
    expect(document.get("data..dockerconfigjson").reveal()).toBe("bmV3");
  });

  it("encrypts what it decrypted to the same lines again", async () => {
    const file = await sealed("again.yaml", [recipients.one, recipients.hybrid], {
      annotations: { a: "0o7", b: "# x" },
    });
    const plain = write("plain.yaml", run("sops", ["-d", file]));
    const to = `${recipients.one},${recipients.hybrid}`;
    const again = run("sops", ["-e", "--age", to, "--encrypted-regex", "^(data|stringData)$", plain]);
    expect(changedLines(text(file), again).map((line) => line.trim().split(":")[0])).toEqual([
      ".dockerconfigjson",
      "lastmodified",
      "mac",
    ]);
    expect(again.split("\n")).toHaveLength(text(file).split("\n").length);
  });

  it("reads every string that a label or an annotation can hold as the string that it was", async () => {
    const strings = fc.array(awkward(), { minLength: 20, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(strings, strings, async (values, keys) => {
        const annotations = Object.fromEntries(values.map((value, index) => [`${keys[index] ?? ""}${index}`, value]));
        const file = await sealed("property.yaml", [recipients.one], { annotations });
        const { metadata } = parsed(run("sops", ["-d", "--output-type", "json", file]));
        expect(metadata["annotations"]).toEqual(annotations);
        const ours = await decryptSops(Buffer.from(text(file)), file, await identitiesOf({ SOPS_AGE_KEY: one }));
        for (const [key, value] of Object.entries(annotations))
          expect(ours.get(`metadata.annotations.${key}`).reveal()).toBe(value);
      }),
      { numRuns: 50, endOnFailure: true },
    );
  });

  it("would have written the same lines itself, whatever the strings", async () => {
    // What go-yaml cannot read back from its own hand, we write otherwise (src/encrypt/scalar.ts).
    const strings = fc.array(
      awkward().filter((value) => !/[\u2028\u2029]|^<<$|^\t[^]*\n/.test(value)),
      { minLength: 40, maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(strings, async (values) => {
        const annotations = Object.fromEntries(values.map((value, index) => [`k${index + 10}`, value]));
        const metadata = {
          name: "regcred",
          namespace: "apps",
          labels: { "app.kubernetes.io/managed-by": "regcred" },
          annotations,
        };
        const secret = {
          apiVersion: "v1",
          kind: "Secret",
          metadata,
          type: "kubernetes.io/dockerconfigjson",
          data: { ".dockerconfigjson": "x" },
        };
        const plain = write("secret.json", JSON.stringify(secret));
        const args = [
          "-e",
          "--age",
          recipients.one,
          "--encrypted-regex",
          "^(data|stringData)$",
          "--output-type",
          "yaml",
          plain,
        ];
        const theirs = run("sops", args).split("\ndata:")[0];
        expect(text(await sealed("same.yaml", [recipients.one], { annotations })).split("\ndata:")[0]).toBe(theirs);
      }),
      { numRuns: 50, endOnFailure: true },
    );
  });
});

/** Strings that YAML parsers disagree about, and any others. */
function awkward(): fc.Arbitrary<string> {
  const digits = fc.stringMatching(/^[-+]?(0[xob])?[0-9_:.eE+-]{1,12}$/);
  const dates = fc.stringMatching(
    /^20[0-9]{2}-[0-9]{1,2}-[0-9]{1,2}([Tt ][0-9]{1,2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,3})?Z?)?$/,
  );
  const words = fc.constantFrom(
    "y",
    "No",
    "~",
    "null",
    "TRUE",
    "<<",
    "=",
    ".inf",
    "",
    "---",
    "...",
    "1_000",
    "0o7",
    "*a",
    "&b",
    "@",
    "%x",
  );
  const marks = fc.string({
    unit: fc.constantFrom("a", " ", ":", "#", "-", "?", "'", '"', "\\", "\n", "\t", "[", "{", ",", "|", ">"),
    maxLength: 12,
  });
  return fc.oneof(
    digits,
    dates,
    words,
    marks,
    fc.string({ unit: "binary", maxLength: 30 }),
    fc.string({ unit: "grapheme", minLength: 60, maxLength: 120 }),
  );
}

/** What sops makes of a file of its own: 3.13.3 cannot read all that it writes (2026-11). */
function readBySops(encrypted: string): "reads" | "wrong-mac" | "fails" {
  const file = write(encrypted.startsWith("{") ? "encrypted.json" : "encrypted.yaml", encrypted);
  try {
    run("sops", ["-d", file]);
    return "reads";
  } catch (error) {
    if (!(error instanceof Error && "status" in error && typeof error.status === "number")) throw error;
    return error.message.includes("MAC mismatch") ? "wrong-mac" : "fails";
  }
}

describe("a file that sops wrote", () => {
  const variants: readonly (readonly [string, readonly string[]])[] = [
    ["YAML", ["--output-type", "yaml"]],
    ["JSON", ["--output-type", "json"]],
    ["YAML with the MAC over encrypted values only", ["--output-type", "yaml", "--mac-only-encrypted"]],
    ["YAML, encrypted by suffix", ["--output-type", "yaml", "--encrypted-suffix", "a"]],
  ];

  it.each(variants)("as %s is read by us, whatever it holds", async (_, args) => {
    const identities = await identitiesOf({ SOPS_AGE_KEY: one });
    const leaf = fc.oneof(
      awkward(),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
    );
    const key = fc.stringMatching(/^[a-z0-9_.-]{1,8}$/).filter((name) => name !== "sops");
    const values = fc.dictionary(
      key,
      fc.oneof(leaf, fc.array(leaf, { maxLength: 3 }), fc.dictionary(key, leaf, { maxKeys: 3 })),
      { minKeys: 1, noNullPrototype: true },
    );
    await fc.assert(
      fc.asyncProperty(values, async (value) => {
        const file = write("value.json", JSON.stringify(value));
        const encrypted = run("sops", ["-e", "--age", recipients.one, ...args, file]);
        const opened = decryptSops(Buffer.from(encrypted), "value", identities);
        const theirs = readBySops(encrypted);
        // It writes `null` for a text of several lines that starts with a tab, say, and refuses that; then so do we.
        if (theirs === "wrong-mac") await expect(opened).rejects.toMatchObject({ code: "sops-wrong-mac" });
        if (theirs === "fails") await opened.catch(() => undefined);
        if (theirs !== "reads") return;
        const document = await opened;
        for (const [name, item] of Object.entries(value))
          if (typeof item === "string" || typeof item === "boolean")
            expect(document.get(name).reveal()).toBe(String(item));
      }),
      { numRuns: 15, endOnFailure: true },
    );
  });

  it("for a post-quantum recipient is read by us", async () => {
    const file = write("hybrid.yaml", "harbor:\n    password: s3cret\n");
    const encrypted = run("sops", ["-e", "--age", recipients.hybrid, file]);
    const document = await decryptSops(Buffer.from(encrypted), file, await identitiesOf({ SOPS_AGE_KEY: hybrid }));
    expect(document.get("harbor.password").reveal()).toBe("s3cret");
  });
});

describe("the tools beside sops", () => {
  it("age opens each enc of a file of ours", async () => {
    const file = await sealed("age.yaml", [recipients.one, recipients.hybrid]);
    const encs = text(file).match(/-----BEGIN[\s\S]*?-----END AGE ENCRYPTED FILE-----/g) ?? [];
    expect(encs).toHaveLength(2);
    for (const [index, identity] of [one, hybrid].entries()) {
      write("keys.txt", `${identity}\n`);
      write("data-key.age", `${(encs[index] ?? "").replaceAll(/^ +/gm, "")}\n`);
      run("age", ["-d", "-i", "keys.txt", "-o", `data-key-${index}`, "data-key.age"]);
    }
    expect(readFileSync(join(folder, "data-key-0"))).toHaveLength(32);
    expect(readFileSync(join(folder, "data-key-0"))).toEqual(readFileSync(join(folder, "data-key-1")));
  });

  it("kustomize takes a directory of our files, and leaves what is sealed as it is", async () => {
    const wanted = manifest([]).wanted;
    for (const namespace of ["apps", "payments"])
      await sealed(`${namespace}.sops.yaml`, [recipients.one], {
        wanted: { ...wanted, namespace, recipients: [recipients.one] },
        annotations: { note: "0o7", lines: "a\nb" },
        dockerConfigJson: new Secret("e30="),
      });
    const list = ["apps", "payments"].map((name) => `  - ${name}.sops.yaml\n`).join("");
    write(
      "kustomization.yaml",
      `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n${list}`,
    );
    const built = run("kustomize", ["build", "."]);
    expect(built.match(/kind: Secret/g)).toHaveLength(2);
    const sealedValue = /dockerconfigjson: (ENC\S+)/.exec(text("apps.sops.yaml"))?.[1];
    expect(built).toContain(sealedValue);
    expect(built).toContain("mac: ENC[");
  });
});
