import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { objectAt, valueText, withMember, withoutMember } from "../../src/docker-config/json-text.ts";

/** A text of the value in one of the layouts that people and programs use. */
const layouts = fc.constantFrom("\t", "  ", "    ", "", "\r\n");
const texts = fc
  .record({ value: fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true }), layout: layouts })
  .map(({ value, layout }) =>
    layout === "\r\n" ? JSON.stringify(value, null, 2).replaceAll("\n", "\r\n") : JSON.stringify(value, null, layout),
  );

describe("a member of an object in a JSON text", () => {
  it.each([
    ["{}", '{\n\t"k": 1\n}'],
    ["  {}\n", '  {\n  \t"k": 1\n  }\n'],
    ['{"a":1}', '{"a":1,"k":1}'],
    ['{\n  "a": 1\n}\n', '{\n  "a": 1,\n  "k": 1\n}\n'],
    ['{\r\n\t"a": 1,\r\n\t"b": {}\r\n}', '{\r\n\t"a": 1,\r\n\t"b": {},\r\n\t"k": 1\r\n}'],
    ['{\n    "a": [1, {"k": 2}]\n}', '{\n    "a": [1, {"k": 2}],\n    "k": 1\n}'],
  ])("comes last, in the style of the text: %j", (text, expected) => {
    expect(withMember(text, 0, "k", "1")).toBe(expected);
  });

  it("has the line ends of the text, also where it is the first or has lines of its own", () => {
    const text = '{\r\n  "auths": {}\r\n}\r\n';
    const value = valueText(text, { auth: "eDp5" }, 2);
    expect(value).toBe('{\r\n      "auth": "eDp5"\r\n    }');
    expect(withMember(text, text.indexOf("{}"), "k", value)).toBe(
      text.replace("{}", () => `{\r\n    "k": ${value}\r\n  }`),
    );
  });

  it("gets another value in its place, the last of several of its name", () => {
    expect(withMember('{"k": 1, "k" : [2], "z":{"k":3}}', 0, "k", '"new"')).toBe('{"k": 1, "k" : "new", "z":{"k":3}}');
  });

  it.each([
    ['{"k":1}', "{}"],
    ['{"a":1, "k":[{"k":"}"}]}', '{"a":1}'],
    ['{ "k": "\\"}", "a": 1 }', '{ "a": 1 }'],
    ['{"a":1}', '{"a":1}'],
  ])("goes with its comma: %s", (text, expected) => {
    expect(withoutMember(text, 0, "k")).toBe(expected);
  });

  it("changes nothing else, whatever the text is, and can be taken back", () => {
    fc.assert(
      fc.property(texts, fc.string(), fc.jsonValue(), (text, key, value) => {
        const before = Object.entries(Object(JSON.parse(text))).filter(([name]) => name !== key);
        const changed = withMember(text, 0, key, JSON.stringify(value));
        expect(new Map(Object.entries(Object(JSON.parse(changed))))).toEqual(
          new Map([...before, [key, JSON.parse(JSON.stringify(value))]]),
        );
        expect(Object.entries(Object(JSON.parse(withoutMember(changed, 0, key))))).toEqual(before);
        const { members } = objectAt(text, 0);
        if (members.length > 0 && members.every((member) => member.key !== key))
          expect(withoutMember(changed, 0, key)).toBe(text);
      }),
    );
  });

  it("is found behind strings of a megabyte, and numbers that JavaScript cannot hold stay", () => {
    const text = `{"long":"${'\\"}'.repeat(400_000)}","n":12345678901234567890.10}`;
    expect(withMember(text, 0, "k", "1")).toBe(text.replace(/\}$/u, ',"k":1}'));
  });
});
