import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { decryptSops as sopsAgeDecrypt } from "sops-age";
import { describe, expect, it } from "vitest";
import { decryptSops, seal } from "../../src/encrypt/index.ts";
import { identitiesOf, manifest, vector, vectorIdentities } from "./fixtures.ts";

const NOW = new Date("2026-11-21T12:34:56.789Z");

/** What cannot be the same twice: ciphertext, the lines of age files, the time. */
function withoutCiphertext(text: string): string {
  return text
    .replaceAll(/ENC\[[^\]]*\]/g, "ENC")
    .replaceAll(/(BEGIN AGE ENCRYPTED FILE-----\n)(?: +[A-Za-z0-9+/=]+\n)+/g, "$1")
    .replace(/lastmodified: .*/, "lastmodified: T");
}

interface PlainSecret {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

function isPlainSecret(value: unknown): value is { metadata: PlainSecret } {
  return typeof value === "object" && value !== null && "metadata" in value;
}

describe("seal", () => {
  it("writes, ciphertext aside, the very bytes that sops writes, for every string that is hard to quote", async () => {
    const [identity] = await vectorIdentities();
    const plain: unknown = JSON.parse(vector("secret.json"));
    if (!isPlainSecret(plain) || identity === undefined) throw new Error("no vector");
    const { labels, annotations } = plain.metadata;
    const sealed = await seal(manifest([identity.recipient], { labels, annotations }), NOW);
    expect(withoutCiphertext(sealed.text)).toBe(withoutCiphertext(vector("secret.sops.yaml")));
  });

  it("says when, to the second and in quotes, as the MAC is bound to it", async () => {
    const [identity] = await vectorIdentities();
    const sealed = await seal(manifest([identity?.recipient ?? ""]), NOW);
    expect(sealed.path).toBe("apps/regcred.sops.yaml");
    expect(sealed.text).toContain('\n    lastmodified: "2026-11-21T12:34:56Z"\n    mac: ENC[');
  });

  it("sorts labels and annotations, and leaves out the maps that are empty", async () => {
    const [identity] = await vectorIdentities();
    const labels = { b: "2", a: "1" };
    const { text } = await seal(manifest([identity?.recipient ?? ""], { labels }), NOW);
    expect(text).toContain('    labels:\n        a: "1"\n        b: "2"\ntype:');
    expect(text).not.toContain("annotations");
  });

  it("gives every recipient an age file of its own, post-quantum ones too", async () => {
    const identities = await vectorIdentities();
    const sealed = await seal(manifest(identities.map(({ recipient }) => recipient)), NOW);
    expect(sealed.text.match(/- enc: \|\n {12}-----BEGIN/g)).toHaveLength(2);
    for (const identity of identities) {
      const document = await decryptSops(Buffer.from(sealed.text), "x", [identity]);
      expect(document.get("data..dockerconfigjson").reveal()).toBe("eyJhdXRocyI6e319");
    }
  });

  it("never writes the same ciphertext twice", async () => {
    const [identity] = await vectorIdentities();
    const same = manifest([identity?.recipient ?? ""]);
    const [first, second] = [await seal(same, NOW), await seal(same, NOW)];
    const line = /dockerconfigjson: (ENC.*)/;
    expect(line.exec(first.text)?.[1]).toMatch(/^ENC\[AES256_GCM,data:/);
    expect(line.exec(first.text)?.[1]).not.toBe(line.exec(second.text)?.[1]);
    expect(first.text).not.toContain("eyJhdXRocyI6e319");
  });

  it("leaves an empty value empty, as sops does", async () => {
    const [identity] = await vectorIdentities();
    const labels = { data: "" };
    const { text } = await seal(manifest([identity?.recipient ?? ""], { labels }), NOW);
    expect(text).toContain('        data: ""\n');
    const document = await decryptSops(Buffer.from(text), "x", await vectorIdentities());
    expect(document.get("metadata.labels.data").reveal()).toBe("");
  });

  it("can be read by an independent reader of the format", async () => {
    const secretKey = await generateX25519Identity();
    const recipient = await identityToRecipient(secretKey);
    const sealed = await seal(manifest([recipient], { labels: { data: "sealed as sops has it" } }), NOW);
    expect(sealed.text).toMatch(/ {8}data: ENC\[/);
    const value: unknown = await sopsAgeDecrypt(sealed.text, { secretKey, fileType: "yaml" });
    expect(value).toMatchObject({
      metadata: { name: "regcred", labels: { data: "sealed as sops has it" } },
      data: { ".dockerconfigjson": "eyJhdXRocyI6e319" },
    });
  });

  it("keeps half a surrogate pair from breaking the MAC", async () => {
    const [identity] = await vectorIdentities();
    const { text } = await seal(manifest([identity?.recipient ?? ""], { annotations: { a: "x\ud800y" } }), NOW);
    const document = await decryptSops(Buffer.from(text), "x", await vectorIdentities());
    expect(document.get("metadata.annotations.a").reveal()).toBe("x\ufffdy");
  });

  it("keeps line separators, merge signs and tabs before several lines, which go-yaml itself would not", async () => {
    const [identity] = await vectorIdentities();
    const annotations = { separators: "a\u2028b\u2029", merge: "<<", tab: "\tx\ny", "two\nlines": "x" };
    const { text } = await seal(manifest([identity?.recipient ?? ""], { annotations }), NOW);
    expect(text).toContain('separators: "a\\Lb\\P"');
    expect(text).toContain('tab: "\\tx\\ny"');
    const document = await decryptSops(
      Buffer.from(text),
      "x",
      await identitiesOf({ SOPS_AGE_KEY: identity?.secret.reveal() ?? "" }),
    );
    for (const [key, value] of Object.entries(annotations))
      expect(document.get(`metadata.annotations.${key}`).reveal()).toBe(value);
  });
});
