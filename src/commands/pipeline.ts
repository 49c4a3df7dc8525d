import { RegcredError } from "../errors.ts";
import type { Config, PipelineCommand, Registry } from "../model.ts";
import { deliveriesOf, inScope, isNarrowed } from "../plan/index.ts";
import type { Delivery, Scope } from "../plan/index.ts";
import { checkRegistries } from "./checks.ts";
import type { Checked } from "./checks.ts";
import { readConfiguration } from "./configuration.ts";
import type { Configuration } from "./configuration.ts";
import { Opener } from "./opening.ts";
import { lockKey, readKeys, secretReader } from "./keys.ts";
import type { Options } from "./options.ts";
import { failed, finished } from "./outcome.ts";
import type { Outcome, Results } from "./outcome.ts";
import { orphanWarnings } from "./orphans.ts";
import { planClusters } from "./planning.ts";
import { KnownSecrets } from "./known-secrets.ts";
import { publishToDirectory } from "./publishing.ts";
import type { Publication } from "./publishing.ts";
import type { PullRequestRun } from "./runs.ts";
import { publishByPullRequest } from "./pull-request.ts";
import { recipientsReader } from "./recipients.ts";
import { openTarget } from "./target.ts";
import type { Setting, Target } from "./target.ts";
import type { Ingredients } from "./wanted.ts";
import type { World } from "./world.ts";

/**
 * Runs a command through the stages, in their order; the only place that knows it. Each command stops where it has what
 * it is asked for.
 *
 * 1. config: what the file says
 * 2. providers: a credential for each registry, 3. registry: proof that it may pull
 * 4. plan: what should be there x what is there
 * 5. render, 6. encrypt and 7. publish what changes
 *
 * Stage 8, report, is the door's: it turns the outcome into text or JSON.
 *
 * @param sources collects the texts of configuration files, for excerpts.
 */
export async function runPipeline(
  command: PipelineCommand,
  options: Options,
  world: World,
  sources: Map<string, string>,
): Promise<Outcome> {
  const now = world.clock.now();
  try {
    world.log.stage("Read the configuration");
    const configuration = await readConfiguration(options, world, sources);
    const { notes, config } = configuration;
    const results = command === "validate" ? { notes } : await runStages(command, configuration, options, world);
    return finished(command, { ...results, defaultRegistry: config.defaultRegistry }, options, now);
  } catch (error) {
    if (error instanceof RegcredError) return failed(command, error);
    throw error;
  }
}

async function runStages(
  command: Exclude<PipelineCommand, "validate">,
  configuration: Configuration,
  options: Options,
  world: World,
): Promise<Results> {
  const { config } = configuration;
  const secrets = new KnownSecrets(world.mask);
  const deliveries = inScope(deliveriesOf(config), options.scope);
  const output = command === "check" ? null : await prepareOutput({ configuration, options, secrets }, world);

  world.log.stage("Check the registries");
  const reader = secretReader(configuration, world, secrets);
  const registries = registriesInScope(command, config, deliveries, options.scope);
  const checked = await checkRegistries(registries, reader, options, world);
  const notes = [...configuration.notes, ...reader.notes()];
  if (output === null) return { notes, checked };

  world.log.stage("Plan");
  const { keys, target, recipientsOf } = output;
  const opener = new Opener({ owner: config.name, keys, secrets }, world);
  const ingredients: Ingredients = { config, checked: byName(checked), recipientsOf, keys, opener };
  const plans = await planClusters(deliveries, ingredients, target, options);
  const orphans = isNarrowed(options.scope) ? [] : await orphanWarnings(config, target);
  const found = { notes: [...notes, ...(await opener.warnings()), ...orphans], checked, plans };
  if (command === "plan") return found;

  const { report } = finished(command, found, options, world.clock.now());
  const run = { plans, ingredients, options, secrets, report };
  return { ...found, publication: await publish(run, target, world) };
}

/** What `plan` and `apply` need beside the registries; refused before a credential is sent anywhere. */
async function prepareOutput({ configuration, options, secrets }: Omit<Setting, "lockKey">, world: World) {
  const keys = readKeys(world.environment, secrets);
  const target = await openTarget({ configuration, options, secrets, lockKey: lockKey(keys) }, world);
  const root = target.kind === "directory" ? target.root : configuration.root;
  return { keys, target, recipientsOf: recipientsReader({ folder: configuration.folder, root }, world) };
}

async function publish(run: Omit<PullRequestRun, "target">, target: Target, world: World): Promise<Publication> {
  if (target.kind === "pull-request") return await publishByPullRequest({ ...run, target }, world);
  return await publishToDirectory(run, target, world);
}

/** All; in a narrowed run those that are named, and for `plan` and `apply` those that share a pull secret with them. */
function registriesInScope(
  command: PipelineCommand,
  { registries }: Config,
  deliveries: readonly Delivery[],
  scope: Scope,
): readonly Registry[] {
  if (!isNarrowed(scope)) return registries;
  const needed = command === "check" ? [] : deliveries.flatMap((delivery) => delivery.registries);
  const names = new Set([...scope.registries, ...needed.map(({ name }) => name)]);
  return registries.filter(({ name }) => names.has(name));
}

function byName(checked: readonly Checked[]): ReadonlyMap<string, Checked> {
  return new Map(checked.map((item) => [item.resolved.registry.name, item]));
}
