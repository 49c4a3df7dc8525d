import { RegcredError } from "../errors.ts";
import type { CommandName, Config, Registry } from "../model.ts";
import { deliveriesOf, inScope, isNarrowed } from "../plan/index.ts";
import type { Delivery, Scope } from "../plan/index.ts";
import { checkRegistries } from "./checks.ts";
import type { Checked } from "./checks.ts";
import { publishRoot, readConfiguration, shown } from "./configuration.ts";
import type { Configuration } from "./configuration.ts";
import { lockSeal, readKey, secretReader } from "./keys.ts";
import type { Options } from "./options.ts";
import { failed, finished } from "./outcome.ts";
import type { Findings, Outcome } from "./outcome.ts";
import { planClusters } from "./planning.ts";
import { publishPlans } from "./publishing.ts";
import { recipientsReader } from "./recipients.ts";
import type { Ingredients } from "./wanted.ts";
import type { World } from "./world.ts";

/**
 * Runs a command through the stages, in their order; the only place that knows it. Each command stops where it has what it is asked for.
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
  command: CommandName,
  options: Options,
  world: World,
  sources: Map<string, string>,
): Promise<Outcome> {
  const now = world.clock.now();
  try {
    const configuration = await readConfiguration(options, world, sources);
    const findings = command === "validate" ? configuration : await work(command, configuration, options, world);
    return finished(command, findings, options, now);
  } catch (error) {
    if (error instanceof RegcredError) return failed(command, error);
    throw error;
  }
}

async function work(
  command: Exclude<CommandName, "validate">,
  configuration: Configuration,
  options: Options,
  world: World,
): Promise<Findings> {
  const { config } = configuration;
  const deliveries = inScope(deliveriesOf(config), options.scope);
  const reader = secretReader(configuration, options, world);
  const registries = registriesInScope(command, config, deliveries, options.scope);
  const checked = await checkRegistries(registries, reader, options, world);
  const notes = [...configuration.notes, ...reader.notes()];
  if (command === "check") return { notes, checked };

  const { key, warnings } = readKey(world.environment);
  const seal = lockSeal(key);
  const root = publishRoot(command, options, configuration, world);
  const recipientsOf = recipientsReader({ folder: configuration.folder, root }, world);
  const ingredients: Ingredients = { config, checked: byName(checked), recipientsOf, key };
  const plans = await planClusters(deliveries, ingredients, { root, seal }, options, world);
  const found = { notes: [...notes, ...warnings], checked, plans };
  if (command === "plan") return found;

  const published = await publishPlans(plans, ingredients, { root, shown: shown(root, world), seal }, world);
  return { ...found, published };
}

/** Those that are named; those that a delivery in scope needs, when only clusters are named; otherwise all. */
function registriesInScope(
  command: CommandName,
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
