import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Order } from "./apply-process.ts";
import { closeCheckouts, meaningOfAll, openCheckout, variablesOf } from "./checkout.ts";
import type { Checkout, Setup } from "./checkout.ts";
import { ADOPTION, CLEARANCE, FIRST, SCENARIOS } from "./interruptions.ts";
import type { Scenario } from "./interruptions.ts";

const folder = mkdtempSync(join(tmpdir(), "regcred-apply-"));
const EVERY = [...SCENARIOS, ADOPTION, CLEARANCE];
const prepared = new Map<Scenario, { readonly before: Checkout; readonly right: ReadonlyMap<string, unknown> }>();

// Each program in one file, so that each of the many processes starts in no time.
beforeAll(async () => {
  const banner = { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' };
  const options = { banner, bundle: true, platform: "node", format: "esm", logLevel: "error" } as const;
  const bundled = (entry: string, name: string) =>
    build({ ...options, entryPoints: [join(import.meta.dirname, entry)], outfile: join(folder, name) });
  await Promise.all([bundled("apply-process.ts", "apply.mjs"), bundled("../../src/main.ts", "main.mjs")]);
  for (const scenario of EVERY) {
    const before = await scenario.prepare();
    before.configure({ ...scenario.setup, check: "skip" });
    const undisturbed = before.copy();
    expect((await undisturbed.apply(scenario.call)).exitCode).toBe(0);
    prepared.set(scenario, { before, right: await meaningOfAll(undisturbed.tree()) });
  }
}, 60_000);
afterAll(() => {
  closeCheckouts();
  rmSync(folder, { recursive: true, force: true });
});

/** The signal that ended a program, or its exit code. */
function ending(name: string, args: readonly string[], setup: Setup, cwd: string): Promise<string | number | null> {
  const env = { PATH: process.env["PATH"], HOME: folder, ...variablesOf(setup) };
  const child = spawn(process.execPath, [join(folder, name), ...args], {
    cwd,
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(signal ?? code));
  });
}

/** A copy of a scenario's checkout whose run was stopped. */
async function stopped(scenario: Scenario, how: Pick<Order, "write" | "moment" | "signal">) {
  const found = prepared.get(scenario);
  if (found === undefined) throw new Error("not prepared");
  const checkout = found.before.copy();
  const { adopt = false, allowRemovals = false } = scenario.call;
  const order: Order = {
    folder: checkout.folder,
    variables: variablesOf(scenario.setup),
    adopt,
    allowRemovals,
    ...how,
  };
  return {
    ended: await ending("apply.mjs", [JSON.stringify(order)], scenario.setup, checkout.folder),
    checkout,
    right: found.right,
  };
}

/** A plain run makes it right, and the next one has nothing to do. */
async function expectMended(
  checkout: Checkout,
  right: ReadonlyMap<string, unknown>,
  flags: object = {},
): Promise<void> {
  const { exitCode, report } = await checkout.apply(flags);
  expect({ exitCode, errors: report.errors }).toEqual({ exitCode: 0, errors: [] });
  expect(await meaningOfAll(checkout.tree())).toEqual(right);
  expect((await checkout.apply()).report).toMatchObject({ ok: true, changed: false });
}

const KILLS = EVERY.flatMap((scenario) =>
  Array.from({ length: scenario.writes }, (_, index) => ({ scenario, name: scenario.name, write: index + 1 })),
);

describe.concurrent("kill -9", () => {
  it.each(KILLS)(
    "before, within and after write $write of $name leaves what a plain run mends",
    async ({ scenario, write }) => {
      for (const moment of ["before", "within", "after"] as const) {
        const { ended, checkout, right } = await stopped(scenario, { write, moment, signal: "SIGKILL" });
        expect(ended).toBe("SIGKILL");
        const begun = checkout.tree().has("prod/regcred.lock");
        if (scenario === CLEARANCE) expect((await checkout.apply()).exitCode).toBeLessThan(2);
        await expectMended(checkout, right, scenario === CLEARANCE || !begun ? scenario.call : {});
        checkout.close();
      }
    },
    30_000,
  );
});

describe.concurrent("between two writes", () => {
  const SIGNALS = Array.from({ length: FIRST.writes }, (_, index) => index + 1).flatMap((write) => [
    { write, signal: "SIGINT" as const },
    { write, signal: "SIGTERM" as const },
  ]);

  it.each(SIGNALS)(
    "$signal at write $write ends the run with 130, and a plain run ends the work",
    async ({ write, signal }) => {
      const { ended, checkout, right } = await stopped(FIRST, { write, moment: "after", signal });
      // After the last write there is nothing left to stop.
      expect(ended).toBe(write === FIRST.writes ? 0 : 130);
      expect([...checkout.tree().keys()].filter((path) => path.endsWith(".tmp"))).toEqual([]);
      await expectMended(checkout, right);
      checkout.close();
    },
    30_000,
  );
});

describe("two runs at once on one directory", () => {
  it("leave what the next run makes right, twenty times over", { timeout: 120_000 }, async () => {
    const checkout = openCheckout(setupOf(0));
    for (let round = 0; round < 20; round++) {
      const setup = setupOf(round);
      checkout.configure(setup);
      const run = () => ending("main.mjs", ["apply", "--allow-removals"], setup, checkout.folder);
      const first = run();
      await new Promise((resolve) => setTimeout(resolve, round * 3));
      const ends = await Promise.all([first, run()]);
      expect(ends.every((end) => end === 0 || end === 1)).toBe(true);
      expect([round, await ending("main.mjs", ["apply"], setup, checkout.folder)]).toEqual([round, 0]);
      await expectAsFresh(checkout, setup);
    }
  });
});

/** Everything changes from one round to the next: passwords, namespaces, recipients. */
function setupOf(round: number): Setup {
  const deliveries = ["a", "b", "c", "d"].map((name) => `prod/${name}`);
  const namespaces =
    [
      ["a", "b"],
      ["a", "b", "c"],
      ["b", "c"],
      ["b", "c", "d"],
    ][round % 4] ?? [];
  return {
    check: "skip",
    registries: {
      hub: { password: `secret-of-hub-${Math.floor(round / 2)}`, state: "taken", deliveries },
      quay: { password: "secret-of-quay", state: "taken", deliveries: round % 3 === 0 ? [] : deliveries },
    },
    clusters: { prod: { namespaces, recipients: 1 + (round % 2), team: "red", secretName: "regcred" } },
  };
}

/** The tree means what a first apply would have made of it, and a further run changes nothing. */
async function expectAsFresh(checkout: Checkout, setup: Setup): Promise<void> {
  const fresh = openCheckout(setup);
  await fresh.apply();
  expect(await meaningOfAll(checkout.tree())).toEqual(await meaningOfAll(fresh.tree()));
  expect((await checkout.apply()).report).toMatchObject({ ok: true, changed: false });
  expect(dirname(fresh.folder)).toBe(tmpdir());
  fresh.close();
}
