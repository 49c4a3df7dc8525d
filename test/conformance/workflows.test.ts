import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const inFolder = (folder: string) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(".yml"))
    .map((name) => join(ROOT, folder, name));
const examples = inFolder("examples");
const workflows = [...inFolder(".github/workflows"), ...examples];

const output = (command: string, words: readonly string[]) =>
  execFileSync(command, words, { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

describe("the workflows, ours and the examples", () => {
  it("are those that actionlint finds nothing wrong with", () => {
    expect(output("actionlint", ["-shellcheck=", "-pyflakes=", ...workflows])).toBe("");
  });

  it("are those that zizmor finds nothing wrong with, as strict as it comes, and so is action.yml", () => {
    const found = output("zizmor", [
      "--offline",
      "--no-config",
      "--persona=pedantic",
      "--format=json",
      "action.yml",
      ...workflows,
    ]);
    expect(JSON.parse(found)).toEqual([]);
  });

  it.each(workflows)("%s pins every action by commit and leaves no credential in the checkout", (file) => {
    const text = readFileSync(file, "utf8");
    const uses = [...text.matchAll(/uses: (\S+)/g)].map(([, action]) => action ?? "");
    expect(uses.filter((action) => !/@[0-9a-f]{40}$/.test(action))).toEqual([]);
    const checkouts = uses.filter((action) => action.startsWith("actions/checkout@")).length;
    expect(text.match(/persist-credentials: false/g) ?? []).toHaveLength(checkouts);
    expect(text).toMatch(/^permissions: \{\}/m);
  });

  it.each(examples)("%s pins a commit of regcred that has the Action", (file) => {
    const [, commit = ""] = /regcred\/regcred@([0-9a-f]{40})/.exec(readFileSync(file, "utf8")) ?? [];
    expect(output("git", ["cat-file", "-t", `${commit}:dist/action/main.js`]).trim()).toBe("blob");
  });
});
