import type { Problem, RegcredError } from "../errors.ts";
import type { Change, Check, ClusterPlan, CommandName, Published, Report } from "../model.ts";
import type { Checked } from "./checks.ts";
import { hasPassed } from "./wanted.ts";
import type { FailOn, Options } from "./options.ts";

/** How a command ended: what it says, and the exit code of design section 4. */
export interface Outcome {
  readonly report: Report;
  readonly exitCode: 0 | 1 | 2 | 3 | 130;
}

/** What the stages found, as far as they ran. */
export interface Findings {
  readonly notes: readonly Problem[];
  readonly checked?: readonly Checked[] | undefined;
  readonly plans?: readonly ClusterPlan[] | undefined;
  readonly published?: Published | undefined;
}

/** A command that went its way: what was found decides between 0, 1 and 3. */
export function finished(command: CommandName, findings: Findings, options: Options, now: Date): Outcome {
  const { checked, plans, published } = findings;
  const changes = plans?.flatMap((plan) => plan.changes);
  const changed = plans?.some(pending);
  const errors = [...(checked ?? []).flatMap(checkErrors), ...(plans ?? []).flatMap(planErrors)];
  const warnings = [...findings.notes, ...(checked ?? []).flatMap((item) => checkWarnings(item, now))];
  const ok = errors.length === 0 && !failsOn(options.failOn, warnings, changed === true);
  const checks = checked?.map(({ check }) => check);
  return {
    report: { version: 1, command, ok, errors, warnings, checks, changed, changes, published },
    exitCode: ok ? (changed === true && command === "plan" && options.exitCode ? 3 : 0) : 1,
  };
}

/** A command that could not go its way. */
export function failed(command: CommandName, error: RegcredError, notes: readonly Problem[] = []): Outcome {
  return {
    report: { version: 1, command, ok: false, errors: error.problems, warnings: notes },
    exitCode: error.exitCode,
  };
}

/** Whether a plan asks for a write at all. A run that changes nothing writes nothing. */
export function pending({ writes, removes, kustomization, lockChanged }: ClusterPlan): boolean {
  return writes.length > 0 || removes.length > 0 || kustomization !== null || lockChanged;
}

function failsOn(failOn: readonly FailOn[], warnings: readonly Problem[], changed: boolean): boolean {
  return (
    (failOn.includes("warning") && warnings.length > 0) ||
    (failOn.includes("expiring") && warnings.some(({ code }) => code === "expiring" || code === "expired")) ||
    (failOn.includes("changes") && changed)
  );
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

function planErrors({ problems, changes }: ClusterPlan): readonly Problem[] {
  const holds = changes.filter(({ action, reason }) => action === "hold" && reason === "registry-failed");
  return [...problems, ...heldProblems(holds)];
}

/** One problem for all the files that the same registries hold in a cluster. */
function heldProblems(holds: readonly Change[]): readonly Problem[] {
  const names = [...new Set(holds.map(({ registries }) => registries.join(", ")))];
  return names.map((name) => {
    const paths = holds.filter(({ registries }) => registries.join(", ") === name).map(({ path }) => path);
    const [first] = paths;
    const files = paths.length === 1 ? `${first} is` : `${paths.length} files (${first}, …) are`;
    return {
      code: "held",
      message: `${files} held because of ${name}: nothing was written there`,
      hint: "mend the credential and run again; the files keep what they had",
    };
  });
}
