import pc from "picocolors";
import { setScene } from "../demo/scene.ts";
import type { Scene } from "../demo/scene.ts";
import { tellStory } from "../demo/story.ts";
import type { Terminal } from "../io/terminal.ts";
import { renderTree } from "../report/index.ts";
import { DEFAULTS } from "./options.ts";
import { runPipeline } from "./pipeline.ts";
import type { Presentation } from "./flags.ts";
import { showOutcome } from "./show.ts";
import type { World } from "./world.ts";

/**
 * The whole way with nothing set up: embedded registries on loopback, throwaway keys, a scratch Git repository. Its
 * runs are those of `regcred apply`, through the same pipeline; only the environment and the folder are the demo's own.
 */
export async function runDemo(
  { keep, present }: { readonly keep: string | undefined; readonly present: Presentation },
  world: World,
  terminal: Terminal,
): Promise<number> {
  const colors = pc.createColors(present.color && terminal.colors);
  // Interrupted, it still takes its registries down and its keys away.
  await world.interruption.guard(async () => {
    const scene = await setScene(keep, world.folder);
    try {
      await tellStory(scene, {
        apply: () => applyIn(scene, present, world, terminal),
        heading: (text) => terminal.out(`\n${colors.bold(colors.cyan(text))}\n`),
        say: (text) => terminal.out(`\n${text}\n`),
        tree: (paths) => renderTree(paths).trimEnd(),
      });
    } finally {
      await scene.close();
    }
    terminal.out(`\n${keep === undefined ? farewell() : lookFurther(scene)}\n`);
  });
  return 0;
}

async function applyIn(scene: Scene, present: Presentation, world: World, terminal: Terminal): Promise<number> {
  const sources = new Map<string, string>();
  const environment = { get: (name: string) => scene.variables.get(name) };
  const within = { ...world, environment, folder: scene.repository.path };
  terminal.out("\n$ regcred apply\n\n");
  const outcome = await runPipeline("apply", DEFAULTS, within, sources);
  showOutcome(outcome, present, { terminal, now: world.clock.now(), sources });
  world.interruption.check();
  return outcome.exitCode;
}

function farewell(): string {
  return "All of it is gone again. To look further: regcred demo --keep DIR";
}

function lookFurther({ repository, keyFiles }: Scene): string {
  return [
    `All of it is kept in ${repository.path}. To look further:`,
    `  git -C ${repository.path} log --stat`,
    `  SOPS_AGE_KEY_FILE=${keyFiles["prod-eu"] ?? ""} sops -d ${repository.path}/pull-secrets/prod-eu/apps/regcred.sops.yaml`,
    `  cat ${repository.path}/registries.yaml`,
  ].join("\n");
}
