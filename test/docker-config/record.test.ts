import { describe, expect, it } from "vitest";
import { readRecord, writeRecord } from "../../src/docker-config/record.ts";
import type { LoginRecord } from "../../src/docker-config/record.ts";

const RECORD: LoginRecord = {
  version: 1,
  key: "ab",
  original: null,
  mode: null,
  madeBelow: "/home/me",
  pending: ["2"],
  logins: [{ id: "1", entries: [{ registry: "hub", key: "r", before: "{}", digest: "cd" }] }],
};

describe("a record of logins", () => {
  it("is read as it was written", () => {
    expect(readRecord(writeRecord(RECORD), "x")).toEqual(RECORD);
  });

  it.each([
    ["is no JSON", "{"],
    ["is of a newer version", { ...RECORD, version: 2 }],
    ["has no key", { ...RECORD, key: undefined }],
    ["has another mode", { ...RECORD, mode: "0600" }],
    ["has a login without an id", { ...RECORD, logins: [{ entries: [] }] }],
    ["has an entry without a digest", { ...RECORD, logins: [{ id: "1", entries: [{ registry: "a", key: "b" }] }] }],
    ["has something else pending", { ...RECORD, pending: [1] }],
  ])("that %s is refused", (_, record) => {
    const text = typeof record === "string" ? record : JSON.stringify(record);
    expect(() => readRecord(text, "/d/regcred-login.json")).toThrow(
      expect.objectContaining({
        code: "bad-docker-config",
        message: expect.stringMatching(/^\/d\/regcred-login\.json is not as/),
      }),
    );
  });
});
