import { dirname, relative, resolve } from "node:path";
import { loadConfig } from "../config/index.ts";
import { recipientProblems } from "../encrypt/index.ts";
import { RegcredError } from "../errors.ts";
import type { Problem } from "../errors.ts";
import type { Files } from "../io/ports.ts";
import type { Config } from "../model.ts";
import type { Options } from "./options.ts";
import type { World } from "./world.ts";

/** A configuration that may be used, with where it lies. */
export interface Configuration {
  readonly config: Config;
  readonly notes: readonly Problem[];
  /** Its folder, absolute: what `file` sources are relative to. */
  readonly folder: string;
  /** The root of its repository; without one, its folder. */
  readonly root: string;
  /** Files that `file` sources may name although they lie outside it; absolute. */
  readonly allowFiles: readonly string[];
}

const CANDIDATES = [".", ".github"].flatMap((folder) =>
  ["registries.yaml", "registries.yml"].map((name) => (folder === "." ? name : `${folder}/${name}`)),
);

/**
 * Stage 1: finds, reads and judges the configuration.
 *
 * @param sources collects the file's text, for excerpts.
 * @throws RegcredError with every problem of the file at once; of names and recipients once the file itself has none.
 */
export async function readConfiguration(
  options: Options,
  world: World,
  sources: Map<string, string>,
): Promise<Configuration> {
  const file = options.config ?? (await findConfig(world));
  const path = resolve(world.folder, file);
  const bytes = await world.files.readIfThere(path);
  if (bytes === null) throw missing(file);
  sources.set(file, Buffer.from(bytes).toString("utf8"));
  const folder = dirname(path);
  const root = (await repositoryRoot(world.files, folder)) ?? folder;
  const allowFiles = options.allowFiles.map((path) => resolve(world.folder, path));
  const loaded = loadConfig({ file, bytes, folder, root, allowFiles });
  if (loaded.status === "invalid") throw new RegcredError(loaded.problems);
  const { config, notes } = loaded;
  const [first, ...rest] = [...unknownNames(options, config), ...recipientProblemsOf(config)];
  if (first !== undefined) throw new RegcredError([first, ...rest]);
  return { config, notes, folder, root, allowFiles };
}

async function findConfig({ files, folder }: World): Promise<string> {
  const there = await Promise.all(CANDIDATES.map((name) => files.realPath(resolve(folder, name))));
  const found = CANDIDATES.filter((_, index) => there[index] !== null);
  const [first, second] = found;
  if (first === undefined) throw missing(null);
  if (second === undefined) return first;
  throw new RegcredError({
    code: "config-ambiguous",
    message: `both ${first} and ${second} exist, and only one can be meant`,
    hint: `remove one, or say which with --config ${first}`,
  });
}

function missing(file: string | null): RegcredError {
  return new RegcredError({
    code: "config-missing",
    message: file === null ? "there is no registries.yaml here or in .github/" : `there is no ${file}`,
    hint: "name it with --config FILE (the Action's input `config`); in a workflow, actions/checkout comes first; to start: https://github.com/regcred/regcred/tree/main/examples",
  });
}

/** The nearest folder upwards that holds a `.git`; null outside a repository. */
async function repositoryRoot(files: Files, folder: string): Promise<string | null> {
  if ((await files.realPath(resolve(folder, ".git"))) !== null) return folder;
  const parent = dirname(folder);
  return parent === folder ? null : await repositoryRoot(files, parent);
}

/** `--registry` and `--cluster` name what the file has. */
function unknownNames({ scope }: Options, { registries, clusters, file }: Config): readonly Problem[] {
  const unknown = (kind: string, wanted: readonly string[], known: readonly { readonly name: string }[]) => {
    const names = known.map(({ name }) => name);
    const hint = names.length === 0 ? "it has none at all" : `it has ${names.join(", ")}`;
    return wanted
      .filter((name) => !names.includes(name))
      .map((name): Problem => ({ code: "unknown-name", message: `${file} has no ${kind} ${name}`, hint }));
  };
  return [...unknown("registry", scope.registries, registries), ...unknown("cluster", scope.clusters, clusters)];
}

/** Every given recipient is one; those of rules are judged when they are looked up, file by file. */
function recipientProblemsOf({ clusters }: Config): readonly Problem[] {
  return clusters.flatMap(({ encrypt }) =>
    ("age" in encrypt ? encrypt.age : []).flatMap(({ name, location }) => recipientProblems([name], location)),
  );
}

/** A path as the user would write it from where the command was called. */
export function fromHere(path: string, { folder }: World): string {
  const short = relative(folder, path);
  return short === "" ? "." : short.startsWith("..") ? path : short;
}
