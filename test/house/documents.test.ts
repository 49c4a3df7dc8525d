import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { buildProgram } from "../../src/commands/program.ts";
import { load } from "../config/load.ts";

const ROOT = join(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
const README = read("README.md");
const DOCUMENTS = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "CHANGELOG.md",
  "docs/errors.md",
  "docs/checks.md",
  "docs/action.md",
  "docs/registries.md",
];

describe("the README", () => {
  it("shows a first configuration in which nothing is wrong", () => {
    const [, yaml = ""] = /```yaml\n([\s\S]*?)```/.exec(README) ?? [];
    expect(yaml).toContain("registries:");
    expect(load(Buffer.from(yaml))).toMatchObject({ status: "valid", notes: [] });
  });

  it("lists every command, and none that is not there", () => {
    const [, table = ""] = /## Commands\n\n([\s\S]*?)\n\n/.exec(README) ?? [];
    const listed = [...table.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
    const program = buildProgram("0", { out: () => 0, err: () => 0, columns: 80, colors: false }, () => 0);
    const shown = program
      .createHelp()
      .visibleCommands(program)
      .map((command) => command.name());
    expect(listed).toEqual(shown);
  });

  it("has at most 200 lines", () => {
    expect(README.split("\n").length).toBeLessThanOrEqual(201);
  });
});

describe("every document", () => {
  it.each(DOCUMENTS)("%s links to files that are there", (document) => {
    const links = [...read(document).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path]) => path ?? "");
    const missing = links.filter((path) => !existsSync(join(ROOT, dirname(document), path)));
    expect(missing).toEqual([]);
  });

  it("explains each check status", () => {
    const statuses = [...read("docs/checks.md").matchAll(/^\| `([\w-]+)`/gm)].map(([, status]) => status);
    const union = /type CheckStatus =([\s\S]*?);/.exec(read("src/model/check.ts"))?.[1] ?? "";
    expect(statuses).toEqual([...union.matchAll(/"([\w-]+)"/g)].map(([, status]) => status));
  });

  it("gives the reason for each dependency", () => {
    const declared: unknown = JSON.parse(read("package.json")).devDependencies;
    const prose = read("CONTRIBUTING.md").replace(/```[\s\S]*?```/g, "");
    const named = new Set([...prose.matchAll(/`([^`\n]+)`/g)].map(([, name]) => name));
    expect(Object.keys(Object(declared)).filter((name) => !named.has(name))).toEqual([]);
  });
});
