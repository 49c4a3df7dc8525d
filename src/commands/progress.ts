import type { TreeChange } from "../io/github-port.ts";
import { changesOf, difference, effective, foldersAbove } from "../publish/index.ts";
import type { Changes, Tree } from "../publish/index.ts";
import type { Branch } from "./branch.ts";

/** How the branch and the base went apart. */
export interface Progress {
  /** What the branch's commit does that the base does not have yet. */
  readonly pending: Changes;
  /** The same for one directory. */
  readonly pendingBelow: (directory: string) => readonly TreeChange[];
  /** Whether the base changed a directory since the branch's commit was made on it. */
  readonly hasMoved: (directory: string) => boolean;
}

export function progressOf(branch: Branch, base: Tree): Progress {
  const none = changesOf([]);
  const pending = branch.kind === "ours" ? effective(difference(branch.parent, branch.tree), base) : none;
  const moved = branch.kind === "ours" ? difference(branch.parent, base) : none;
  const byFolder = changesByFolder(pending);
  const movedFolders = new Set([...moved.keys()].flatMap(foldersAbove));
  return {
    pending,
    pendingBelow: (directory) => byFolder.get(directory) ?? [],
    hasMoved: (directory) => movedFolders.has(directory),
  };
}

/** For each folder all that happens below it, near and far. */
function changesByFolder(changes: Changes): ReadonlyMap<string, readonly TreeChange[]> {
  const folders = new Map<string, TreeChange[]>();
  for (const change of changes.values()) {
    for (const folder of foldersAbove(change.path)) {
      const below = folders.get(folder) ?? [];
      below.push(change);
      folders.set(folder, below);
    }
  }
  return folders;
}
