// The figures of the code, and the bar that they are held to. Generated files are left out.

import { globSync, readFileSync } from "node:fs";
import ts from "typescript";
import { root } from "./run.ts";

const BAR = { functions: { median: 12, p90: 25, max: 40 }, files: { median: 80, max: 200 } } as const;
const GENERATED = ["src/config/schema.ts"];

const sources = globSync("src/**/*.ts", { cwd: root })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => !GENERATED.includes(path))
  .map((path) => ts.createSourceFile(path, readFileSync(`${root}/${path}`, "utf8"), ts.ScriptTarget.Latest, true));

function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node;
  for (const child of node.getChildren()) if (!ts.isJSDoc(child)) yield* nodesOf(child);
}

const linesOf = (node: ts.Node): readonly [number, number] => {
  const source = node.getSourceFile();
  const line = (position: number): number => source.getLineAndCharacterOfPosition(position).line;
  return [line(node.getStart()), line(node.getEnd())];
};

const spanOf = (node: ts.Node): number => {
  const [first, last] = linesOf(node);
  return last - first + 1;
};

const share = (numbers: readonly number[], part: number): number =>
  numbers.toSorted((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * part))] ?? 0;

/** Those with a name: a callback of half a line is part of the function that it stands in. */
function isFunction(node: ts.Node): boolean {
  if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) return node.body !== undefined;
  if (ts.isConstructorDeclaration(node) || ts.isAccessor(node)) return node.body !== undefined;
  const isExpression = ts.isArrowFunction(node) || ts.isFunctionExpression(node);
  return isExpression && ts.isVariableDeclaration(node.parent);
}

function isAssertion(node: ts.Node): boolean {
  if (ts.isTypeAssertionExpression(node)) return true;
  return ts.isAsExpression(node) && node.type.getText() !== "const";
}

function isBang(node: ts.Node): boolean {
  return ts.isNonNullExpression(node) || (ts.isVariableDeclaration(node) && node.exclamationToken !== undefined);
}

/** Lines that hold code, and lines that hold nothing but comment. */
function commentsAndCode(source: ts.SourceFile): { comments: number; code: number } {
  const code = new Set<number>();
  for (const node of nodesOf(source)) {
    if (node.getChildCount() > 0 || node.kind === ts.SyntaxKind.EndOfFileToken || node.getWidth() === 0) continue;
    const [first, last] = linesOf(node);
    for (let line = first; line <= last; line++) code.add(line);
  }
  const filled = source.text.split("\n").filter((text, line) => text.trim() !== "" && !code.has(line));
  return { comments: filled.length, code: code.size };
}

const nodes = sources.flatMap((source) => [...nodesOf(source)]);
const functions = nodes.filter(isFunction).map(spanOf);
const files = sources.map((source) => source.text.trimEnd().split("\n").length);
const counts = sources.map(commentsAndCode);
const sum = (key: "comments" | "code"): number => counts.reduce((total, count) => total + count[key], 0);
const matches = (pattern: RegExp): number => sources.reduce((n, { text }) => n + [...text.matchAll(pattern)].length, 0);

const figures: readonly (readonly [what: string, figure: number, bar: number])[] = [
  ["function lines, median", share(functions, 0.5), BAR.functions.median],
  ["function lines, 90 of 100", share(functions, 0.9), BAR.functions.p90],
  ["function lines, most", share(functions, 1), BAR.functions.max],
  ["file lines, median", share(files, 0.5), BAR.files.median],
  ["file lines, most", share(files, 1), BAR.files.max],
  ["`any`", nodes.filter(({ kind }) => kind === ts.SyntaxKind.AnyKeyword).length, 0],
  ["type assertions", nodes.filter(isAssertion).length, 0],
  ["`!`", nodes.filter(isBang).length, 0],
  ["suppressions", matches(/eslint-disable|@ts-(?:ignore|expect-error|nocheck)|(?:c8|v8|istanbul) ignore/g), 0],
  ["left to do", matches(/\b(?:TODO|FIXME|XXX)\b/g), 0],
];

console.log(
  `${String(files.length)} files, ${String(functions.length)} functions, ${String(sum("code"))} lines of code`,
);
console.log(`comment to code: ${(sum("comments") / sum("code")).toFixed(2)}`);
for (const [what, figure, bar] of figures) {
  console.log(`${figure > bar ? "OVER " : "     "}${what}: ${String(figure)} (bar ${String(bar)})`);
  if (figure > bar) process.exitCode = 1;
}
