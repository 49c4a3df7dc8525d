import { describe, expect, it } from "vitest";
import {
  entryOf,
  entryText,
  helperOf,
  parseDockerConfig,
  sameMeaning,
  withEntry,
  withoutEntry,
} from "../../src/docker-config/config.ts";

const parse = (text: string) => parseDockerConfig(Buffer.from(text), "/home/me/.docker/config.json");
const HUB = "https://index.docker.io/v1/";

describe("a docker config", () => {
  it.each(["{", "", "[]", "null", '"x"', '{"auths": []}', '{"auths": "x"}', '\ufeff{"auths":{}}', '{"a":1} x'])(
    "that docker could not read is refused, and never overwritten; an empty file is none: %j",
    (text) => {
      if (text === "") expect(parse(text)).toBe("{}");
      else
        expect(() => parse(text)).toThrow(
          expect.objectContaining({
            code: "bad-docker-config",
            exitCode: 2,
            message: expect.stringMatching(/config\.json .+ stays as it is/),
          }),
        );
    },
  );

  it.each(["[", '{"x":'])("that nests in thousands of %j is refused: nothing could be undone there", (open) => {
    const close = open === "[" ? "]" : "}";
    const text = `{"x":${open.repeat(5000)}1${close.repeat(5000)}}`;
    const message = expect.stringContaining("nests too deeply");
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: "bad-docker-config", message }));
  });

  it("that is not UTF-8 is refused", () => {
    expect(() => parseDockerConfig(Buffer.from([0x7b, 0xff, 0x7d]), "x")).toThrow(/no JSON mapping/);
  });

  it.each(["{}", '{"auths":null}', '{"auths": {}}', '{"credsStore":"x"}'])(
    "takes an entry where none is: %s",
    (text) => {
      const changed = withEntry(text, HUB, '{"auth":"eDp5"}');
      expect(JSON.parse(changed)).toEqual({ ...JSON.parse(text), auths: { [HUB]: { auth: "eDp5" } } });
      expect(entryOf(changed, HUB)).toBe('{"auth":"eDp5"}');
      expect(sameMeaning(withoutEntry(changed, HUB), text)).toBe(true);
    },
  );

  it("is laid out as docker does it, with tabs, where it is new", () => {
    const text = withEntry("{}", "r.example.com", entryText("{}", { auth: "eDp5" }));
    expect(text).toBe('{\n\t"auths": {\n\t\t"r.example.com": {\n\t\t\t"auth": "eDp5"\n\t\t}\n\t}\n}');
  });

  it("keeps its own style", () => {
    const text = '{\n  "auths": {\n    "a": {}\n  },\n  "HttpHeaders": {"x": 1.0}\n}\n';
    expect(withEntry(text, "r", entryText(text, { auth: "eDp5" }))).toBe(
      text.replace('"a": {}', '"a": {},\n    "r": {\n      "auth": "eDp5"\n    }'),
    );
  });

  it("does not take a member of another mapping for an entry", () => {
    const text = '{"credHelpers":{"r":"gcloud"},"auths":{"x":{"r":{}}}}';
    expect(entryOf(text, "r")).toBeNull();
    expect(withoutEntry(text, "r")).toBe(text);
    expect(JSON.parse(withEntry(text, "__proto__", "{}")).auths).toHaveProperty("x");
  });
});

describe("two texts", () => {
  it.each([
    ["12345678901234567890", "12345678901234567891"],
    ["1", '"1"'],
    ["1", "-1"],
    ["0.1", "0.10000000000000000001"],
    ["1e3", "1e4"],
    ['"1e0"', "1"],
    ['"a"', '"sa"'],
    ["1e400", "1e401"],
  ])("that hold %s and %s do not say the same", (one, other) => {
    expect(sameMeaning(`{"n":[${one}]}`, `{"n":[${other}]}`)).toBe(false);
  });

  it.each([
    ["1.50", "15e-1"],
    ["100", "1.0E+2"],
    ["0", "0.00e7"],
    ['"\\u0061"', '"a"'],
    ['{"a":1,"b":2}', '{ "b": 2, "a": 1.0 }'],
  ])("that hold %s and %s do", (one, other) => {
    expect(sameMeaning(`{"n":[${one}]}`, `{"n":[${other}]}`)).toBe(true);
  });
});

describe("a credential helper", () => {
  it.each([
    ["{}", null],
    ['{"credsStore":"osxkeychain"}', "osxkeychain"],
    ['{"credsStore":""}', null],
    ['{"credsStore":"pass","credHelpers":{"gcr.io":"gcloud"}}', "pass"],
    ['{"credsStore":"pass","credHelpers":{"r.example.com":"gcloud"}}', "gcloud"],
    ['{"credsStore":"pass","credHelpers":{"r.example.com":""}}', null],
    ['{"credHelpers":{"toString":"x"}}', null],
  ])("of %s answers with %s", (text, helper) => {
    expect(helperOf(text, "r.example.com")).toBe(helper);
  });
});
