import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createClock } from "../../src/io/clock.ts";
import { createFiles } from "../../src/io/files.ts";
import { RegcredError } from "../../src/errors.ts";
import { closeCheckouts, meaningOfAll, openCheckout } from "./checkout.ts";
import type { Call, Checkout } from "./checkout.ts";
import { ADOPTION, CLEARANCE, failing, FIRST, SCENARIOS } from "./interruptions.ts";
import type { Fault, Moment, Scenario } from "./interruptions.ts";

// Each of these is many runs.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });
afterAll(closeCheckouts);

const EVERY = [...SCENARIOS, ADOPTION, CLEARANCE];
const files = createFiles();
/** The checkout before each scenario's run, and what its files mean after a run that nothing disturbs. */
const prepared = new Map<Scenario, { readonly before: Checkout; readonly right: ReadonlyMap<string, unknown> }>();

beforeAll(async () => {
  for (const scenario of EVERY) {
    const before = await scenario.prepare();
    const undisturbed = before.copy();
    expect((await undisturbed.apply(scenario.call)).report.errors).toEqual([]);
    prepared.set(scenario, { before, right: await meaningOfAll(undisturbed.tree()) });
  }
});

function ready(scenario: Scenario): { checkout: Checkout; right: ReadonlyMap<string, unknown> } {
  const found = prepared.get(scenario);
  if (found === undefined) throw new Error("not prepared");
  return { checkout: found.before.copy(), right: found.right };
}

async function expectRight(checkout: Checkout, right: ReadonlyMap<string, unknown>, call: Call = {}): Promise<void> {
  const { exitCode, report } = await checkout.apply(call);
  expect({ exitCode, errors: report.errors }).toEqual({ exitCode: 0, errors: [] });
  expect(await meaningOfAll(checkout.tree())).toEqual(right);
  const settled = checkout.tree();
  expect((await checkout.apply()).report).toMatchObject({ ok: true, changed: false });
  expect(checkout.tree()).toEqual(settled);
}

/** Runs into a fault at one of its writes, in a checkout of its own. */
async function disturbed(scenario: Scenario, write: number, moment: Moment, fault: Fault) {
  const { checkout, right } = ready(scenario);
  const untouched = checkout.tree();
  const running = checkout.apply(scenario.call, { files: failing(files, write, moment, fault) });
  if (fault === "crash") await expect(running).rejects.toThrow("crash");
  else expect(await running).toMatchObject({ exitCode: 1, report: { ok: false } });
  return { checkout, right, untouched };
}

const FAULTY = [
  ["before", "crash"],
  ["after", "crash"],
  ["before", "ENOSPC"],
  ["after", "ENOSPC"],
  ["before", "EROFS"],
  ["after", "EACCES"],
] as const satisfies readonly (readonly [Moment, Fault])[];

function writesOf({ writes }: Scenario): readonly number[] {
  return Array.from({ length: writes }, (_, index) => index + 1);
}

describe.each(SCENARIOS)("$name", (scenario) => {
  it.each(FAULTY)("that is stopped %s any of its writes by %s is ended by a plain run", async (moment, fault) => {
    for (const write of writesOf(scenario)) {
      const { checkout, right } = await disturbed(scenario, write, moment, fault);
      await expectRight(checkout, right);
      checkout.close();
    }
  });

  it("is ended by a run whose clock jumped back to 1970", async () => {
    for (const write of writesOf(scenario)) {
      const { checkout, right } = await disturbed(scenario, write, "after", "crash");
      const { exitCode } = await checkout.apply({}, { clock: { ...createClock(), now: () => new Date(0) } });
      expect(exitCode).toBe(0);
      expect(await meaningOfAll(checkout.tree())).toEqual(right);
      checkout.close();
    }
  });

  it("is ended by a plain run that is itself stopped at any of its writes", async () => {
    for (const write of writesOf(scenario)) {
      const { checkout, right } = await disturbed(scenario, Math.ceil(scenario.writes / 2), "after", "crash");
      await checkout.apply({}, { files: failing(files, write, "before", "ENOSPC") });
      await expectRight(checkout, right);
      checkout.close();
    }
  });

  it("has exactly the writes that are counted here", async () => {
    const { checkout } = ready(scenario);
    const never = failing(files, scenario.writes + 1, "before", "crash");
    expect((await checkout.apply(scenario.call, { files: never })).exitCode).toBe(0);
  });
});

describe("an adoption", () => {
  it.each(FAULTY)(
    "that is stopped %s any of its writes by %s is not begun, or ended by a plain run",
    async (...how) => {
      for (const write of writesOf(ADOPTION)) {
        const { checkout, right, untouched } = await disturbed(ADOPTION, write, ...how);
        if (!checkout.tree().has("prod/regcred.lock")) {
          expect(checkout.tree().get("prod/kustomization.yaml")).toBe(untouched.get("prod/kustomization.yaml"));
          expect((await checkout.apply()).report.errors.map(({ code }) => code)).toEqual(["foreign-file"]);
          expect(checkout.tree().get("prod/a/regcred.sops.yaml")).toBe("kind: Secret\n");
        }
        await expectRight(checkout, right, checkout.tree().has("prod/regcred.lock") ? {} : { adopt: true });
        checkout.close();
      }
    },
  );
});

describe("the removal of a cluster's last files", () => {
  it.each(FAULTY)("that is stopped %s any of its writes by %s asks again, and loses nothing", async (...how) => {
    for (const write of writesOf(CLEARANCE)) {
      const { checkout, right } = await disturbed(CLEARANCE, write, ...how);
      const left = secretsIn(checkout);
      const { report } = await checkout.apply();
      expect(report.errors.map(({ code }) => code)).toEqual(left.length === 0 ? [] : ["removals-refused"]);
      expect(secretsIn(checkout)).toEqual(left);
      for (const path of left) expect(checkout.read("prod/kustomization.yaml")).toContain(path.replace("prod/", ""));
      await expectRight(checkout, right, { allowRemovals: true });
      checkout.close();
    }
  });
});

function secretsIn(checkout: Checkout): readonly string[] {
  return [...checkout.tree().keys()].filter((path) => /^prod\/.*\.sops\.yaml$/.test(path));
}

describe("a clock that jumps back", () => {
  it("changes nothing where nothing changed, and stops no rotation", async () => {
    const { checkout } = ready(FIRST);
    await checkout.apply();
    const before = checkout.tree();
    const clock = { ...createClock(), now: () => new Date(0) };
    expect((await checkout.apply({}, { clock })).report.changed).toBe(false);
    expect(checkout.tree()).toEqual(before);
    const { hub, ...others } = FIRST.setup.registries;
    if (hub === undefined) throw new Error("no hub");
    const rotated = { ...FIRST.setup, registries: { hub: { ...hub, password: "secret-of-hub-2" }, ...others } };
    checkout.configure(rotated);
    expect((await checkout.apply({}, { clock })).exitCode).toBe(0);
    const undisturbed = openCheckout(rotated);
    await undisturbed.apply();
    const mine = [...(await meaningOfAll(undisturbed.tree()))];
    expect([...(await meaningOfAll(checkout.tree()))]).toEqual(expect.arrayContaining(mine));
  });
});

describe("a signal between two writes", () => {
  it("ends the run with 130 wherever it comes, and a plain run ends the work", async () => {
    for (const write of writesOf(FIRST)) {
      const { checkout, right } = ready(FIRST);
      let writes = 0;
      const check = () => {
        if (++writes === write) throw new RegcredError({ code: "interrupted", message: "stopped" }, { exitCode: 130 });
      };
      const interruption = { guard: <T>(work: () => Promise<T>) => work(), check };
      expect((await checkout.apply(FIRST.call, { interruption })).exitCode).toBe(130);
      await expectRight(checkout, right);
      checkout.close();
    }
  });
});
