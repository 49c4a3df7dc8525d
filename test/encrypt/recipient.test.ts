import { armor, Decrypter, generateHybridIdentity, generateX25519Identity, identityToRecipient } from "age-encryption";
import { describe, expect, it } from "vitest";
import { RegcredError } from "../../src/errors.ts";
import type { Problem } from "../../src/errors.ts";
import { parseRecipients } from "../../src/encrypt/index.ts";
import { wrapDataKey } from "../../src/encrypt/recipient.ts";
import { LOCATION } from "./fixtures.ts";

function problemsOf(list: readonly string[]): readonly Problem[] {
  try {
    parseRecipients(list, LOCATION);
    return [];
  } catch (error) {
    if (error instanceof RegcredError) return error.problems;
    throw error;
  }
}

describe("parseRecipients", () => {
  it("takes X25519 and post-quantum recipients, without blanks and repetitions", async () => {
    const one = await identityToRecipient(await generateX25519Identity());
    const two = await identityToRecipient(await generateHybridIdentity());
    expect(parseRecipients([` ${one}\n`, two, one], LOCATION)).toEqual([one, two]);
  });

  it("refuses a recipient with a mistyped letter, and says which", async () => {
    const good = await identityToRecipient(await generateX25519Identity());
    const bad = good.slice(0, -1) + (good.endsWith("q") ? "p" : "q");
    const [problem, ...others] = problemsOf([good, bad]);
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ code: "bad-recipient", location: LOCATION });
    expect(problem?.message).toContain(bad);
  });

  it("never shows a private key that was put in the place of a public one", async () => {
    const identity = await generateX25519Identity();
    const [problem] = problemsOf([identity]);
    expect(JSON.stringify(problem)).not.toContain(identity.slice(16, 40));
    expect(problem?.message).toContain("private key");
    const lower = identity.toLowerCase();
    for (const text of [lower, `age1x,${lower}`, `-----BEGIN OPENSSH PRIVATE KEY-----\n${lower}`])
      expect(JSON.stringify(problemsOf([text]))).not.toContain(lower.slice(16, 40));
  });

  it.each([
    ["ssh-ed25519 AAAAC3Nz", "SSH"],
    ["age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t", "plugin yubikey"],
    ["age1tag1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t", "plugin tag"],
    ["age1pq1qqqq", "mistyped"],
    ["AGE1QQQQ", "not an age recipient"],
    ["", "not an age recipient"],
    ["hello\u0007", "\\u0007"],
  ])("refuses %s by name", (text, name) => {
    expect(problemsOf([text])).toMatchObject([{ code: "bad-recipient" }]);
    expect(problemsOf([text])[0]?.message).toContain(name);
  });

  it("refuses a point with which everybody shares the same secret", () => {
    const low = "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z";
    expect(problemsOf([low])).toMatchObject([{ code: "bad-recipient" }]);
  });

  it("tells all that is wrong at once, and that an empty list is", () => {
    expect(problemsOf(["ssh-rsa AAAA", "nonsense"])).toHaveLength(2);
    expect(problemsOf([])).toMatchObject([{ code: "bad-recipient", message: "the list of recipients is empty" }]);
  });
});

describe("wrapDataKey", () => {
  it.each([
    ["X25519", generateX25519Identity],
    ["post-quantum", generateHybridIdentity],
  ])("makes an age file that age-encryption opens for a recipient that is %s", async (_, generate) => {
    const identity = await generate();
    const dataKey = crypto.getRandomValues(new Uint8Array(32));
    const file = await wrapDataKey(dataKey, await identityToRecipient(identity));
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    expect(await decrypter.decrypt(armor.decode(file))).toEqual(dataKey);
  });
});
