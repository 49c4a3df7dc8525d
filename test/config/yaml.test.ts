import { describe, expect, it } from "vitest";
import { fileOf, HUB, placesOf, problemsOf, PROD, wordsOf } from "./load.ts";

const bytes = (...values: number[]) => Uint8Array.from(values);

describe("a file that is no YAML mapping", () => {
  it.each<[string, string, string]>([
    ["is empty", "", "1:1 missing-key"],
    ["holds only a comment", "# later\n", "1:1 missing-key"],
    ["is a list", "- a\n", "1:1 bad-value"],
    ["is a text", "docker.io\n", "1:1 bad-value"],
    ["has a tab as indentation", "version: 1\nregistries:\n\ta: {}\n", "3:1 bad-yaml"],
    ["has two documents", "version: 1\nregistries: {}\n---\nversion: 1\n", "3:1 bad-yaml"],
    ["has an unclosed quote", 'version: 1\nname: "a\n', "3:1 bad-yaml"],
    ["has an unknown tag", "version: 1\nname: !Ref a\n", "2:7 bad-yaml"],
    ["has a list as key", "? [a]\n: 1\n", "1:3 bad-yaml"],
    ["has a key twice", `version: 1\nversion: 1\nregistries: {}\n`, "2:1 duplicate-key"],
    ["merges what is no mapping", "version: 1\nregistries: {}\nx-a: { <<: 1 }\n", "3:8 bad-yaml"],
    ["merges a list of what is no mapping", "version: 1\nregistries: {}\nx-a: { <<: [1] }\n", "3:8 bad-yaml"],
    ["nests too deep", `x-a: ${"[".repeat(20_000)}`, "1:"],
  ])("that %s is refused at its place", (_, text, place) => {
    const places = placesOf(problemsOf(text));
    expect(places).toHaveLength(1);
    expect(places[0]).toContain(place);
  });

  it("says to quote a pattern that starts with `*`", () => {
    const hub = HUB.replace("{ ", "{ deliverTo: { clusters: [*-prod] }, ");
    expect(placesOf(problemsOf(fileOf([hub])))).toEqual(["3:41 bad-yaml"]);
    expect(wordsOf(fileOf([hub])).join()).toContain('quote patterns that start with `*`, as in ["*-prod"]');
    expect(wordsOf(fileOf([hub.replace("*-prod", "*")])).join()).toContain("quote patterns");
  });

  it("says where the value of a workflow's expression goes", () => {
    expect(wordsOf(fileOf([HUB.replace("{ env: TOKEN }", "${{ secrets.TOKEN }}")])).join()).toContain(
      "under `env:` of the workflow",
    );
  });

  it("never shows what a broken alias or text says", () => {
    expect(wordsOf(fileOf([HUB.replace("{ env: TOKEN }", "*hunter2")])).join()).not.toContain("hunter2");
    expect(wordsOf(fileOf([HUB.replace("{ env: TOKEN }", '"hunter2')])).join()).not.toContain("hunter2");
  });

  it("goes on after a key that stands twice", () => {
    const text = fileOf([HUB, HUB.replace("auth", "atuh")]);
    expect(placesOf(problemsOf(text))).toEqual(["4:3 duplicate-key", "4:35 unknown-key"]);
  });
});

describe("aliases", () => {
  const grow = (levels: number, form: (name: string) => string) =>
    Array.from({ length: levels }, (_, index) => `x-${index + 1}: &a${index + 1} ${form(`*a${index}`)}\n`).join("");

  it("that multiply are refused, not expanded", () => {
    const text = `x-0: &a0 [1, 2]\n${grow(40, (name) => `[${name}, ${name}]`)}`;
    expect(placesOf(problemsOf(text))).toEqual(["15:19 too-many-aliases"]);
  });

  it("that multiply through merges are refused, not expanded", () => {
    const text = `x-0: &a0 { a: 1 }\n${grow(40, (name) => `{ <<: [${name}, ${name}] }`)}`;
    expect(problemsOf(text).map(({ code }) => code)).toEqual(["too-many-aliases"]);
  });

  it("that contain themselves are refused", () => {
    expect(placesOf(problemsOf("x-a: &a { <<: *a }\n"))).toEqual(["1:15 too-many-aliases"]);
    expect(placesOf(problemsOf("x-a: &a [*a]\n"))).toEqual(["1:10 too-many-aliases"]);
  });

  it("without end are refused, however small each is", () => {
    const text = `x-a: &a 1\nx-b: [${"*a, ".repeat(20_000)}]\n`;
    expect(problemsOf(text).map(({ code }) => code)).toEqual(["too-many-aliases"]);
  });

  it("place a problem where its text stands, also behind a merge", () => {
    const base = "x-base: &base\n  type: generic\n  host: a.io\n  auth: { anonymous: }\n  chek: warn\n";
    const text = `${base}version: 1\nregistries:\n  a: { <<: *base }\n  b: { <<: [*base], host: b.io }\n  c: *base\n`;
    expect(placesOf(problemsOf(text))).toEqual(["5:3 unknown-key", "5:3 unknown-key", "5:3 unknown-key"]);
  });
});

describe("the bytes of a file", () => {
  it("may start with a byte order mark", () => {
    expect(problemsOf(`\uFEFF${fileOf([HUB], [PROD])}`)).toEqual([]);
  });

  it("must be UTF-8, and the first that is not is named", () => {
    expect(placesOf(problemsOf(bytes(0x61, 0x3a, 0x0a, 0x62, 0x3a, 0x20, 0xff)))).toEqual(["2:4 not-utf8"]);
    expect(placesOf(problemsOf(bytes(0xc3)))).toEqual(["1:1 not-utf8"]);
  });

  it("may not be UTF-16", () => {
    expect(problemsOf(bytes(0xff, 0xfe, 0x61, 0x00))[0]?.message).toBe("the file is encoded in UTF-16");
    expect(problemsOf(bytes(0xfe, 0xff, 0x00, 0x61))[0]?.message).toBe("the file is encoded in UTF-16");
  });

  it("are at most one MiB", () => {
    expect(placesOf(problemsOf(new Uint8Array(1024 * 1024 + 1).fill(0x23)))).toEqual(["1:1 file-too-large"]);
  });
});
