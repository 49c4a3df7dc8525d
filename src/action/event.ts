import { dirname, resolve } from "node:path";
import type { World } from "../commands/world.ts";
import { isJsonObject, parseJson } from "../json.ts";
import { checkedOutCommit } from "./checkout.ts";
import type { WorkflowEvent } from "./trust.ts";

/** GitHub's own limit for payloads is 25 MB. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Where a configuration is looked for that no input names. */
const USUAL_PLACES = ["registries.yaml", ".github/registries.yaml"] as const;

/**
 * What the runner tells of the event that the workflow runs for, and what was checked out.
 *
 * @param config the configuration file, where an input names it.
 */
export async function readEvent(config: string | undefined, world: World): Promise<WorkflowEvent> {
  const variable = (name: string) => world.environment.get(name) ?? "";
  const payload = await readPayload(variable("GITHUB_EVENT_PATH"), world);
  return {
    name: variable("GITHUB_EVENT_NAME"),
    ref: variable("GITHUB_REF"),
    commit: variable("GITHUB_SHA"),
    repository: variable("GITHUB_REPOSITORY"),
    defaultBranch: textAt(payload, "repository", "default_branch"),
    headRepository: textAt(payload, "pull_request", "head", "repo", "full_name"),
    checkedOut: await commitOf(config === undefined ? USUAL_PLACES : [config], world),
  };
}

async function readPayload(path: string, { files }: World): Promise<unknown> {
  const bytes = path === "" ? null : await files.readIfThere(path, MOST_BYTES);
  return bytes === null ? null : parseJson(Buffer.from(bytes).toString("utf8"));
}

/** The text at the end of a path of keys; null where there is none. */
function textAt(value: unknown, ...keys: readonly string[]): string | null {
  const end = keys.reduce<unknown>((found, key) => (isJsonObject(found) ? found[key] : undefined), value);
  return typeof end === "string" && end !== "" ? end : null;
}

/** Each of the places may lie in a checkout of its own; they must agree. */
async function commitOf(paths: readonly string[], { files, folder }: World): Promise<string | null> {
  const found = await Promise.all(paths.map((path) => checkedOutCommit(dirname(resolve(folder, path)), files)));
  const [first = null, ...rest] = found;
  return rest.every((commit) => commit === first) ? first : null;
}
