import { mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runLogin } from "../../src/commands/login.ts";
import type { LoginOptions, LoginOutcome } from "../../src/commands/login.ts";
import { runLogout } from "../../src/commands/logout.ts";
import { DEFAULTS } from "../../src/commands/options.ts";
import type { Outcome } from "../../src/commands/outcome.ts";
import { openWorld } from "../../src/commands/world.ts";
import type { World } from "../../src/commands/world.ts";

/** A folder with a configuration, and a home without a docker config. */
export interface LoginScene {
  readonly home: string;
  /** `~/.docker` */
  readonly docker: string;
  readonly variables: Map<string, string>;
  readonly world: World;
  /** The lines under `registries:`. */
  configure(registries: string): void;
  login(names?: readonly string[], options?: Partial<LoginOptions>, world?: Partial<World>): Promise<LoginOutcome>;
  logout(dockerConfig?: string): Promise<Outcome>;
  /** The names in a folder, `~/.docker` unless told. */
  names(folder?: string): readonly string[];
  close(): void;
}

/** A registry's entry with a password in the variable of its name; nothing is asked of it without `--check`. */
export function entry(name: string, host: string, more = ""): string {
  const password = `{ env: ${name.toUpperCase()} }`;
  return `  ${name}: { type: generic, host: ${host}, auth: { basic: { username: "${name}-ci", password: ${password} } }${more} }\n`;
}

export const HUB =
  "  hub: { type: docker-hub, auth: { basic: { username: hub-ci, password: { env: HUB } } } }\n" as const;

/** `auth` of an entry, as docker has it. */
export function authOf(username: string, password: string): { auth: string } {
  return { auth: Buffer.from(`${username}:${password}`).toString("base64") };
}

export function openLoginScene(): LoginScene {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "regcred-login-")));
  const home = realpathSync(mkdtempSync(join(tmpdir(), "regcred-home-")));
  const variables = new Map([
    ["HOME", home],
    ["HUB", "hub-secret-1"],
    ["QUAY", "quay:secret-ü"],
  ]);
  const log = { stage: () => undefined, info: () => undefined, debug: () => undefined };
  const interruption: World["interruption"] = { guard: (work) => work(), check: () => undefined };
  const world: World = {
    ...openWorld({ log, mask: () => undefined, interruption }),
    environment: { get: (name) => variables.get(name) },
    folder,
  };
  const docker = join(home, ".docker");
  const configure = (registries: string): void =>
    writeFileSync(join(folder, "registries.yaml"), `version: 1\nregistries:\n${registries}clusters: {}\n`);
  configure(HUB + entry("quay", "quay.example.com:8443"));
  return {
    ...{ home, docker, variables, world, configure },
    login: (names = [], options = {}, ports = {}) =>
      runLogin(
        names,
        { dockerConfig: undefined, check: false, ...options },
        DEFAULTS,
        { ...world, ...ports },
        new Map(),
      ),
    logout: (dockerConfig) => runLogout({ dockerConfig }, world),
    names: (of = docker) => readdirSync(of).sort(),
    close: () => {
      rmSync(folder, { recursive: true });
      rmSync(home, { recursive: true });
    },
  };
}
