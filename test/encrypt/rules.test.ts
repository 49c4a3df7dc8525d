import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { describe, expect, it } from "vitest";
import { openRules } from "../../src/encrypt/index.ts";

const ONE = await identityToRecipient(await generateX25519Identity());
const TWO = await identityToRecipient(await generateX25519Identity());

async function recipientsFor(target: string, ...rules: readonly string[]): Promise<readonly string[]> {
  const text = `creation_rules:\n${rules.map((rule) => `  - ${rule}\n`).join("")}`;
  return (await openRules(text, ".sops.yaml"))(target);
}

describe("openRules", () => {
  it("takes the first rule that matches, searched for anywhere in the path", async () => {
    const rules = [`{ path_regex: 'prod/.*\\.yaml$', age: ${ONE} }`, `{ age: ${TWO} }`];
    expect(await recipientsFor("pull-secrets/prod/apps/x.yaml", ...rules)).toEqual([ONE]);
    expect(await recipientsFor("pull-secrets/edge/apps/x.yaml", ...rules)).toEqual([TWO]);
  });

  it("takes recipients as a list, separated by commas, or from the one key group", async () => {
    expect(await recipientsFor("x", `{ age: '${ONE}, ${TWO},' }`)).toEqual([ONE, TWO]);
    expect(await recipientsFor("x", `{ age: [${ONE}, ${TWO}] }`)).toEqual([ONE, TWO]);
    expect(await recipientsFor("x", `{ key_groups: [{ age: [${TWO}], hc_vault: [] }] }`)).toEqual([TWO]);
    expect(await recipientsFor("x", `{ key_groups: [], age: ${ONE}, shamir_threshold: 0, pgp: '' }`)).toEqual([ONE]);
  });

  it("reads expressions as RE2, not as JavaScript", async () => {
    expect(await recipientsFor("PROD/x", `{ path_regex: '(?i)prod', age: ${ONE} }`)).toEqual([ONE]);
    await expect(recipientsFor("x", `{ path_regex: '(?=x)', age: ${ONE} }`)).rejects.toMatchObject({
      code: "bad-sops-rules",
      problems: [{ location: { file: ".sops.yaml", line: 2, column: 5 } }],
    });
  });

  it("names the path and the rules tried when none matches", async () => {
    const none = recipientsFor(
      "clusters/x.yaml",
      `{ path_regex: prod, age: ${ONE} }`,
      `{ path_regex: ^edge, age: ${TWO} }`,
    );
    await expect(none).rejects.toMatchObject({
      code: "bad-sops-rules",
      message: '.sops.yaml cannot be used: no creation rule matches clusters/x.yaml; tried: "prod", "^edge"',
    });
    const empty = await openRules("creation_rules: []", "a");
    expect(() => empty("x")).toThrow("tried: none");
  });

  it.each([
    [`{ kms: 'arn:aws:kms:x', age: ${ONE} }`, "AWS KMS (kms)"],
    [`{ pgp: FBC7, age: ${ONE} }`, "PGP"],
    [`{ hc_vault_transit_uri: 'https://v', age: ${ONE} }`, "Vault"],
    [`{ gcp_kms: [projects/x], age: ${ONE} }`, "Google Cloud KMS"],
    [`{ azure_keyvault: 'https://v', age: ${ONE} }`, "Azure Key Vault"],
    [`{ shamir_threshold: 2, age: ${ONE} }`, "Shamir"],
    [`{ key_groups: [{ age: [${ONE}] }, { age: [${TWO}] }] }`, "2 key groups"],
    [`{ key_groups: [{ kms: [{ arn: x }] }] }`, "AWS KMS"],
    [`{ key_groups: [{ merge: [{ age: [${ONE}] }] }] }`, "merged"],
    [`{ key_groups: [x] }`, "no mapping"],
    [`{ encrypted_regex: x }`, "no age recipient"],
    [`x`, "no mapping"],
  ])("refuses %s by name", async (rule, name) => {
    await expect(recipientsFor("x", rule)).rejects.toMatchObject({ code: "bad-sops-rules" });
    await expect(recipientsFor("x", rule)).rejects.toThrow(name);
  });

  it("does not care what a rule that does not match uses", async () => {
    expect(await recipientsFor("x", "{ path_regex: other, kms: 'arn:x' }", `{ age: ${ONE} }`)).toEqual([ONE]);
  });

  it.each([
    ["creation_rules: [", "no valid YAML"],
    [`creation_rules: ${"[".repeat(300)}`, "nested too deeply"],
    ["stores: {}", "no list creation_rules"],
    ["- a", "no list creation_rules"],
  ])("refuses %j", async (text, reason) => {
    await expect(openRules(text, ".sops.yaml")).rejects.toThrow(reason);
  });

  it("refuses a recipient that is none, at its rule", async () => {
    await expect(recipientsFor("x", "{ age: age1nonsense }")).rejects.toMatchObject({
      code: "bad-recipient",
      problems: [{ location: { file: ".sops.yaml", line: 2, column: 5 } }],
    });
  });
});
