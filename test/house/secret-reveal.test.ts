import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Where bytes leave for the place that is entitled to them. Two folders, and each other file by name. */
const ENTITLED = [
  /^src\/io\//,
  /^src\/encrypt\//,
  /^src\/render\/docker-config\.ts$/,
  /^src\/docker-config\/entry\.ts$/,
];

/** Whether a source names `reveal` as a member, called or not: `x.reveal()`, `x["reveal"]`, `const { reveal } = x`. */
function reveals(path: string, text: string): boolean {
  const visit = (node: ts.Node): boolean => {
    const names =
      (ts.isPropertyAccessExpression(node) && node.name.text === "reveal") ||
      (ts.isElementAccessExpression(node) && /^["'`]reveal["'`]$/.test(node.argumentExpression.getText())) ||
      (ts.isBindingElement(node) && (node.propertyName ?? node.name).getText() === "reveal");
    return names || (ts.forEachChild(node, (child) => visit(child) || undefined) ?? false);
  };
  return visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
}

describe("a secret", () => {
  it("is revealed only in io/, encrypt/ and where a docker config is built", () => {
    const paths = globSync("src/**/*.ts", { cwd: root }).map((path) => path.replaceAll("\\", "/"));
    const revealing = paths.filter((path) => reveals(path, readFileSync(`${root}/${path}`, "utf8")));
    expect(revealing).toContain("src/io/http.ts");
    expect(revealing.filter((path) => !ENTITLED.some((entitled) => entitled.test(path)))).toEqual([]);
  });

  it.each(["secret.reveal();", "const f = secret.reveal;", 'secret["reveal"]();', "const { reveal: f } = secret;"])(
    "is not hidden from this test by writing %s",
    (text) => {
      expect(reveals("x.ts", text)).toBe(true);
    },
  );

  it("is not seen where only a comment speaks of it", () => {
    expect(reveals("x.ts", "// secret.reveal()\nsecret.map(encode);")).toBe(false);
  });
});
