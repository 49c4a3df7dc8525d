import { readEvent } from "./action/event.ts";
import { readCall } from "./action/inputs.ts";
import type { Call } from "./action/inputs.ts";
import { foldingLog, isDebugging } from "./action/log.ts";
import type { Ended } from "./action/outputs.ts";
import { savedLogin, saveLogin } from "./action/state.ts";
import { complain, print, tell } from "./action/tell.ts";
import { judgeTrust, mayRun, untrusted } from "./action/trust.ts";
import { undoLogin } from "./commands/logout.ts";
import type { Outcome } from "./commands/outcome.ts";
import { endedBy, stackOf } from "./commands/show.ts";
import { openWorld } from "./commands/world.ts";
import type { World } from "./commands/world.ts";
import type { Problem } from "./errors.ts";
import { connectRunner } from "./io/actions.ts";
import type { Runner } from "./io/actions.ts";
import type { Interruption } from "./io/interruption.ts";
import { COMMANDS } from "./model.ts";

/** The Action: one of its two steps, with what GitHub's runner gives it. Gives the exit code of the process. */
export async function runAction(
  step: "main" | "post",
  interruption: Interruption,
  runner: Runner = connectRunner(),
): Promise<0 | 1> {
  return step === "main" ? await runMain(runner, interruption) : await runPost(runner, interruption);
}

/** What a step has to work with. `sources` collects the texts of configuration files, for excerpts. */
interface Scene {
  readonly runner: Runner;
  readonly world: World;
  readonly sources: Map<string, string>;
}

/** The main step: inputs -> command -> log, annotations, outputs, summary. */
async function runMain(runner: Runner, interruption: Interruption): Promise<0 | 1> {
  const log = foldingLog(runner);
  const world = openWorld({ log, mask: (secret) => runner.mask(secret), interruption });
  const scene: Scene = { runner, world, sources: new Map() };
  const ended = await perform(scene);
  log.end();
  return await tell(ended, scene);
}

/** Whatever goes wrong is an outcome, so that the steps that follow are told. */
async function perform(scene: Scene): Promise<Ended> {
  const { runner, world } = scene;
  let mode: Ended["mode"] = "";
  try {
    const call = readCall(runner);
    const { command, options } = call;
    if (options.token !== undefined) world.mask(options.token);
    const trust = judgeTrust(await readEvent(options.config, world), call.trustedRefs);
    mode = mayRun(command, trust) ? "full" : "validate-only";
    for (const { message } of call.warnings) world.log.info(`warning: ${message}`);
    const outcome = await (mode === "full" ? run(call, scene) : validate(call, scene));
    const warnings = [...call.warnings, ...untrusted(command, trust), ...leftBehind(call, outcome)];
    return { outcome: withWarnings(warnings, outcome), mode };
  } catch (error) {
    if (isDebugging(world)) world.log.debug(stackOf(error));
    return { outcome: endedBy(error, COMMANDS.find((name) => name === runner.input("command")) ?? "apply"), mode };
  }
}

async function run(call: Call, { runner, world, sources }: Scene): Promise<Outcome> {
  const { command, dryRun, options, login } = call;
  if (command !== "login") {
    const { runPipeline } = await import("./commands/pipeline.ts");
    return await runPipeline(dryRun ? "plan" : command, options, world, sources);
  }
  const { runLogin } = await import("./commands/login.ts");
  const announce = (made: { readonly folder: string; readonly loginId: string }) => saveLogin(made, runner);
  return await runLogin([], { ...login, announce }, options, world, sources);
}

async function validate({ options }: Call, { world, sources }: Scene): Promise<Outcome> {
  const { runPipeline } = await import("./commands/pipeline.ts");
  return await runPipeline("validate", options, world, sources);
}

/** Files that nobody asked to have in the checkout end with the job. */
function leftBehind({ options }: Call, { report }: Outcome): readonly Problem[] {
  if (report.published?.kind !== "directory" || options.dir !== undefined || report.changed !== true) return [];
  return [
    {
      code: "no-pull-request",
      message: "no pull request was made: the files lie in the checkout, which ends with the job",
      hint: "add `gitops: {}` to registries.yaml; or give the input `dir`, and commit the files in a later step",
    },
  ];
}

/** What the door has to say, before what the command says. */
function withWarnings(warnings: readonly Problem[], outcome: Outcome): Outcome {
  const { report } = outcome;
  return { ...outcome, report: { ...report, warnings: [...warnings, ...report.warnings] } };
}

/** The post step: puts back what `login` of the main step changed, even where that was killed. */
async function runPost(runner: Runner, interruption: Interruption): Promise<0 | 1> {
  const login = savedLogin(runner);
  if (login === null) return 0;
  const world = openWorld({ log: foldingLog(runner), mask: (secret) => runner.mask(secret), interruption });
  try {
    print(await undoLogin(login.folder, login.loginId, world), { runner, world, sources: new Map() });
    return 0;
  } catch (error) {
    return complain(error, runner);
  }
}
