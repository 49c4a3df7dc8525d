import { randomBytes } from "node:crypto";
import { inspectFolder, loginKeys, writeLogins } from "../docker-config/index.ts";
import type { LoginTarget, NewLogin } from "../docker-config/index.ts";
import { RegcredError } from "../errors.ts";
import type { Problem } from "../errors.ts";
import type { Registry, RegistryLogin } from "../model.ts";
import { providerOf } from "../providers/index.ts";
import { checkRegistries, dockerConfigEntry, hasPassed } from "./checks.ts";
import type { Checked } from "./checks.ts";
import { readConfiguration } from "./configuration.ts";
import { dockerFolder, inDockerFolder } from "./docker-folder.ts";
import { secretReader } from "./keys.ts";
import { KnownSecrets } from "./known-secrets.ts";
import type { Options } from "./options.ts";
import { failed, finished } from "./outcome.ts";
import type { Outcome } from "./outcome.ts";
import type { World } from "./world.ts";

/** What `login` is told beside the options that all commands have. */
export interface LoginOptions {
  /** The docker config folder; undefined for docker's own. */
  readonly dockerConfig: string | undefined;
  /** Proves each credential before it is written. */
  readonly check: boolean;
  /** Told what to undo before anything is written, so that even a run that is killed can be undone. */
  readonly announce?: (login: { readonly folder: string; readonly loginId: string }) => void;
}

export interface LoginOutcome extends Outcome {
  /** What `undoLogin` takes; null when nothing was written. */
  readonly loginId: string | null;
  /** The docker config folder, absolute; empty when there is none. */
  readonly folder: string;
}

/** A registry that is to be logged in to, with its keys under `auths`. */
interface Keyed {
  readonly item: Checked;
  readonly keys: readonly string[];
}

/**
 * Logs in to the registries that are named, or to all: their credentials go into docker's `config.json`.
 *
 * 1. config: what the file says, and which keys each registry is written under; what cannot be written is refused
 *    before any secret is read
 * 2. providers, 3. registry: a credential for each, and with `check` the proof that it may pull
 * 4. docker-config: everything that passed, in one write
 *
 * @param sources collects the texts of configuration files, for excerpts.
 */
export async function runLogin(
  names: readonly string[],
  login: LoginOptions,
  options: Options,
  world: World,
  sources: Map<string, string>,
): Promise<LoginOutcome> {
  let folder = "";
  try {
    folder = dockerFolder(login.dockerConfig, world);
    const scoped = withNames(names, options);
    return { ...(await logIn(folder, login, scoped, world, sources)), folder };
  } catch (error) {
    if (error instanceof RegcredError) return { ...failed("login", error), loginId: null, folder };
    throw error;
  }
}

function withNames(names: readonly string[], options: Options): Options {
  const { scope } = options;
  return { ...options, scope: { ...scope, registries: [...scope.registries, ...names] } };
}

async function logIn(
  folder: string,
  login: LoginOptions,
  options: Options,
  world: World,
  sources: Map<string, string>,
): Promise<Omit<LoginOutcome, "folder">> {
  const now = world.clock.now();
  const configuration = await readConfiguration(options, world, sources);
  const chosen = chosenOf(configuration.config.registries, options);
  const { keys, warnings } = loginKeys(chosen.map(targetOf));
  const { helperOf } = await inspectFolder(folder, world.files);
  world.log.stage(login.check ? "Check the registries" : "Read the credentials");
  const reader = secretReader(configuration, world, new KnownSecrets(world.mask));
  const asked = chosen.map((registry) => forLogin(registry, login.check));
  const checked = await checkRegistries(asked, reader, options, world);
  const all = checked.map((item) => ({ item, keys: keys.get(item.resolved.registry.name) ?? [] }));
  const passed = all.filter(({ item }) => hasPassed(item) && dockerConfigEntry(item) !== undefined);
  const helped = passed.flatMap((keyed) => helperWarnings(keyed, helperOf));
  const notes = [...configuration.notes, ...reader.notes(), ...warnings, ...helped];
  const { defaultRegistry } = configuration.config;
  const outcome = finished("login", { notes, checked, defaultRegistry }, options, now);
  const written = await attempt(() => write(folder, passed, login, world));
  const done = "error" in written ? [] : passed;
  const logins = all.map((keyed) => row(keyed, done.includes(keyed)));
  const checks = login.check ? outcome.report.checks : undefined;
  const report = { ...outcome.report, checks, logins, dockerConfig: folder };
  if (!("error" in written)) return { ...outcome, report, loginId: written.loginId };
  const { problems, exitCode } = written.error;
  return {
    ...outcome,
    report: { ...report, ok: false, errors: [...report.errors, ...problems] },
    exitCode,
    loginId: null,
  };
}

/** Those that are named, or all; what needs no login is left out. */
function chosenOf(registries: readonly Registry[], { scope }: Options): readonly Registry[] {
  const named = ({ name }: Registry) => scope.registries.length === 0 || scope.registries.includes(name);
  return registries.filter((registry) => named(registry) && registry.auth.method !== "anonymous");
}

function targetOf(registry: Registry): LoginTarget {
  const { name, type, host, path, location } = registry;
  return { registry: name, server: providerOf(type).endpoint(registry).server, host, path, location };
}

/** Nothing is rendered, so that a token may also be one that dies with the job. */
function forLogin(registry: Registry, check: boolean): Registry {
  return { ...registry, pullSecret: "none", check: check ? registry.check : "skip" };
}

const DOCKER_HUB = ["docker.io", "index.docker.io"];

function helperWarnings(
  { item, keys }: Keyed,
  helperOf: (hosts: readonly string[]) => string | null,
): readonly Problem[] {
  const { name, type, host, location } = item.resolved.registry;
  const helper = helperOf([...keys, ...(type === "docker-hub" ? DOCKER_HUB : [host])]);
  if (helper === null) return [];
  const message = `${name}: docker asks its credential helper ${helper} for ${host}, and does not see this login`;
  const hint = "log in with --docker-config DIR, and give docker the same folder as DOCKER_CONFIG";
  return [{ code: "credential-helper", message, hint, location }];
}

/** Writes what passed; null when that is nothing, and nothing is touched. */
async function write(
  folder: string,
  passed: readonly Keyed[],
  login: LoginOptions,
  world: World,
): Promise<string | null> {
  const logins = passed.flatMap(({ item, keys }): readonly NewLogin[] => {
    const entry = dockerConfigEntry(item);
    return entry === undefined ? [] : [{ registry: item.resolved.registry.name, keys, entry }];
  });
  if (logins.length === 0) return null;
  const loginId = randomBytes(8).toString("hex");
  const key = randomBytes(32).toString("hex");
  world.log.stage("Write docker's config.json");
  login.announce?.({ folder, loginId });
  await inDockerFolder(folder, world, (locked, madeBelow) =>
    writeLogins(locked, logins, { id: loginId, key, madeBelow }),
  );
  return loginId;
}

async function attempt(
  work: () => Promise<string | null>,
): Promise<{ readonly loginId: string | null } | { readonly error: RegcredError }> {
  try {
    return { loginId: await work() };
  } catch (error) {
    if (error instanceof RegcredError) return { error };
    throw error;
  }
}

function row({ item, keys }: Keyed, written: boolean): RegistryLogin {
  const { status, name } = item.check;
  return written ? { registry: name, keys, status: "done" } : { registry: name, keys: [], status };
}
