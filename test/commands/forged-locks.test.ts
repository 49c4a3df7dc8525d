import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeCheckouts, listedIn, meaningOf, openCheckout } from "./checkout.ts";
import type { Call, Checkout, KeyName, Meaning, Setup } from "./checkout.ts";
import { FORGERIES, flipped, OURS, STRANGERS, tokenEnds } from "./forgeries.ts";
import type { Locks } from "./forgeries.ts";
import { LABEL } from "./specification.ts";

const LOCK = "prod/regcred.lock";
const deliveries = ["a", "b", "c", "w"].map((name) => `prod/${name}`);
const cluster = { recipients: 1, team: "red", secretName: "regcred" };
const SETUP: Setup = {
  registries: {
    hub: { password: "secret-of-hub-2", state: "taken", deliveries: [...deliveries, "edge/shop"] },
    quay: { password: "secret-of-quay", state: "taken", deliveries: ["prod/a"] },
  },
  clusters: {
    prod: { ...cluster, namespaces: ["a", "b", "c", "w"] },
    edge: { ...cluster, namespaces: ["shop"] },
  },
};

/** A checkout that is in order, for each kind of run; a stranger lies at a path that is wanted. */
interface Order {
  readonly checkout: Checkout;
  readonly locks: Locks;
  readonly meanings: ReadonlyMap<string, Meaning>;
}
const orders = new Map<KeyName, Order>();

beforeAll(async () => {
  for (const key of ["a", "none"] as const) orders.set(key, await inOrder(key));
});
afterAll(closeCheckouts);

async function inOrder(key: KeyName): Promise<Order> {
  const { hub } = SETUP.registries;
  if (hub === undefined) throw new Error("no hub");
  const { prod } = SETUP.clusters;
  if (prod === undefined) throw new Error("no prod");
  const before = { ...prod, namespaces: ["a", "b", "c"] };
  const checkout = openCheckout({
    registries: { ...SETUP.registries, hub: { ...hub, password: "secret-of-hub-1" } },
    clusters: { ...SETUP.clusters, prod: before },
  });
  await checkout.apply({ key });
  const older = checkout.read(LOCK);
  for (const [path, text] of Object.entries(STRANGERS)) checkout.write(path, text);
  checkout.configure(SETUP);
  expect(await errorsOf(checkout, { key })).toEqual(["foreign-file"]);
  const others = openCheckout({ ...SETUP, clusters: { prod: before } });
  const text = join(others.folder, "registries.yaml");
  writeFileSync(text, others.config().replace("name: platform", "name: others"));
  await others.apply({ key });
  const locks = { now: checkout.read(LOCK), older, edge: checkout.read("edge/regcred.lock"), other: others.read(LOCK) };
  const meanings = OURS.map(async (path): Promise<[string, Meaning]> => [path, await meaningOf(checkout.read(path))]);
  return { checkout, locks, meanings: new Map(await Promise.all(meanings)) };
}

function orderOf(key: KeyName): Order {
  const order = orders.get(key);
  if (order === undefined) throw new Error("not in order");
  return order;
}

async function errorsOf(checkout: Checkout, call: Call): Promise<readonly string[]> {
  return (await checkout.apply(call)).report.errors.map(({ code }) => code);
}

/** Nothing of ours is lost, nothing of others is touched or taken for ours. */
async function expectSafe(checkout: Checkout, meanings: ReadonlyMap<string, Meaning>): Promise<void> {
  for (const [path, text] of Object.entries(STRANGERS)) expect([path, checkout.tree().get(path)]).toEqual([path, text]);
  for (const [path, meaning] of meanings) expect([path, await meaningOf(checkout.read(path))]).toEqual([path, meaning]);
}

/** The index lists our files and the lock names them, and neither has a stranger's. */
function expectListed(checkout: Checkout): void {
  const names = OURS.map((path) => path.replace("prod/", ""));
  expect(listedIn(checkout.read("prod/kustomization.yaml"))).toEqual(names);
  expect(Object.keys(JSON.parse(checkout.read(LOCK)).files)).toEqual([...names, "kustomization.yaml"]);
}

const STOPPING = ["bad-lock", "newer-lock", "foreign-owner", "file-too-large"];

/** Everything below the cluster's directory. */
function directoryOf(checkout: Checkout): readonly (readonly [string, string])[] {
  return [...checkout.tree()].filter(([path]) => path.startsWith("prod/"));
}

/** A checkout whose lock is replaced. */
function forged(key: KeyName, text: string | Uint8Array | null): Checkout {
  const checkout = orderOf(key).checkout.copy();
  if (text === null) checkout.remove(LOCK);
  else writeFileSync(join(checkout.folder, "pull-secrets", LOCK), text);
  return checkout;
}

describe.each(["a", "none"] as const)("under key %s, a lock that is", (key) => {
  it.each(FORGERIES)("$name has its outcome, and costs nobody a file", async ({ text, withKey, withoutKey }) => {
    const { locks, meanings } = orderOf(key);
    const checkout = forged(key, text(locks));
    const before = directoryOf(checkout);
    const errors = await errorsOf(checkout, { key });
    const more = key === "none" ? withoutKey : withKey;
    const stopped = text(locks) === null || more.some((code) => STOPPING.includes(code));
    expect(errors).toEqual(stopped ? more : ["foreign-file", ...more]);
    await expectSafe(checkout, meanings);
    if (stopped) expect(directoryOf(checkout)).toEqual(before);
    else await expectSettled(checkout, key, meanings, more);
  });

  it("any of these costs nobody a file with --allow-removals either", { timeout: 60_000 }, async () => {
    const { locks, meanings } = orderOf(key);
    for (const { text } of FORGERIES) {
      const checkout = forged(key, text(locks));
      await checkout.apply({ key, allowRemovals: true });
      await expectSafe(checkout, meanings);
      checkout.close();
    }
  });

  it("cut short after any of its tokens stops its cluster", { timeout: 60_000 }, async () => {
    const { now } = orderOf(key).locks;
    for (const end of tokenEnds(now)) {
      const checkout = forged(key, now.slice(0, end));
      const before = directoryOf(checkout);
      expect(await errorsOf(checkout, { key })).toEqual(["bad-lock"]);
      expect(directoryOf(checkout)).toEqual(before);
      checkout.close();
    }
  });

  it("spoilt in any of its bits stops its cluster, or costs nobody a file", { timeout: 60_000 }, async () => {
    const { locks, meanings } = orderOf(key);
    for (let bit = 5; bit < locks.now.length * 8; bit += 223) {
      const checkout = forged(key, flipped(locks.now, bit));
      const before = directoryOf(checkout);
      const errors = await errorsOf(checkout, { key });
      await expectSafe(checkout, meanings);
      if (errors.some((code) => STOPPING.includes(code))) expect(directoryOf(checkout)).toEqual(before);
      else if (key !== "none") expectListed(checkout);
      checkout.close();
    }
  });
});

/** What was forged is forgotten; without a key, what a lock says is believed. */
async function expectSettled(
  checkout: Checkout,
  key: KeyName,
  meanings: ReadonlyMap<string, Meaning>,
  more: readonly string[],
): Promise<void> {
  if (key !== "none") expectListed(checkout);
  const tree = checkout.tree();
  expect(await errorsOf(checkout, { key })).toEqual(["foreign-file", ...(key === "none" ? more : [])]);
  if (key !== "none") expect(checkout.tree()).toEqual(tree);
  await expectSafe(checkout, meanings);
}

describe("a lock that nothing vouches for", () => {
  it("has nothing removed without --allow-removals, not even what carries our label where our naming puts it", async () => {
    const { locks, meanings } = orderOf("a");
    const lock = JSON.parse(locks.now);
    lock.files["d/regcred.sops.yaml"] = { ...lock.files["c/regcred.sops.yaml"] };
    lock.files["d/regcred.sops.yaml"].secret = { ...lock.files["c/regcred.sops.yaml"].secret, namespace: "d" };
    const checkout = forged("a", JSON.stringify(lock));
    const text = `kind: Secret\nmetadata:\n  labels:\n    ${LABEL}\n`;
    checkout.write("prod/d/regcred.sops.yaml", text);
    expect(await errorsOf(checkout, {})).toEqual(["foreign-file", "removals-refused"]);
    expect(await errorsOf(checkout, {})).toEqual(["foreign-file", "removals-refused"]);
    expect(checkout.read("prod/d/regcred.sops.yaml")).toBe(text);
    for (const [path, meaning] of meanings) expect(await meaningOf(checkout.read(path))).toEqual(meaning);
  });

  it("that is missing is made anew with --adopt, for the files of ours and the stranger that is in the way", async () => {
    const { meanings } = orderOf("a");
    const checkout = forged("a", null);
    expect(await errorsOf(checkout, { adopt: true })).toEqual([]);
    for (const [path, meaning] of meanings) expect(await meaningOf(checkout.read(path))).toEqual(meaning);
    expect(await meaningOf(checkout.read("prod/w/regcred.sops.yaml"))).toMatchObject({ place: "w/regcred" });
    expect(checkout.read("prod/d/regcred.sops.yaml")).toBe(STRANGERS["prod/d/regcred.sops.yaml"]);
    expect((await checkout.apply()).report.changed).toBe(false);
  });

  it.each([
    ["of a key that is gone", "b"],
    ["made under no key", "none"],
  ] as const)("%s leads to one rewriting, and to none after that", async (_, key) => {
    const { meanings } = orderOf("a");
    const other = orderOf("a").checkout.copy();
    await other.apply({ key });
    const taken = await other.apply();
    expect(taken.report.errors.map(({ code }) => code)).toEqual(["foreign-file"]);
    await expectSafe(other, meanings);
    expect((await other.apply()).report.changed).toBe(false);
  });
});
