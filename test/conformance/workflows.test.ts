import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const FOLDER = join(import.meta.dirname, "../../.github/workflows");
const workflows = readdirSync(FOLDER).map((name) => join(FOLDER, name));

describe("the workflows", () => {
  it("are those that actionlint finds nothing wrong with", () => {
    expect(execFileSync("actionlint", ["-shellcheck=", "-pyflakes=", ...workflows], { encoding: "utf8" })).toBe("");
  });

  it.each(workflows)("%s pins every action by commit and leaves no credential in the checkout", (file) => {
    const text = readFileSync(file, "utf8");
    const uses = [...text.matchAll(/uses: (\S+)/g)].map(([, action]) => action ?? "");
    expect(uses.filter((action) => !/@[0-9a-f]{40}$/.test(action))).toEqual([]);
    const checkouts = uses.filter((action) => action.startsWith("actions/checkout@")).length;
    expect(text.match(/persist-credentials: false/g) ?? []).toHaveLength(checkouts);
    expect(text).toMatch(/^permissions: \{\}/m);
  });
});
