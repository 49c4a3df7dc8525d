import pLimit from "p-limit";
import type { SecretReader } from "../io/secrets.ts";
import { RegcredError } from "../errors.ts";
import type { Problem } from "../errors.ts";
import type { Connection } from "../io/ports.ts";
import { isBad } from "../model.ts";
import type { Check, CheckResult, DockerConfigEntry, Registry, Resolved } from "../model.ts";
import { resolveRegistry } from "../providers/index.ts";
import { checkRegistry } from "../registry/index.ts";
import { maskLogin } from "./derived.ts";
import type { Options } from "./options.ts";
import type { World } from "./world.ts";

/** A registry with its credential, and how its check ended. */
export interface Checked {
  readonly resolved: Resolved;
  readonly check: Check;
}

/** Stages 2 and 3: resolves and checks the registries side by side; none can spoil another's result. */
export async function checkRegistries(
  registries: readonly Registry[],
  reader: SecretReader,
  options: Options,
  world: World,
): Promise<readonly Checked[]> {
  const limit = pLimit(options.concurrency);
  return await Promise.all(
    registries.map((registry) => limit(() => checkOne(withTimeout(registry, options), reader, world))),
  );
}

function withTimeout(registry: Registry, { timeout }: Options): Registry {
  return timeout === undefined ? registry : { ...registry, timeout };
}

async function checkOne(registry: Registry, reader: SecretReader, world: World): Promise<Checked> {
  const resolved = await resolveRegistry(registry, (source) => reader.secret(source), world.clock);
  const { outcome } = resolved;
  if (outcome.status === "resolved") maskLogin(outcome.credential.login, world.mask);
  if (outcome.status === "unresolved") return { resolved, check: row(resolved, unresolved(outcome.problem)) };
  if (registry.check === "skip") return { resolved, check: row(resolved, SKIPPED) };
  const connection = await connect(resolved, reader, world);
  if ("problem" in connection) return unresolvedBy(connection.problem, resolved);
  try {
    const target = { registry, endpoint: resolved.endpoint, credential: outcome.credential };
    const result = await checkRegistry(target, connection.open, world.clock);
    world.log.info(`${registry.name}: ${result.status}, ${result.requests} requests, ${result.milliseconds} ms`);
    return { resolved, check: row(resolved, result) };
  } finally {
    await connection.open.close();
  }
}

/** Opens the registry's connections; its CA may turn out to be unreadable, which leaves the registry unresolved. */
async function connect(
  { registry: { tls }, endpoint }: Resolved,
  reader: SecretReader,
  { http }: World,
): Promise<{ open: Connection } | { problem: Problem }> {
  try {
    const ca = tls.ca && (await reader.certificate(tls.ca));
    return { open: http.connect({ origin: endpoint.url, insecure: tls.insecure, serverName: tls.serverName, ca }) };
  } catch (error) {
    if (error instanceof RegcredError) return { problem: error.problems[0] };
    throw error;
  }
}

function unresolvedBy(problem: Problem, resolved: Resolved): Checked {
  const failed: Resolved = { ...resolved, outcome: { status: "unresolved", problem } };
  return { resolved: failed, check: row(failed, unresolved(problem)) };
}

function unresolved({ message, hint = "" }: Problem): CheckResult {
  return { ...NOT_SENT, status: "unresolved", message, hint };
}

/** The result of a check that never came to a request. */
const NOT_SENT: Omit<CheckResult, "status" | "message"> = {
  stage: "resolve",
  proved: "nothing",
  milliseconds: 0,
  requests: 0,
  canPush: null,
  rateLimit: null,
  hint: "",
};

const SKIPPED: CheckResult = { ...NOT_SENT, status: "skipped", message: "not checked, as the file says" };

function row({ registry, outcome }: Resolved, result: CheckResult): Check {
  const { name, type, host, location } = registry;
  const credential = outcome.status === "resolved" ? outcome.credential : undefined;
  // A registry can send back what it got, as the name of a host to go to, say.
  const told = (text: string) =>
    credential?.login.kind === "basic" ? credential.login.password.redactFrom(text) : text;
  const words = { message: told(result.message), hint: told(result.hint) };
  return {
    name,
    type,
    host,
    credential: "auth",
    ...result,
    ...words,
    expiresAt: credential?.expiresAt ?? null,
    location,
  };
}

/** Whether a registry's credential may be rendered: it passed, or the file says not to insist. */
export function hasPassed({ resolved, check }: Checked): boolean {
  return !isBad(check) || resolved.registry.check === "warn";
}

/** The registry's entry in a docker config; undefined where there is no credential to write. */
export function dockerConfigEntry({ resolved: { endpoint, outcome } }: Checked): DockerConfigEntry | undefined {
  if (outcome.status === "unresolved" || outcome.credential.login.kind === "anonymous") return undefined;
  const { username, password } = outcome.credential.login;
  return { server: endpoint.server, username, password };
}
