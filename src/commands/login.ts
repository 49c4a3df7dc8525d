import { helperHost, helpersIn, loginKeys } from "../docker-config/index.ts";
import type { LoginKeys, LoginTarget } from "../docker-config/index.ts";
import { RegcredError } from "../errors.ts";
import type { Problem } from "../errors.ts";
import type { Registry } from "../model.ts";
import { providerOf } from "../providers/index.ts";
import { checkRegistries } from "./checks.ts";
import { readConfiguration } from "./configuration.ts";
import type { Configuration } from "./configuration.ts";
import { dockerFolder } from "./docker-folder.ts";
import { secretReader } from "./keys.ts";
import { KnownSecrets } from "./known-secrets.ts";
import { isWritable, writeKeyed } from "./login-writing.ts";
import type { Announce, Keyed, Written } from "./login-writing.ts";
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
  readonly announce?: Announce;
}

export interface LoginOutcome extends Outcome {
  /** What `undoLogin` takes; null when nothing was written. */
  readonly loginId: string | null;
  /** The docker config folder, absolute; empty when there is none. */
  readonly folder: string;
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
  const chosen = await choose(folder, options, world, sources);
  const { all, notes } = await checkAll(chosen, login, options, world);
  const { defaultRegistry } = chosen.configuration.config;
  const checked = all.map(({ item }) => item);
  const outcome = finished("login", { notes, checked, defaultRegistry }, options, now);
  const checks = login.check ? outcome.report.checks : undefined;
  const report = { ...outcome.report, checks, dockerConfig: folder };
  return withWritten({ ...outcome, report }, await writeKeyed(folder, all, world, login.announce));
}

/** What is known before any secret is read. */
interface Chosen {
  readonly configuration: Configuration;
  readonly registries: readonly Registry[];
  readonly login: LoginKeys;
  /** The credential helper that docker asks for a host; null for none. */
  readonly helperOf: (host: string) => string | null;
}

async function choose(folder: string, options: Options, world: World, sources: Map<string, string>): Promise<Chosen> {
  const configuration = await readConfiguration(options, world, sources);
  const registries = chosenOf(configuration.config.registries, options);
  const login = loginKeys(registries.map(targetOf));
  return { configuration, registries, login, helperOf: await helpersIn(folder, world.files) };
}

async function checkAll(
  { configuration, registries, login: { keys, warnings }, helperOf }: Chosen,
  { check }: LoginOptions,
  options: Options,
  world: World,
): Promise<{ readonly all: readonly Keyed[]; readonly notes: readonly Problem[] }> {
  world.log.stage(check ? "Check the registries" : "Read the credentials");
  const reader = secretReader(configuration, world, new KnownSecrets(world.mask));
  const asked = registries.map((registry) => forLogin(registry, check));
  const checked = await checkRegistries(asked, reader, options, world);
  const all = checked.map((item) => ({ item, keys: keys.get(item.resolved.registry.name) ?? [] }));
  const helped = all.filter(isWritable).flatMap((keyed) => helperWarnings(keyed, helperOf));
  return { all, notes: [...configuration.notes, ...reader.notes(), ...warnings, ...helped] };
}

function withWritten(outcome: Outcome, { logins, loginId, error }: Written): Omit<LoginOutcome, "folder"> {
  const report = { ...outcome.report, logins };
  if (error === null) return { ...outcome, report, loginId };
  const errors = [...report.errors, ...error.problems];
  return { ...outcome, report: { ...report, ok: false, errors }, exitCode: error.exitCode, loginId };
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

function helperWarnings({ item }: Keyed, helperOf: (host: string) => string | null): readonly Problem[] {
  const { registry } = item.resolved;
  const { name, host, location } = registry;
  const helper = helperOf(helperHost(targetOf(registry)));
  if (helper === null) return [];
  const message = `${name}: docker asks its credential helper ${helper} for ${host}, and does not see this login`;
  const hint = "log in with --docker-config DIR, and give docker the same folder as DOCKER_CONFIG";
  return [{ code: "credential-helper", message, hint, location }];
}
