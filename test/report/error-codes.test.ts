import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

it("docs/errors.md has one row for each error code, and none for what is no code", () => {
  const union = /export type ErrorCode =(?<codes>[^;]*);/u.exec(readFileSync("src/errors.ts", "utf8"))?.groups?.[
    "codes"
  ];
  const codes = Array.from((union ?? "").matchAll(/"([a-z0-9-]+)"/gu), ([, code]) => code);
  const rows = Array.from(readFileSync("docs/errors.md", "utf8").matchAll(/^\| `([^`]+)`/gmu), ([, code]) => code);
  expect(codes.length).toBeGreaterThan(50);
  expect(rows.toSorted()).toEqual(codes.toSorted());
});
