import { generateHybridIdentity, generateX25519Identity, identityToRecipient } from "age-encryption";
import { describe, expect, it } from "vitest";
import { RegcredError } from "../../src/errors.ts";
import { identitiesOf, vectorPath } from "./fixtures.ts";

describe("readIdentities", () => {
  it("finds none in an empty environment, which is no error", async () => {
    expect(await identitiesOf({})).toEqual([]);
    expect(await identitiesOf({ SOPS_AGE_KEY: " \n# only a comment\n", SOPS_AGE_KEY_FILE: "" })).toEqual([]);
  });

  it("takes several from the variable, between blanks, lines and comments, and more from the file", async () => {
    const [one, two] = [await generateX25519Identity(), await generateHybridIdentity()];
    const found = await identitiesOf({
      SOPS_AGE_KEY: `# mine\n${one} ${two}\r\n`,
      SOPS_AGE_KEY_FILE: vectorPath("keys.txt"),
    });
    expect(found).toHaveLength(4);
    expect(found[0]?.recipient).toBe(await identityToRecipient(one));
    expect(found[1]?.recipient).toBe(await identityToRecipient(two));
    expect(JSON.stringify(found)).not.toContain("AGE-SECRET-KEY");
  });

  it.each([
    ["AGE-PLUGIN-YUBIKEY-1QQQQQQ", "plugin"],
    ["age1zuywftm54ypy43p4jn6ck3py0v6fqwyf2qdcl6zrjf", "public key"],
    ["-----BEGIN OPENSSH PRIVATE KEY-----", "PEM"],
    ["hunter2", "no age identity"],
    ["AGE-SECRET-KEY-1QQQQQQQQQQ", "mistyped"],
    ["AGE-SECRET-KEY-PQ-1QQQQQQQQQQ", "mistyped"],
  ])("refuses %s by name, without showing it", async (text, name) => {
    const error: unknown = await identitiesOf({ SOPS_AGE_KEY: text }).catch((cause: unknown) => cause);
    if (!(error instanceof RegcredError)) throw new Error("it was taken");
    expect(error.code).toBe("bad-identity");
    expect(error.message).toContain(name);
    expect(error.message).toContain("SOPS_AGE_KEY");
    expect(JSON.stringify(error.problems)).not.toContain(text.split("-1").at(-1));
  });

  it("says when the file that is named is not there", async () => {
    await expect(identitiesOf({ SOPS_AGE_KEY_FILE: "/nowhere/keys.txt" })).rejects.toMatchObject({
      code: "file-missing",
    });
  });
});
