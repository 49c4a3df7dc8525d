import { Encrypter, armor, generateX25519Identity } from "age-encryption";
import { describe, expect, it } from "vitest";
import { decryptSops, seal } from "../../src/encrypt/index.ts";
import type { Identity } from "../../src/encrypt/identity.ts";
import { RegcredError } from "../../src/errors.ts";
import type { Problem } from "../../src/errors.ts";
import { identitiesOf, manifest, vector, vectorIdentities } from "./fixtures.ts";

const IDENTITIES = await vectorIdentities();

function open(text: string, identities: readonly Identity[] = IDENTITIES) {
  return decryptSops(Buffer.from(text), "secrets.sops.yaml", identities);
}

async function problemOf(opening: Promise<unknown>): Promise<Problem> {
  try {
    await opening;
  } catch (error) {
    if (error instanceof RegcredError) return error.problems[0];
    throw error;
  }
  throw new Error("it was read");
}

describe("the text `<<`", () => {
  it("is read with the tag that go-yaml gives it, encrypted or not", async () => {
    const document = await open(vector("merge.sops.yaml"));
    expect(document.get("text").reveal()).toBe("<<");
    expect(document.get("list_plain.0").reveal()).toBe("<<");
  });
});

/** Each value of `plain.yaml`, as `sops -d` shows it. */
const PLAIN = {
  "harbor.password": "s3cret",
  "harbor.user.name": "robot$acme",
  "harbor.empty": "",
  "harbor.list.0": "one",
  "harbor.list.1": "2",
  "harbor.list.2.name": "three",
  "data.1": "first",
  "data.2": "second",
  "plain.integer": "1000",
  "plain.octal": "511",
  "plain.hexadecimal": "31",
  "plain.float": "12.5",
  "plain.large": "10000000000000000000000",
  "plain.small": "0.0000000015",
  "plain.boolean": "true",
  "plain.string": "yes",
  "plain.quoted": "5",
  "plain.date": "2026-01-02T00:00:00Z",
  "plain.time": "2026-01-01T10:00:00.12+02:00",
  "plain.space": "2026-01-01T10:00:00.5Z",
  "plain.text": "two\nlines\n",
  "plain.unicode": "\u00fc\u{1f600}",
};

describe("decryptSops", () => {
  it.each([
    "default.sops.yaml",
    "default.sops.json",
    "hybrid.sops.yaml",
    "several.sops.yaml",
    "mac-only-encrypted.sops.yaml",
    "encrypted-regex.sops.yaml",
    "unencrypted-regex.sops.yaml",
    "encrypted-suffix.sops.yaml",
    "unencrypted-suffix.sops.yaml",
  ])("reads every value of %s, which sops wrote", async (name) => {
    const document = await open(vector(name));
    for (const [key, value] of Object.entries(PLAIN)) expect(document.get(key).reveal(), key).toBe(value);
  });

  it("reads files of several documents, whose MAC runs over all", async () => {
    const document = await open(vector("documents.sops.yaml"));
    expect(document.get("two").reveal()).toBe("second");
  });

  it("cannot be printed, though it holds secrets", async () => {
    const document = await open(vector("default.sops.yaml"));
    expect(JSON.stringify(document.get("harbor.password"))).toBe('"[secret]"');
  });

  it("names the nearest keys when there is none of that name, and shows no value", async () => {
    const document = await open(vector("default.sops.yaml"));
    const missing = (key: string) => problemOf(Promise.resolve().then(() => document.get(key)));
    expect(await missing("harbor.pasword")).toMatchObject({ code: "sops-key-missing" });
    expect((await missing("harbor.pasword")).hint).toContain("harbor.password");
    expect(await missing("harbor")).toMatchObject({ code: "sops-key-missing" });
    expect(await missing("harbor.nothing")).toMatchObject({ code: "sops-key-missing" });
    expect(await missing("harbor.list.9")).toMatchObject({ code: "sops-key-missing" });
    expect(JSON.stringify(await missing("plain"))).not.toContain("s3cret");
  });
});

describe("decryptSops refuses", () => {
  it("a file for somebody else, naming who can read it and where identities belong", async () => {
    const problem = await problemOf(open(vector("stranger.sops.yaml")));
    expect(problem.code).toBe("sops-no-identity");
    expect(problem.message).toMatch(/encrypted for age1[a-z0-9]+, and none of the age identities/);
    expect(problem.hint).toContain("SOPS_AGE_KEY");
    const nobody = await problemOf(open(vector("hybrid.sops.yaml"), []));
    expect(nobody.message).toMatch(/encrypted for age1pq1[a-z0-9]{17}…, and there is no age identity$/);
  });

  it("a file for many or unreadable recipients in one short line", async () => {
    const ages = ["age1a", '"age1b\\n::error::"', "age1c", "age1d"].map((name) => `{recipient: ${name}, enc: x}`);
    const text = `sops: {mac: x, lastmodified: '2026-01-01T00:00:00Z', age: [${ages.join(", ")}]}\n`;
    const { message } = await problemOf(open(text));
    expect(message).toContain("is encrypted for age1a, an unknown recipient, age1c and 1 more, and none");
  });

  it.each([
    ["a metadata value that was edited", /kind: Secret/, "kind: Secrets", "sops-wrong-mac"],
    ["a MAC that is gone", / {4}mac: .*\n/, "", "sops-wrong-mac"],
    ["a MAC of another time", /lastmodified: "2026/, 'lastmodified: "2027', "sops-wrong-mac"],
    ["a MAC that is no ciphertext", /mac: ENC.*/, "mac: ABC", "sops-wrong-mac"],
    ["a value that was cut", /(dockerconfigjson: ENC\[AES256_GCM,data:)..../, "$1", "sops-wrong-mac"],
    ["a tag that was cut", /(dockerconfigjson: .*,tag:)..../, "$1", "sops-wrong-mac"],
    ["a value moved to another key", / \.dockerconfigjson: ENC/, " .other: ENC", "sops-wrong-mac"],
    ["plaintext where ciphertext belongs", /dockerconfigjson: .*/, "dockerconfigjson: hello", "sops-malformed"],
    ["a number where ciphertext belongs", /dockerconfigjson: .*/, "dockerconfigjson: 5", "sops-malformed"],
    ["a value of an unknown type", /(dockerconfigjson: .*)type:str/, "$1type:blob", "sops-malformed"],
    ["a value that is not of its type", /(dockerconfigjson: .*)type:str/, "$1type:int", "sops-malformed"],
    ["a float that is none", /(dockerconfigjson: .*)type:str/, "$1type:float", "sops-malformed"],
    ["a boolean that is none", /(dockerconfigjson: .*)type:str/, "$1type:bool", "sops-malformed"],
    ["a time that is none", /(dockerconfigjson: .*)type:str/, "$1type:time", "sops-malformed"],
    ["a comment in the place of a value", /(dockerconfigjson: .*)type:str/, "$1type:comment", "sops-malformed"],
    ["two rules at once", /( {4}encrypted_regex)/, "    encrypted_suffix: x\n$1", "sops-malformed"],
    ["a rule that is no expression", /\^\(data\|stringData\)\$/, "(", "sops-malformed"],
    ["a time that is none in its block", /lastmodified: .*/, "lastmodified: soon", "sops-malformed"],
    ["a damaged data key", /(BEGIN AGE ENCRYPTED FILE-----\n +)..../, "$1AAAA", "sops-malformed"],
    ["an entry without its data key", /- enc: \|/, "- other: |", "sops-malformed"],
    ["an alias", /kind: Secret/, "kind: &k Secret\nother: *k", "sops-malformed"],
    ["a tag", /kind: Secret/, "kind: !!binary Secret", "sops-malformed"],
    ["the same key twice", /kind: Secret/, "kind: Secret\nkind: Secret", "sops-malformed"],
    ["a key that is no string", /kind: Secret/, "1: Secret", "sops-malformed"],
    ["a key that is a list", /kind: Secret/, "? [a]\n: Secret", "sops-malformed"],
    ["broken YAML", /kind: Secret/, "kind: [Secret", "sops-malformed"],
    ["key groups that are none", / {4}age:/, "    key_groups: [x]\n    ages:", "sops-malformed"],
  ])("%s", async (_, pattern, replacement, code) => {
    const { text } = await seal(manifest([IDENTITIES[0]?.recipient ?? ""]), new Date("2026-11-21T12:00:00Z"));
    const changed = text.replace(pattern, replacement);
    expect(changed).not.toBe(text);
    const problem = await problemOf(open(changed));
    expect(problem.code).toBe(code);
    expect(problem.location?.file).toBe("secrets.sops.yaml");
    expect(JSON.stringify(problem)).not.toContain("eyJhdXRocyI6e319");
  });

  it("two values of a list that changed places, which only the MAC can tell", async () => {
    const text = vector("default.sops.yaml").replace(/( {8}- ENC.*\n)((?: {8}- ENC.*\n)*)( {8}- ENC.*\n)/, "$3$2$1");
    expect(text).not.toBe(vector("default.sops.yaml"));
    expect((await problemOf(open(text))).code).toBe("sops-wrong-mac");
  });

  it.each([
    ["nothing", "", "no top-level key sops"],
    ["no mapping", "- a\n", "no mapping"],
    ["plaintext", "harbor: { password: x }\n", "was it ever encrypted"],
    ["a block that is none", "sops: yes\n", "its key sops is no mapping"],
    ["parentheses without end", `a: ${"[".repeat(1_000_000)}`, "nested too deeply"],
    ["mappings in mappings", `${"{a: ".repeat(150)}1${"}".repeat(150)}`, "nested too deeply"],
    [
      "too many recipients",
      `sops: {mac: x, age: [${"{recipient: a, enc: b},".repeat(257)}]}`,
      "more than 256 recipients",
    ],
    ["an entry too long", `sops: {mac: x, age: [{recipient: a, enc: ${"b".repeat(20_000)}}]}`, "sops.age is damaged"],
  ])("a file that holds %s", async (_, text, reason) => {
    const problem = await problemOf(open(text));
    expect(problem.code).toBe("sops-malformed");
    expect(problem.message).toContain(reason);
  });

  it("a file without a MAC, and says that it has none", async () => {
    const text = vector("default.sops.yaml").replace(/ {4}mac: .*\n/, "");
    expect((await problemOf(open(text))).message).toContain("it has no MAC");
  });

  it("bytes that are no text, and more than 5 MiB", async () => {
    expect((await problemOf(decryptSops(Uint8Array.of(0xff, 0xfe), "x", IDENTITIES))).code).toBe("sops-malformed");
    const large = Buffer.alloc(5 * 1024 * 1024 + 1, " ");
    expect((await problemOf(decryptSops(large, "x", IDENTITIES))).code).toBe("file-too-large");
  });

  it("what it does not know, by name", async () => {
    expect((await problemOf(open(vector("two-groups.sops.yaml")))).message).toContain("2 key groups");
    expect((await problemOf(open(vector("comment-regex.sops.yaml")))).message).toContain("encrypted_comment_regex");
    const kms = "a: b\nsops: {mac: x, lastmodified: '2026-01-01T00:00:00Z', kms: [{arn: a, enc: b}]}\n";
    expect((await problemOf(open(kms))).message).toContain("nobody with an age key");
  });

  it("a data key behind a passphrase, without running its scrypt", async () => {
    const encrypter = new Encrypter();
    encrypter.setPassphrase("x");
    encrypter.setScryptWorkFactor(2);
    const enc = armor.encode(await encrypter.encrypt(new Uint8Array(32))).replaceAll("\n", "\\n");
    const text = `sops: {mac: x, lastmodified: '2026-01-01T00:00:00Z', age: [{recipient: age1x, enc: "${enc}"}]}\n`;
    expect((await problemOf(open(text))).code).toBe("sops-no-identity");
  });

  it("a data key of another length", async () => {
    const encrypter = new Encrypter();
    encrypter.addRecipient(IDENTITIES[0]?.recipient ?? "");
    const enc = armor.encode(await encrypter.encrypt(new Uint8Array(16))).replaceAll("\n", "\\n");
    const text = `sops: {mac: x, lastmodified: '2026-01-01T00:00:00Z', age: [{recipient: age1x, enc: "${enc}"}]}\n`;
    expect((await problemOf(open(text))).code).toBe("sops-no-identity");
  });
});

describe("decryptSops", () => {
  it("takes one key group for the same as none, a time with an offset of nothing, and an entry under another's name", async () => {
    const secretKey = await generateX25519Identity();
    const [identity] = await identitiesOf({ SOPS_AGE_KEY: secretKey });
    const { text } = await seal(manifest([identity?.recipient ?? ""]), new Date());
    const block = /( {4}age:\n)([\s\S]*?)( {4}encrypted_regex)/;
    const grouped = text.replace(block, (_, age: string, entries: string, next: string) =>
      [
        "    key_groups:\n      - hc_vault: []\n    ",
        age,
        entries.replaceAll(/^/gm, "    ").trimEnd(),
        "\n",
        next,
      ].join(""),
    );
    const renamed = grouped
      .replace(/lastmodified: "(.*)Z"/, 'lastmodified: "$1+00:00"')
      .replace(identity?.recipient ?? "", "age1somebodyelse");
    const document = await open(renamed, identity === undefined ? [] : [identity]);
    expect(document.get("data..dockerconfigjson").reveal()).toBe("eyJhdXRocyI6e319");
  });
});
