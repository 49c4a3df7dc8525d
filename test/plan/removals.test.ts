import { describe, expect, it } from "vitest";
import { entry, holding, plan, wanted } from "./builders.ts";

const team = (index: number) => wanted(`team-${index}`, [entry("hub")]);

/** The first so many teams but for some at the front. */
function teams(first: number, end: number) {
  return Array.from({ length: end - first }, (_, index) => team(first + index));
}

describe("the limits of removal", () => {
  it.each([
    { there: 1, gone: 1, made: 0, unasked: false },
    { there: 2, gone: 1, made: 0, unasked: true },
    { there: 2, gone: 2, made: 0, unasked: false },
    { there: 5, gone: 4, made: 0, unasked: true },
    { there: 5, gone: 5, made: 0, unasked: false },
    { there: 6, gone: 1, made: 0, unasked: true },
    { there: 6, gone: 2, made: 0, unasked: false },
    { there: 10, gone: 2, made: 0, unasked: true },
    { there: 10, gone: 3, made: 0, unasked: false },
    { there: 100, gone: 20, made: 0, unasked: true },
    { there: 100, gone: 21, made: 0, unasked: false },
    { there: 100, gone: 100, made: 0, unasked: false },
    { there: 1, gone: 1, made: 1, unasked: true },
    { there: 4, gone: 2, made: 2, unasked: true },
    { there: 5, gone: 5, made: 5, unasked: false },
    { there: 6, gone: 6, made: 6, unasked: false },
    { there: 10, gone: 3, made: 5, unasked: true },
  ])("of $there files $gone go, while $made are made: unasked $unasked", ({ there, gone, made, unasked }) => {
    const existing = holding(...teams(0, there));
    const result = plan(teams(gone, there + made), existing);
    expect(result.removes).toHaveLength(unasked ? gone : 0);
    expect(result.problems.map(({ code }) => code)).toEqual(unasked ? [] : ["removals-refused"]);
    const told = plan(teams(gone, there + made), existing, { allowRemovals: true });
    expect(told.removes).toHaveLength(gone);
    const narrowed = plan(teams(gone, there + made), existing, { narrowed: true, allowRemovals: true });
    expect(narrowed).toMatchObject({ removes: [], problems: [] });
    // What is refused today is refused tomorrow, when those that were made are there.
    const next = plan(teams(gone, there + made), holding(...teams(0, there + made)));
    if (!unasked) expect(next.problems.map(({ code }) => code)).toEqual(["removals-refused"]);
  });
});
