import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { entryOf, parseDockerConfig, sameMeaning, withEntry, withoutEntry } from "../../src/docker-config/config.ts";
import { addLogin, undoLogins } from "../../src/docker-config/ledger.ts";
import type { Ledger } from "../../src/docker-config/ledger.ts";
import { readRecord, writeRecord } from "../../src/docker-config/record.ts";
import { Secret } from "../../src/secret.ts";

const KEYS = ["https://index.docker.io/v1/", "r.example.com", "r.example.com/team", "localhost:5000"];
const ORIGINALS = [
  null,
  "",
  " \n",
  "{}",
  '{"auths":{}}\n',
  '{"auths":null, "x": 1.50}',
  '{"auths":{"r.example.com":{"auth":"bWU6bWluZQ=="},"o":{}},"credsStore":"pass"}',
  '{\r\n  "HttpHeaders": {"n": 12345678901234567890},\r\n  "auths": {\r\n    "localhost:5000": {"identitytoken": "t"} }\r\n}',
];

function open(original: string | null): Ledger {
  const encoded = original === null ? null : Buffer.from(original).toString("base64");
  const record = { version: 1, key: "ab".repeat(32), original: encoded, mode: 0o644, madeBelow: null } as const;
  const text = original === null ? null : parseDockerConfig(Buffer.from(original), "config.json");
  return { record: { ...record, pending: [], logins: [] }, text };
}

interface Login {
  readonly keys: readonly string[];
  readonly password: string;
}

function add(ledger: Ledger, id: string, { keys, password }: Login): Ledger {
  const next = addLogin(ledger, id, [
    { registry: `of-${id}`, keys, entry: { username: "me", password: new Secret(password) } },
  ]);
  // As it lies on the disk.
  return { ...next, record: readRecord(writeRecord(next.record), "record") };
}

/** What is there when only these logins were ever made, one after the other. */
function only(original: string | null, logins: readonly Login[]): string {
  return logins.reduce((ledger, login) => add(ledger, "x", login), open(original)).text ?? "{}";
}

/** Few passwords, so that two logins often write the same. */
const login = fc.record({
  keys: fc.subarray(KEYS, { minLength: 1 }),
  password: fc.constantFrom("a", "b", "mine"),
});
const original = fc.constantFrom(...ORIGINALS);

/** Logins and logouts in any order that makes sense: the numbers of logins, each twice; first it comes, then it goes. */
const story = fc
  .array(login, { minLength: 1, maxLength: 5 })
  .chain((logins) =>
    fc.tuple(
      fc.constant(logins),
      fc.shuffledSubarray([...logins.keys(), ...logins.keys()], { minLength: logins.length * 2 }),
    ),
  );

describe("logins that are undone", () => {
  it("leave what was there to the byte, whatever their order, and at every moment what the others would have made", () => {
    fc.assert(
      fc.property(original, story, (before, [logins, order]) => {
        let ledger = open(before);
        let active: number[] = [];
        for (const number of order) {
          const comes = !active.includes(number);
          active = comes ? [...active, number] : active.filter((other) => other !== number);
          ledger = comes
            ? add(ledger, `${number}`, logins[number] ?? { keys: [], password: "" })
            : undoLogins(ledger, [`${number}`]).ledger;
          const rest = active.flatMap((other) => logins[other] ?? []);
          if (active.length > 0) expect(sameMeaning(ledger.text ?? "{}", only(before, rest))).toBe(true);
          // When the last one goes, so does the record.
          else {
            expect(ledger.text).toBe(before);
            expect(ledger.record.logins).toEqual([]);
            ledger = open(before);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it("leave alone what somebody else changed in between, and take back the rest", () => {
    const foreign = fc.dictionary(
      fc.constantFrom(...KEYS, "new.example.com"),
      fc.option(fc.constant('{"auth":"Zm86"}')),
    );
    const logins = fc.array(login, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(original, logins, foreign, fc.infiniteStream(fc.nat()), (before, made, changes, random) => {
        let ledger = made.reduce((rest, each, index) => add(rest, `${index}`, each), open(before));
        let expected = before === null ? "{}" : parseDockerConfig(Buffer.from(before), "");
        for (const [key, entry] of Object.entries(changes)) {
          const change = (text: string) => (entry === null ? withoutEntry(text, key) : withEntry(text, key, entry));
          ledger = { ...ledger, text: change(ledger.text ?? "{}") };
          expected = change(expected);
        }
        const order = made.map((_, index) => ({ index, rank: random.next().value ?? 0 }));
        for (const { index } of order.sort((a, b) => a.rank - b.rank)) ledger = undoLogins(ledger, [`${index}`]).ledger;
        expect(sameMeaning(parseDockerConfig(Buffer.from(ledger.text ?? ""), ""), expected)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("say which entries somebody else changed", () => {
    const ledger = add(open("{}"), "1", { keys: KEYS.slice(0, 2), password: "a" });
    const changed = { ...ledger, text: withEntry(ledger.text ?? "", KEYS[1] ?? "", '{"auth":"Zm86"}') };
    const { undone, ledger: rest } = undoLogins(changed, ["1"]);
    expect(undone).toEqual([{ registry: "of-1", keys: [KEYS[0]], left: [KEYS[1]] }]);
    expect(JSON.parse(rest.text ?? "")).toEqual({ auths: { [KEYS[1] ?? ""]: { auth: "Zm86" } } });
  });

  it("know an entry that docker has written anew, in its own layout and order", () => {
    const ledger = add(open('{"auths":{"o":{"auth":"eDp5"}}}'), "1", { keys: ["r"], password: "a" });
    const { auths } = JSON.parse(ledger.text ?? "");
    const text = JSON.stringify({ credsStore: "pass", auths: { r: auths.r, o: auths.o } }, null, "\t");
    expect(JSON.parse(undoLogins({ ...ledger, text }, ["1"]).ledger.text ?? "")).toEqual({
      credsStore: "pass",
      auths: { o: { auth: "eDp5" } },
    });
  });

  it("set no number back that somebody else has changed beyond what JavaScript can tell apart", () => {
    const ledger = add(open('{"n": 12345678901234567890}'), "1", { keys: ["r"], password: "a" });
    const text = (ledger.text ?? "").replace("67890,", "67891,");
    expect(undoLogins({ ...ledger, text }, ["1"]).ledger.text).toBe('{"n": 12345678901234567891}');
  });

  it("bring no file back that somebody else has removed, and take none that they have made", () => {
    const ledger = add(open('{"auths":{}}'), "1", { keys: ["r"], password: "a" });
    expect(undoLogins({ ...ledger, text: null }, ["1"]).ledger.text).toBeNull();
    const made = add(open(null), "1", { keys: ["r"], password: "a" });
    const text = withEntry(made.text ?? "", "other", "{}");
    expect(entryOf(undoLogins({ ...made, text }, ["1"]).ledger.text ?? "", "other")).toBe("{}");
  });

  it("keep no plain digest of what they wrote, nor the same for one password twice, and no `auths` that was not there", () => {
    const one = add(open('{"x":1}'), "1", { keys: ["r"], password: "a" });
    const other = { ...open('{"x":1}'), record: { ...open(null).record, key: "cd".repeat(32) } };
    expect(one.record.logins[0]?.entries[0]?.digest).not.toBe(
      add(other, "1", { keys: ["r"], password: "a" }).record.logins[0]?.entries[0]?.digest,
    );
    const two = add(open("{}"), "1", { keys: KEYS.slice(0, 2), password: "a" });
    expect(new Set(two.record.logins[0]?.entries.map(({ digest }) => digest)).size).toBe(2);
    const text = (one.text ?? "").replace('"x":1', '"x":2');
    expect(undoLogins({ ...one, text }, ["1"]).ledger.text).toBe('{"x":2}');
  });
});
