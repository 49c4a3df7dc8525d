import type { Outcome } from "../commands/outcome.ts";
import { endedBy, showOutcome } from "../commands/show.ts";
import type { World } from "../commands/world.ts";
import type { Runner } from "../io/actions.ts";
import { annotationsOf, renderSummary } from "../report/index.ts";
import type { Annotation } from "../report/index.ts";
import { isDebugging, logTerminal } from "./log.ts";
import { documentsOf, outputsOf } from "./outputs.ts";
import type { Ended } from "./outputs.ts";

/** What there is to tell with. */
export interface Audience {
  readonly runner: Runner;
  readonly world: World;
  /** The texts of configuration files, for excerpts. */
  readonly sources: ReadonlyMap<string, string>;
}

/**
 * Tells how a step ended: in its log, at the lines of files, to the steps that follow, and in the job's summary. Gives
 * the exit code of the process; the runner knows only failure.
 */
export async function tell(ended: Ended, audience: Audience): Promise<0 | 1> {
  const { runner } = audience;
  try {
    print(ended.outcome, audience);
    for (const annotation of annotationsOf(ended.outcome.report)) annotate(annotation, runner);
    await setOutputs(ended, runner);
    runner.addSummary(renderSummary(ended.outcome.report, { now: audience.world.clock.now() }));
    return ended.outcome.exitCode === 0 ? 0 : 1;
  } catch (error) {
    return complain(error, runner);
  }
}

/** Where nothing else can be told, the log still can. */
export function complain(error: unknown, runner: Runner): 1 {
  for (const annotation of annotationsOf(endedBy(error, "apply").report)) annotate(annotation, runner);
  return 1;
}

/** The report as text, in the step's log. */
export function print(outcome: Outcome, { runner, world, sources }: Audience): void {
  const terminal = logTerminal(runner, world.environment.get("NO_COLOR"));
  const present = { color: true, debug: isDebugging(world) };
  showOutcome(outcome, present, { terminal, now: world.clock.now(), sources });
}

function annotate({ level, title, message, location }: Annotation, runner: Runner): void {
  runner.command(level, message, { title, file: location?.file, line: location?.line, col: location?.column });
}

async function setOutputs(ended: Ended, runner: Runner): Promise<void> {
  const documents = documentsOf(ended.outcome.report);
  const paths = documents.size === 0 ? [] : await runner.keep([...documents.values()]);
  const files = [...documents.keys()].map((name, index) => [name, paths[index] ?? ""] as const);
  const outputs = { ...outputsOf(ended), "plan-file": "", "checks-file": "", ...Object.fromEntries(files) };
  for (const [name, value] of Object.entries(outputs)) runner.setOutput(name, value);
}
