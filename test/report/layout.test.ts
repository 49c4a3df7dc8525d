import { describe, expect, it } from "vitest";
import { renderTree } from "../../src/report/index.ts";
import { elapsed, relative } from "../../src/report/time.ts";
import { cutMiddle, widthOf } from "../../src/report/width.ts";
import { NOW } from "./sample.ts";

describe("a tree", () => {
  it("draws paths by folder, in the order of their names", () => {
    expect(
      renderTree([
        ...["pull-secrets/prod/regcred.lock", "pull-secrets/prod/apps/regcred.sops.yaml", "registries.yaml"],
        ...["pull-secrets/edge/shop/regcred.sops.yaml", "pull-secrets/prod/kustomization.yaml"],
      ]),
    ).toBe(`├── pull-secrets/
│   ├── edge/
│   │   └── shop/
│   │       └── regcred.sops.yaml
│   └── prod/
│       ├── apps/
│       │   └── regcred.sops.yaml
│       ├── kustomization.yaml
│       └── regcred.lock
└── registries.yaml
`);
  });

  it("of no paths is empty", () => {
    expect(renderTree([])).toBe("");
  });
});

describe("a time", () => {
  it.each([
    [0, "0 ms"],
    [41.4, "41 ms"],
    [999.6, "1.0 s"],
    [1204, "1.2 s"],
    [59_960, "1 min 0 s"],
    [125_000, "2 min 5 s"],
  ])("of %d milliseconds is %s", (milliseconds, words) => {
    expect(elapsed(milliseconds)).toBe(words);
  });

  it.each([
    ["2026-12-03T12:00:00Z", "in 12 days"],
    ["2026-11-22T11:00:00Z", "in 23 hours"],
    ["2026-11-21T12:01:00Z", "in 1 minute"],
    ["2026-11-21T12:00:30Z", "within a minute"],
    ["2026-11-21T11:59:30Z", "just now"],
    ["2026-11-20T11:00:00Z", "1 day ago"],
  ])("%s is %s", (instant, words) => {
    expect(relative(instant, NOW)).toBe(words);
  });
});

describe("a width", () => {
  it.each([
    ["abc", 3],
    ["größe", 5],
    ["e\u0301", 1],
    ["漢字", 4],
    ["😀", 2],
    ["👩‍👩‍👧", 2],
    ["\u200b", 0],
    ["✔", 1],
  ])("of %s is %d", (text, width) => {
    expect(widthOf(text)).toBe(width);
  });

  it("is kept to by cutting the middle, never through a character", () => {
    expect(cutMiddle("abcdefghij", 10)).toBe("abcdefghij");
    expect(cutMiddle("abcdefghij", 7)).toBe("abc…hij");
    expect(cutMiddle("漢字漢字漢字", 8)).toBe("漢…漢字");
  });
});
