// A process that logs in and out, for the tests that kill it or let several of them run at once: `node FILE JSON`.

import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { runLogin } from "../../src/commands/login.ts";
import type { LoginOutcome } from "../../src/commands/login.ts";
import { runLogout, undoLogin } from "../../src/commands/logout.ts";
import { DEFAULTS } from "../../src/commands/options.ts";
import { openWorld } from "../../src/commands/world.ts";
import type { World } from "../../src/commands/world.ts";

export type Order = { readonly home: string } & (
  | { readonly kind: "rounds"; readonly name: string; readonly key: string; readonly rounds: number }
  /** Kills itself at its n-th write: before it, half-way (its temporary file lies there), or after. */
  | {
      readonly kind: "killed";
      readonly command: "login" | "logout";
      readonly write: number;
      readonly moment: "before" | "within" | "after";
    }
);

const order: Order = JSON.parse(process.argv[2] ?? "");
const { home } = order;
const quiet = (): void => undefined;
const variables = new Map([
  ["HOME", home],
  ["HUB", "hub-secret-1"],
]);
const world: World = {
  ...openWorld({
    log: { stage: quiet, info: quiet, debug: quiet },
    mask: quiet,
    interruption: { guard: (work) => work(), check: quiet },
  }),
  environment: { get: (name) => variables.get(name) },
  folder: home,
};

function login(names: readonly string[], within: World): Promise<LoginOutcome> {
  return runLogin(names, { dockerConfig: undefined, check: false }, DEFAULTS, within, new Map());
}

async function goRounds({ name, key, rounds }: Extract<Order, { kind: "rounds" }>): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const { loginId, folder, report } = await login([name], world);
    if (loginId === null) throw new Error(JSON.stringify(report.errors));
    const { auths } = JSON.parse(readFileSync(join(home, ".docker/config.json"), "utf8"));
    if (auths[key] === undefined) throw new Error(`${key} is lost in round ${round.toString()}`);
    if (round % 3 > 0) await undoLogin(folder, loginId, world);
  }
}

async function beKilled({ command, write, moment }: Extract<Order, { kind: "killed" }>): Promise<void> {
  let writes = 0;
  const die = (): boolean => process.kill(process.pid, "SIGKILL");
  const count = (root: string, path: string, bytes: Uint8Array): boolean => {
    const now = ++writes === write;
    if (now && moment === "within")
      writeFileSync(join(dirname(resolve(root, path)), ".regcred-0123456789abcdef.tmp"), bytes);
    if (now && moment !== "after") die();
    return now;
  };
  const files: World["files"] = {
    ...world.files,
    replace: async (root, path, bytes, options) => {
      const now = count(root, path, bytes);
      const replaced = await world.files.replace(root, path, bytes, options);
      if (now) die();
      return replaced;
    },
    remove: async (root, path, options) => {
      const now = count(root, path, new Uint8Array());
      const removed = await world.files.remove(root, path, options);
      if (now) die();
      return removed;
    },
  };
  await (command === "login"
    ? login(["hub", "quay"], { ...world, files })
    : runLogout({ dockerConfig: undefined }, { ...world, files }));
}

await (order.kind === "rounds" ? goRounds(order) : beKilled(order));
