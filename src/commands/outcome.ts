import type { FailureExit, Problem, RegcredError } from "../errors.ts";
import type { Change, Check, ClusterPlan, CommandName, Report } from "../model.ts";
import { asksForWrite } from "../plan/index.ts";
import { hasPassed } from "./checks.ts";
import type { Checked } from "./checks.ts";
import type { FailOn, Options } from "./options.ts";
import type { Publication } from "./publishing.ts";

/** How a command ended: what it says, and the exit code of design section 4. */
export interface Outcome {
  readonly report: Report;
  readonly exitCode: 0 | 3 | FailureExit;
  /** The host of `defaults.registry`; null where none is named, or nobody came to read it. */
  readonly defaultRegistry?: string | null;
}

/** What the stages came to, as far as they ran. */
export interface Results {
  readonly notes: readonly Problem[];
  readonly checked?: readonly Checked[] | undefined;
  readonly plans?: readonly ClusterPlan[] | undefined;
  readonly publication?: Publication | undefined;
  readonly defaultRegistry?: string | null;
}

/**
 * A command that went its way: what it came to decides between 0, 1 and 3; an interruption between two writes is 130.
 */
export function finished(command: CommandName, results: Results, options: Options, now: Date): Outcome {
  const { notes, checked = [], plans = [], publication } = results;
  const changed = publication === undefined ? plans.some(asksForWrite) : publication.changed;
  const failures = publication?.failures ?? [];
  const failed = [
    ...checked.flatMap(checkErrors),
    ...plans.flatMap(planErrors),
    ...failures.flatMap(({ problems }) => problems),
  ];
  const found = checked.flatMap((item) => checkWarnings(item, now));
  // A login may push: no cluster gets it.
  const warnings = [...notes, ...found.filter(({ code }) => command !== "login" || code !== "can-push")];
  const errors = [...failed, ...failOnErrors(options.failOn, warnings, changed)];
  const ok = errors.length === 0;
  const report: Report = {
    version: 1,
    command,
    ok,
    errors,
    warnings,
    checks: results.checked?.map(({ check }) => check),
    changed: results.plans && changed,
    changes: results.plans?.flatMap((plan) => plan.changes),
    published: publication?.published ?? undefined,
  };
  const pendingExit = changed && command === "plan" && options.exitCode ? 3 : 0;
  const interrupted = failures.some(({ exitCode }) => exitCode === 130);
  const exitCode = ok ? pendingExit : interrupted ? 130 : 1;
  return { report, exitCode, defaultRegistry: results.defaultRegistry ?? null };
}

/** A command that could not go its way. */
export function failed(command: CommandName, error: RegcredError): Outcome {
  return {
    report: { version: 1, command, ok: false, errors: error.problems, warnings: [] },
    exitCode: error.exitCode,
    defaultRegistry: null,
  };
}

/** What `fail-on` makes of things that are no errors. */
function failOnErrors(failOn: readonly FailOn[], warnings: readonly Problem[], changed: boolean): readonly Problem[] {
  const expiring = warnings.filter(({ code }) => code === "expiring" || code === "expired");
  const found: Readonly<Record<FailOn, string>> = {
    held: "",
    warning: warnings.length > 0 ? "there are warnings" : "",
    expiring: expiring.length > 0 ? "a credential expires soon, or has expired" : "",
    changes: changed ? "there are changes" : "",
  };
  return failOn
    .filter((word) => found[word] !== "")
    .map((word) => ({
      code: "fail-on",
      message: `${found[word]}, and \`fail-on: ${word}\` makes that a failure`,
      hint: "all else was done; leave the option out if it is no failure",
    }));
}

function checkErrors(item: Checked): readonly Problem[] {
  const { resolved, check } = item;
  if (resolved.outcome.status === "unresolved") return [resolved.outcome.problem];
  return hasPassed(item) ? [] : [checkProblem(check)];
}

function checkWarnings({ resolved, check }: Checked, now: Date): readonly Problem[] {
  const lenient = resolved.registry.check === "warn" && resolved.outcome.status === "resolved" && check.status !== "ok";
  return [
    ...(lenient ? [checkProblem(check)] : []),
    ...(check.canPush === true ? [canPush(check)] : []),
    ...expiryWarnings(check, resolved.registry.expiryWarning, now),
  ];
}

function checkProblem({ name, status, message, hint, location }: Check): Problem {
  return { code: "check-failed", message: `${name}: ${status}: ${message}`, hint, location };
}

function canPush({ name, location }: Check): Problem {
  return {
    code: "can-push",
    message: `${name}: this credential may also push, and clusters need pull only`,
    hint: "make a credential that may only pull; whoever reads a cluster's Secrets could replace images with this one",
    location,
  };
}

function expiryWarnings({ name, expiresAt, location }: Check, ahead: number, now: Date): readonly Problem[] {
  if (expiresAt === null) return [];
  const left = Date.parse(expiresAt) - now.getTime();
  if (left > ahead) return [];
  const code = left > 0 ? "expiring" : "expired";
  const message = `${name}: this credential ${left > 0 ? "expires" : "expired"} on ${expiresAt.slice(0, 10)}`;
  return [
    { code, message, hint: "make a new one, put it where the old one is read from, and set `expires` anew", location },
  ];
}

function planErrors({ problems, changes, writes, directory }: ClusterPlan): readonly Problem[] {
  const holds = changes.filter(({ action, reason }) => action === "hold" && reason === "registry-failed");
  const kept = writes.flatMap(({ wanted, kept }) =>
    (kept?.registries ?? []).map((registry) => ({ registry, path: `${directory}/${wanted.path}` })),
  );
  return [...problems, ...heldProblems(holds), ...keptProblems(kept)];
}

/** One problem for each registry whose old entry goes on in a cluster. */
function keptProblems(kept: readonly { readonly registry: string; readonly path: string }[]): readonly Problem[] {
  return [...new Set(kept.map(({ registry }) => registry))].map((name) => {
    const paths = kept.filter(({ registry }) => registry === name).map(({ path }) => path);
    return {
      code: "held",
      message: `the old entry of ${name} is kept in ${filesOf(paths)}, and the rest is updated`,
      hint: "mend the credential and run again; until then that entry stays what it was",
    };
  });
}

function filesOf(paths: readonly string[]): string {
  const [first = ""] = paths;
  return paths.length === 1 ? first : `${paths.length} files (${first}, …)`;
}

/** One problem for all the files that the same registries hold in a cluster. */
function heldProblems(holds: readonly Change[]): readonly Problem[] {
  const names = [...new Set(holds.map(({ registries }) => registries.join(", ")))];
  return names.map((name) => {
    const paths = holds.filter(({ registries }) => registries.join(", ") === name).map(({ path }) => path);
    return {
      code: "held",
      message: `${filesOf(paths)} ${paths.length === 1 ? "is" : "are"} held because of ${name}: nothing was written there`,
      hint: "mend the credential and run again; the files keep what they had",
    };
  });
}
