import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import type { World } from "../../src/commands/world.ts";
import { createFiles } from "../../src/io/files.ts";
import { closeCheckouts, listedIn, meaningOf, meaningOfAll, openCheckout } from "./checkout.ts";
import type { Call, Checkout, Setup } from "./checkout.ts";
import { changed, disturb, histories, known, setups } from "./histories.ts";
import type { History } from "./histories.ts";
import { lookedAt, specify } from "./specification.ts";
import type { Expected, Known, Memory } from "./specification.ts";

afterAll(closeCheckouts);

const files = createFiles();
const untouchable = () => Promise.reject(new Error("nothing is to be written"));
const READ_ONLY: Partial<World> = { files: { ...files, replace: untouchable, remove: untouchable } };

/** What is remembered of each cluster's directory. */
type Memories = Map<string, Memory>;

/** Applies, and compares what comes of it with what the specification says. */
async function applyAndCompare(
  checkout: Checkout,
  setup: Setup,
  call: Call,
  memories: Memories,
  ports?: Partial<World>,
) {
  const before = checkout.tree();
  const expected = Object.keys(setup.clusters).map((cluster) => {
    const memory = before.has(`${cluster}/regcred.lock`) ? (memories.get(cluster) ?? null) : null;
    return { cluster, memory, expectation: specify(cluster, { setup, call, memory, disk: before }) };
  });
  const { exitCode, report } = await checkout.apply(call, ports);
  const after = checkout.tree();
  const paths = new Map(before);
  for (const { cluster, expectation } of expected) await expectFiles(cluster, expectation, paths, after);
  expect(new Set(after.keys())).toEqual(new Set(paths.keys()));
  for (const [path, text] of paths) expect([path, after.get(path)]).toEqual([path, text]);
  const failing = lookedAt(setup, call).some((name) => setup.registries[name]?.state !== "taken");
  const failed = failing || expected.some(({ expectation }) => expectation.failed);
  expect([exitCode, report.errors]).toEqual([failed ? 1 : 0, failed ? expect.anything() : []]);
  for (const { cluster, memory, expectation } of expected)
    memories.set(cluster, remembered(cluster, memory, expectation, { before, after, call }));
}

/** Compares what was written and removed, and notes it in `paths`, so that the rest has to be as it was. */
async function expectFiles(
  cluster: string,
  { written, removed, listed, files }: Expected,
  paths: Map<string, string>,
  after: ReadonlyMap<string, string>,
): Promise<void> {
  const there = (path: string) => after.get(path) ?? `${path} is not there`;
  for (const [path, meaning] of written) {
    expect([path, await meaningOf(there(path))]).toEqual([path, meaning]);
    expect(there(path)).not.toBe(paths.get(path));
    paths.set(path, there(path));
  }
  for (const path of removed) paths.delete(path);
  if (files === null) return;
  const index = `${cluster}/kustomization.yaml`;
  expect([index, listedIn(after.get(index))]).toEqual([index, listed]);
  if (listed === null) return;
  paths.set(index, there(index));
  paths.set(`${cluster}/regcred.lock`, there(`${cluster}/regcred.lock`));
}

function remembered(
  cluster: string,
  memory: Memory,
  { files, written }: Expected,
  { before, after, call }: { before: Map<string, string>; after: Map<string, string>; call: Call },
): Memory {
  const lock = `${cluster}/regcred.lock`;
  if (files === null || !after.has(lock)) return memory;
  const withText = ([path, known]: [string, Known]): [string, Known] => [
    path,
    written.has(path) ? { ...known, text: after.get(path) ?? "" } : known,
  ];
  const isRewritten = before.get(lock) !== after.get(lock);
  const key = isRewritten || memory === null ? (call.key ?? "a") : memory.key;
  return { key, files: new Map([...files].map(withText)) };
}

async function live({ setup: first, steps }: History): Promise<void> {
  const checkout = openCheckout(first);
  const memories: Memories = new Map();
  let setup = first;
  let count = 0;
  await applyAndCompare(checkout, setup, {}, memories);
  for (const step of steps) {
    for (const change of step.changes) {
      if (change.to === "disk") disturb(checkout, change, ++count);
      setup = changed(setup, change);
    }
    checkout.configure(setup);
    const call = known(step.call, setup);
    await applyAndCompare(checkout, setup, call, memories);
    // Where nothing tells what changed, every run writes.
    if (call.key !== "none") await applyAndCompare(checkout, setup, call, memories, READ_ONLY);
  }
  checkout.close();
}

describe("whatever happened before, apply", () => {
  it("ends where the specification says, and a second time changes no byte", { timeout: 120_000 }, async () => {
    await fc.assert(fc.asyncProperty(histories, live), { numRuns: 80 });
  });

  it("comes back to the same meaning when an entry is removed and added again", { timeout: 60_000 }, async () => {
    await fc.assert(fc.asyncProperty(setups, fc.boolean(), thereAndBack), { numRuns: 25 });
  });
});

/** Removes a registry, or a namespace, and adds it again. */
async function thereAndBack(setup: Setup, ofRegistry: boolean): Promise<void> {
  const checkout = openCheckout(setup);
  const settle = async (next: Setup) => {
    checkout.configure(next);
    expect((await checkout.apply({ allowRemovals: true })).exitCode).toBe(0);
    return await meaningOfAll(checkout.tree());
  };
  const before = await settle(setup);
  const registries = Object.fromEntries(Object.entries(setup.registries).filter(([name]) => name !== "hub"));
  const { prod, ...others } = setup.clusters;
  const less = prod && { ...prod, namespaces: prod.namespaces.length > 1 ? prod.namespaces.slice(1) : ["z"] };
  await settle(
    ofRegistry ? { ...setup, registries } : { ...setup, clusters: { ...others, ...(less && { prod: less }) } },
  );
  const after = await settle(setup);
  // A cluster that had files once keeps its directory, with nothing listed.
  for (const [path, meaning] of before) expect([path, after.get(path)]).toEqual([path, meaning]);
  expect([...after.keys()].filter((path) => !before.has(path))).toEqual([]);
  checkout.close();
}
