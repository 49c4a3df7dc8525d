import { writeError } from "../../src/io/file-errors.ts";
import type { Files } from "../../src/io/ports.ts";
import { openCheckout } from "./checkout.ts";
import type { Call, Checkout, Setup } from "./checkout.ts";

/** A run that is about to be disturbed. */
export interface Scenario {
  readonly name: string;
  /** The checkout as the run finds it. */
  prepare(): Promise<Checkout>;
  readonly setup: Setup;
  readonly call: Call;
  /** Its writes and removals. */
  readonly writes: number;
}

const SIX = ["a", "b", "c", "d", "e", "f"];

/** Two registries that deliver everywhere, in a cluster with these namespaces, and in a second one with one. */
function setupOf(namespaces: readonly string[], change: { password?: string; recipients?: number } = {}): Setup {
  const { password = "secret-of-hub-1", recipients = 1 } = change;
  const deliveries = [...[...SIX, "g"].map((name) => `prod/${name}`), "edge/shop"];
  const parts = { recipients, team: "red", secretName: "regcred" };
  return {
    registries: {
      hub: { password, state: "taken", deliveries },
      quay: { password: "secret-of-quay", state: "taken", deliveries },
    },
    clusters: { prod: { ...parts, namespaces }, edge: { ...parts, namespaces: ["shop"] } },
  };
}

/** Files that somebody else put beside ours, and that nobody may touch. */
const STRANGERS = { "prod/notes.txt": "n\n", "prod/f/other.yaml": "kind: ConfigMap\n", "other/regcred.lock": "{}\n" };

interface Story {
  readonly before: Setup | null;
  readonly after: Setup;
  readonly call?: Call;
  readonly writes: number;
  /** What was put there by hand. */
  readonly put?: Readonly<Record<string, string>>;
}

function scenario(name: string, { before, after, call = {}, writes, put = {} }: Story): Scenario {
  const prepare = async (): Promise<Checkout> => {
    const checkout = openCheckout(before ?? after);
    if (before !== null) await checkout.apply();
    for (const [path, text] of Object.entries({ ...STRANGERS, ...put })) checkout.write(path, text);
    checkout.configure(after);
    return checkout;
  };
  return { name, prepare, setup: after, call, writes };
}

const TWO = setupOf(["a", "b"]);
const BY_HAND = {
  "prod/a/regcred.sops.yaml": "kind: Secret\n",
  "prod/kustomization.yaml": "resources: [a/regcred.sops.yaml]\n",
};

export const FIRST = scenario("a first apply", { before: null, after: TWO, writes: 9 });
export const ADOPTION = scenario("an adoption", {
  before: null,
  after: TWO,
  writes: 9,
  call: { adopt: true },
  put: BY_HAND,
});
export const CLEARANCE = scenario("the removal of a cluster's last files", {
  before: TWO,
  after: setupOf(["x"]),
  writes: 5,
  call: { allowRemovals: true },
});

/** Those that a plain run ends, wherever they were stopped. */
export const SCENARIOS: readonly Scenario[] = [
  FIRST,
  scenario("a rotation", { before: TWO, after: setupOf(["a", "b"], { password: "secret-of-hub-2" }), writes: 7 }),
  scenario("a removal", { before: setupOf(SIX), after: setupOf(SIX.slice(0, 5)), writes: 4 }),
  scenario("a move", { before: setupOf(SIX), after: setupOf([...SIX.slice(0, 5), "g"]), writes: 5 }),
  scenario("a change of recipients", { before: TWO, after: setupOf(["a", "b"], { recipients: 2 }), writes: 7 }),
];

/** How a write goes wrong. A crash ends the run; the others go on failing, as a full disk does. */
export type Fault = "crash" | "ENOSPC" | "EROFS" | "EACCES";
export type Moment = "before" | "after";

/** The disk, where a write or removal goes wrong: before it is done, or after. */
export function failing(files: Files, write: number, moment: Moment, fault: Fault): Files {
  let writes = 0;
  const around = async (path: string, work: () => Promise<boolean>): Promise<boolean> => {
    writes += 1;
    const now = fault === "crash" ? writes === write : writes >= write;
    if (now && (moment === "before" || writes > write)) throw errorOf(path, fault);
    const done = await work();
    if (now) throw errorOf(path, fault);
    return done;
  };
  return {
    ...files,
    replace: (root, path, bytes, options) => around(path, () => files.replace(root, path, bytes, options)),
    remove: (root, path) => around(path, () => files.remove(root, path)),
  };
}

function errorOf(path: string, fault: Fault): Error {
  if (fault === "crash") return new Error("crash");
  return writeError(path, Object.assign(new Error(fault), { code: fault }));
}
