import { dirname, join, relative, resolve } from "node:path";
import { openRules, parseRecipients } from "../encrypt/index.ts";
import type { Cluster } from "../model.ts";
import type { World } from "./world.ts";

/** A `.sops.yaml` has a few rules; a megabyte of YAML already takes seconds to read. */
const MAX_RULES_BYTES = 256 * 1024;

/** Who can decrypt a cluster's file. */
export type RecipientsOf = (cluster: Cluster, path: string) => Promise<readonly string[]>;

/**
 * Recipients as the configuration gives them, or as the rules of a `.sops.yaml` do.
 *
 * @param folder the configuration's, absolute, which `rules` is relative to.
 * @param root the root that the clusters' paths are relative to, absolute.
 */
export function recipientsReader({ folder, root }: { folder: string; root: string }, { files }: World): RecipientsOf {
  const opened = new Map<string, ReturnType<typeof openRules>>();
  const open = (path: string, shown: string): ReturnType<typeof openRules> => {
    const rules =
      opened.get(path) ??
      files.read(path, MAX_RULES_BYTES).then((bytes) => openRules(Buffer.from(bytes).toString(), shown));
    opened.set(path, rules);
    return rules;
  };
  return async ({ encrypt, path: directory }, path) => {
    if ("age" in encrypt)
      return parseRecipients(
        encrypt.age.map(({ name }) => name),
        encrypt.location,
      );
    const rules = resolve(folder, encrypt.rules);
    const target = ruleTarget(dirname(rules), join(root, directory, path), root);
    return (await open(rules, encrypt.rules))(target);
  };
}

/**
 * What `path_regex` is matched against: relative to the rules' folder where the file lies below it (sops 3.13), else to
 * the root.
 */
function ruleTarget(folder: string, file: string, root: string): string {
  const below = relative(folder, file);
  return (below.startsWith("..") ? relative(root, file) : below).replaceAll("\\", "/");
}
